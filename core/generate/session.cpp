// SPDX-License-Identifier: Apache-2.0
#include "core/generate/session.h"

#include "core/engine/device.h"
#include "core/generate/sampler.h"
#include "core/model/model_loader.h"
#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <torch/utils.h>

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
    LoadedModel loaded;
};

GenerateSession::GenerateSession(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
GenerateSession::GenerateSession(GenerateSession&&) noexcept = default;
GenerateSession::~GenerateSession() = default;

Result<GenerateSession> GenerateSession::open(const Job& job)
{
    const torch::NoGradGuard noGrad;
    auto files = ModelFiles::open(job.text("model"));
    if (!files) return std::unexpected(files.error());
    auto tokenizer = Tokenizer::open(*files);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    auto loaded = loadModel(*files, loadOptions(job, /*frozen=*/true));
    if (!loaded) return std::unexpected(loaded.error());
    return GenerateSession(std::make_unique<Impl>(std::move(*tokenizer), std::move(*loaded)));
}

Result<GenerateResult> GenerateSession::generate(const GenerateRequest& request,
                                                 const std::function<bool(const std::string&)>& onText)
{
    const torch::NoGradGuard noGrad;
    LlamaModel& model = *m_impl->loaded.model;
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

    GenerateResult result;
    result.promptTokens = static_cast<std::int64_t>(ids.size());
    const std::int64_t room = model.config().maxPositions - result.promptTokens;
    if (room < 1)
        return fail(ErrorCode::Usage,
                    fmt::format("The prompt has {} tokens, the model reads at most {}.", result.promptTokens,
                                model.config().maxPositions),
                    "Shorten the prompt.");
    const std::int64_t limit = std::min(request.tokens, room);
    KvCache cache(model.config(), 1, result.promptTokens + limit, model.options());
    Sampler sampler({request.temperature, request.topK, request.topP, request.seed});
    const auto ends = tokenizer.eosIds();

    const auto forward = [&](const std::vector<std::int64_t>& next) {
        const at::Tensor hidden =
            model.forward(torch::tensor(next, torch::kInt64).unsqueeze(0), &cache).hidden;
        return model.logits(hidden.select(1, hidden.size(1) - 1))[0];
    };
    auto start = std::chrono::steady_clock::now();
    at::Tensor logits = forward({ids.begin(), ids.end()});
    result.promptSeconds = secondsSince(start);

    start = std::chrono::steady_clock::now();
    std::string pending;
    result.finishReason = "length";
    while (result.newTokens < limit) {
        const std::int64_t token = sampler.pick(logits);
        ++result.newTokens;
        if (std::find(ends.begin(), ends.end(), static_cast<std::int32_t>(token)) != ends.end()) {
            result.finishReason = "stop";
            break;
        }
        pending += tokenizer.tokenBytes(static_cast<std::int32_t>(token));
        const std::size_t whole = wholeUtf8(pending);
        const std::string piece = pending.substr(0, whole);
        pending.erase(0, whole);
        result.text += piece;
        if (!piece.empty() && !onText(piece)) {
            result.finishReason = "stopped";
            break;
        }
        if (result.newTokens < limit) logits = forward({token});
    }
    result.decodeSeconds = secondsSince(start);
    return result;
}

} // namespace boolab
