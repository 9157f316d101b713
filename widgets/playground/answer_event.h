// SPDX-License-Identifier: Apache-2.0
// What `boolab-cli generate --json-lines` says, line by line (app/cli/json_lines.h).
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>
#include <string>
#include <vector>

namespace boolab::ui
{

struct TokenChance {
    QString text = {};
    double probability = 0;
};

/// A token as its model saw it; probabilities are the model's own, whatever was sampled with.
struct AnswerToken {
    QString text = {};
    double probability = 0;
    qint64 rank = 1;
    bool isEnd = false; ///< it ended the answer and is not shown
    std::vector<TokenChance> alternatives = {};
};

/// Whole characters and the tokens that completed them. The last piece may be tokens alone.
struct AnswerPiece {
    std::string text = {}; ///< UTF-8
    std::vector<AnswerToken> tokens = {};

    /// Of its least likely token.
    double probability() const;
};

/// Of a model that is ready, and of an answer that is complete.
struct AnswerFigures {
    QString runtime = {}, device = {};
    double seconds = 0; ///< loading took
    qint64 tokens = 0, promptTokens = 0;
    double promptSeconds = 0, tokensPerSecond = 0;
    qint64 memoryBytes = 0, peakMemoryBytes = 0, deviceMemoryBytes = 0;
    QString finishReason = {}; ///< "stop" (the model ended it), "length", "stopped"
};

struct AnswerEvent {
    enum class Kind { Loading, Warning, Ready, Text, Done, Error };
    Kind kind = Kind::Loading;
    AnswerPiece piece = {};
    AnswerFigures figures = {};
    QString message = {}; ///< of a warning, or of an error with its hint
};

/// Nothing where the line is none of these.
std::optional<AnswerEvent> readAnswerEvent(const QByteArray& line);

} // namespace boolab::ui
