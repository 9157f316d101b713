// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/answer_event.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace boolab::ui
{

namespace
{

using Json = nlohmann::json;

double number(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number() ? found->get<double>() : 0.0;
}

qint64 integer(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_number_integer() ? found->get<qint64>() : 0;
}

std::string text(const Json& json, const char* key)
{
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

QString shown(const Json& json, const char* key)
{
    return QString::fromStdString(text(json, key));
}

const Json& list(const Json& json, const char* key)
{
    static const Json empty = Json::array();
    const auto found = json.find(key);
    return found != json.end() && found->is_array() ? *found : empty;
}

AnswerToken tokenOf(const Json& json)
{
    AnswerToken token{.text = shown(json, "text"),
                      .probability = number(json, "probability"),
                      .rank = integer(json, "rank"),
                      .isEnd = json.value("end", Json()) == true};
    for (const Json& other : list(json, "alternatives"))
        if (other.is_object())
            token.alternatives.push_back({shown(other, "text"), number(other, "probability")});
    return token;
}

AnswerPiece pieceOf(const Json& json)
{
    AnswerPiece piece{.text = text(json, "text")};
    for (const Json& token : list(json, "tokens"))
        if (token.is_object()) piece.tokens.push_back(tokenOf(token));
    return piece;
}

AnswerFigures figuresOf(const Json& json)
{
    return {.runtime = shown(json, "runtime"),
            .device = shown(json, "device"),
            .seconds = number(json, "seconds"),
            .tokens = integer(json, "tokens"),
            .promptTokens = integer(json, "prompt_tokens"),
            .promptSeconds = number(json, "prompt_seconds"),
            .tokensPerSecond = number(json, "tokens_per_second"),
            .memoryBytes = integer(json, "memory_bytes"),
            .peakMemoryBytes = integer(json, "peak_memory_bytes"),
            .deviceMemoryBytes = integer(json, "device_memory_bytes"),
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
    const std::string name = text(json, "event");
    using Kind = AnswerEvent::Kind;
    if (name == "loading") return AnswerEvent{.kind = Kind::Loading};
    if (name == "ready") return AnswerEvent{.kind = Kind::Ready, .figures = figuresOf(json)};
    if (name == "text") return AnswerEvent{.kind = Kind::Text, .piece = pieceOf(json)};
    if (name == "done") return AnswerEvent{.kind = Kind::Done, .figures = figuresOf(json)};
    const QString message = shown(json, "message") + QLatin1Char('\n') + shown(json, "hint");
    if (name == "error") return AnswerEvent{.kind = Kind::Error, .message = message.trimmed()};
    return std::nullopt;
}

} // namespace boolab::ui
