// SPDX-License-Identifier: Apache-2.0
#include "core/generate/generate.h"

#include "core/generate/session.h"

namespace boolab
{

Result<nlohmann::json> generate(const Job& job, JobObserver& observer, const LogitsOpener& open)
{
    observer.phase("loading the model", "models");
    auto session = GenerateSession::open(job, open);
    if (!session) return std::unexpected(session.error());
    observer.phase("generating", "tokens");
    std::int64_t pieces = 0;
    const GenerateRequest request{.prompt = job.text("prompt"),
                                  .tokens = job.integer("tokens"),
                                  .temperature = job.real("temperature"),
                                  .topK = job.integer("top_k"),
                                  .topP = job.real("top_p"),
                                  .seed = static_cast<std::uint64_t>(job.integer("seed")),
                                  .chat = job.on("chat")};
    auto result = session->generate(request, [&](const std::string&) {
        observer.progress(++pieces, request.tokens);
        return observer.command() != JobObserver::Command::Stop;
    });
    if (!result) return std::unexpected(result.error());
    const double decoded = static_cast<double>(result->newTokens);
    return nlohmann::json{
        {"text", result->text},
        {"prompt_tokens", result->promptTokens},
        {"tokens", result->newTokens},
        {"finish_reason", result->finishReason},
        {"tokens_per_second", result->decodeSeconds > 0 ? decoded / result->decodeSeconds : 0.0}};
}

} // namespace boolab
