// SPDX-License-Identifier: Apache-2.0
#include "core/generate/session.h"

#include "core/runtime/token_sampler.h"
#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>

namespace boolab
{

namespace
{

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// How many leading bytes of `bytes` are whole UTF-8 sequences: a token may end inside one.
std::size_t wholeUtf8(const std::string& bytes)
{
    std::size_t start = bytes.size();
    for (std::size_t back = 1; back <= std::min<std::size_t>(4, bytes.size()); ++back) {
        const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if ((byte & 0xC0) == 0x80) continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        if (length > back) start = bytes.size() - back;
        break;
    }
    return start;
}

} // namespace

struct GenerateSession::Impl {
    Tokenizer tokenizer;
    std::unique_ptr<NextLogits> model;
};

GenerateSession::GenerateSession(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
GenerateSession::GenerateSession(GenerateSession&&) noexcept = default;
GenerateSession::~GenerateSession() = default;

Result<GenerateSession> GenerateSession::open(const Job& job, const LogitsOpener& open)
{
    auto files = ModelFiles::open(job.text("model"));
    if (!files) return std::unexpected(files.error());
    auto tokenizer = Tokenizer::open(*files);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    auto model = open(*files, job);
    if (!model) return std::unexpected(model.error());
    return GenerateSession(std::make_unique<Impl>(std::move(*tokenizer), std::move(*model)));
}

Result<GenerateResult> GenerateSession::generate(const GenerateRequest& request,
                                                 const std::function<bool(const std::string&)>& onText)
{
    NextLogits& model = *m_impl->model;
    const Tokenizer& tokenizer = m_impl->tokenizer;
    std::string prompt = request.prompt;
    if (request.chat) {
        auto rendered = tokenizer.applyChatTemplate({{"user", request.prompt}});
        if (!rendered) return std::unexpected(rendered.error());
        prompt = *rendered;
    }
    // A chat template writes its own special tokens.
    auto ids = tokenizer.encode(prompt, /*addSpecialTokens=*/!request.chat);
    if (ids.empty() && tokenizer.bosId()) ids.push_back(*tokenizer.bosId());
    if (ids.empty())
        return fail(ErrorCode::Usage, "The prompt is empty.",
                    "Give at least one character: -p \"Once upon a time\".");

    if (const auto most = std::ranges::max(ids); most >= model.config().vocabSize)
        return fail(
            ErrorCode::BadInput,
            fmt::format("The tokenizer knows a token {}, the model has {}.", most, model.config().vocabSize),
            "Tokenizer and weights are of different models: download or export the model again.");
    GenerateResult result;
    result.promptTokens = static_cast<std::int64_t>(ids.size());
    const std::int64_t room = model.config().maxPositions - result.promptTokens;
    if (room < 1)
        return fail(ErrorCode::Usage,
                    fmt::format("The prompt has {} tokens, the model reads at most {}.", result.promptTokens,
                                model.config().maxPositions),
                    "Shorten the prompt.");
    const std::int64_t limit = std::min(request.tokens, room);
    model.begin(result.promptTokens + limit);
    TokenSampler sampler({request.temperature, request.topK, request.topP, request.seed});
    const auto ends = tokenizer.eosIds();

    auto start = std::chrono::steady_clock::now();
    std::span<const float> logits = model.after(ids);
    result.promptSeconds = secondsSince(start);

    start = std::chrono::steady_clock::now();
    std::string pending;
    result.finishReason = "length";
    while (result.newTokens < limit) {
        const std::int32_t token = sampler.pick(logits);
        ++result.newTokens;
        if (std::find(ends.begin(), ends.end(), token) != ends.end()) {
            result.finishReason = "stop";
            break;
        }
        pending += tokenizer.tokenBytes(token);
        const std::size_t whole = wholeUtf8(pending);
        const std::string piece = pending.substr(0, whole);
        pending.erase(0, whole);
        result.text += piece;
        if (!piece.empty() && !onText(piece)) {
            result.finishReason = "stopped";
            break;
        }
        if (result.newTokens < limit) logits = model.after({&token, 1});
    }
    result.decodeSeconds = secondsSince(start);
    return result;
}

} // namespace boolab
