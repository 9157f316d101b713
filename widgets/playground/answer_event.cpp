// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/answer_event.h"

#include "core/base/json_field.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace boolab::ui
{

namespace
{

using Json = nlohmann::json;

QString shown(const Json& json, const char* key)
{
    return QString::fromStdString(textAt(json, key));
}

AnswerToken tokenOf(const Json& json)
{
    AnswerToken token{.text = shown(json, "text"),
                      .probability = numberAt(json, "probability").value_or(0),
                      .rank = integerAt(json, "rank"),
                      .isEnd = boolAt(json, "end")};
    for (const Json& other : listAt(json, "alternatives"))
        if (other.is_object())
            token.alternatives.push_back({shown(other, "text"), numberAt(other, "probability").value_or(0)});
    return token;
}

AnswerPiece pieceOf(const Json& json)
{
    AnswerPiece piece{.text = textAt(json, "text")};
    for (const Json& token : listAt(json, "tokens"))
        if (token.is_object()) piece.tokens.push_back(tokenOf(token));
    return piece;
}

AnswerFigures figuresOf(const Json& json)
{
    return {.runtime = shown(json, "runtime"),
            .device = shown(json, "device"),
            .seconds = numberAt(json, "seconds").value_or(0),
            .tokens = integerAt(json, "tokens"),
            .promptTokens = integerAt(json, "prompt_tokens"),
            .promptSeconds = numberAt(json, "prompt_seconds").value_or(0),
            .tokensPerSecond = numberAt(json, "tokens_per_second").value_or(0),
            .memoryBytes = integerAt(json, "memory_bytes"),
            .peakMemoryBytes = integerAt(json, "peak_memory_bytes"),
            .deviceMemoryBytes = integerAt(json, "device_memory_bytes"),
            .finishReason = shown(json, "finish_reason")};
}

} // namespace

double AnswerPiece::probability() const
{
    double least = 1.0;
    for (const AnswerToken& token : tokens)
        least = std::min(least, token.probability);
    return least;
}

std::optional<AnswerEvent> readAnswerEvent(const QByteArray& line)
{
    const Json json = Json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return std::nullopt;
    const std::string name = textAt(json, "event");
    using Kind = AnswerEvent::Kind;
    if (name == "loading") return AnswerEvent{.kind = Kind::Loading};
    if (name == "ready") return AnswerEvent{.kind = Kind::Ready, .figures = figuresOf(json)};
    if (name == "text") return AnswerEvent{.kind = Kind::Text, .piece = pieceOf(json)};
    if (name == "done") return AnswerEvent{.kind = Kind::Done, .figures = figuresOf(json)};
    const QString message = shown(json, "message") + QLatin1Char('\n') + shown(json, "hint");
    if (name == "warning") return AnswerEvent{.kind = Kind::Warning, .message = message.trimmed()};
    if (name == "error") return AnswerEvent{.kind = Kind::Error, .message = message.trimmed()};
    return std::nullopt;
}

} // namespace boolab::ui
