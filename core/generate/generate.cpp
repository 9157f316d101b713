// SPDX-License-Identifier: Apache-2.0
#include "core/generate/generate.h"

#include "core/base/mapped_file.h"
#include "core/generate/session.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <sstream>

namespace boolab
{

namespace
{

/// The prompts of the job: its one, or the lines of its file that are not empty.
Result<std::vector<GenerateRequest>> requestsOf(const Job& job)
{
    if (!job.has("prompts")) return std::vector{requestOf(job, job.text("prompt"))};
    const std::string path = job.text("prompts");
    auto text = readTextFile(path);
    if (!text) return std::unexpected(text.error());
    std::vector<GenerateRequest> requests;
    std::istringstream lines(*text);
    std::int64_t number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.ends_with('\r')) line.pop_back();
        if (line.empty()) continue;
        requests.push_back(requestOf(job, line));
        requests.back().place = fmt::format("{}, line {}", path, number);
    }
    if (requests.empty())
        return fail(ErrorCode::BadInput, fmt::format("{}: has no prompt", path),
                    "Write one prompt per line.");
    return requests;
}

nlohmann::json resultJson(const GenerateResult& result)
{
    nlohmann::json json = {{"text", result.text},
                           {"prompt_tokens", result.promptTokens},
                           {"tokens", result.newTokens},
                           {"finish_reason", result.finishReason},
                           {"tokens_per_second", result.tokensPerSecond()}};
    if (!result.written.empty()) json["token_probabilities"] = toJson(result.written);
    return json;
}

} // namespace

Result<nlohmann::json> generate(const Job& job, JobObserver& observer, const LogitsOpener& open)
{
    auto requests = requestsOf(job);
    if (!requests) return std::unexpected(requests.error());
    observer.phase("loading the model", "models");
    auto session = GenerateSession::open(job, open);
    if (!session) return std::unexpected(session.error());
    observer.phase("generating", "tokens");
    std::int64_t pieces = 0;
    const std::int64_t most = std::ssize(*requests) * job.integer("tokens");
    const auto start = std::chrono::steady_clock::now();
    auto results = session->generateAll(*requests, static_cast<std::size_t>(job.integer("together")),
                                        [&](std::size_t /*request*/, const WrittenPiece& /*piece*/) {
                                            observer.progress(++pieces, most);
                                            return observer.command() != JobObserver::Command::Stop;
                                        });
    if (!results) return std::unexpected(results.error());
    if (!job.has("prompts")) return resultJson(results->front());

    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    nlohmann::json texts = nlohmann::json::array();
    std::int64_t tokens = 0;
    for (std::size_t i = 0; i < results->size(); ++i) {
        texts.push_back(resultJson((*results)[i]));
        texts.back()["prompt"] = (*requests)[i].prompt;
        tokens += (*results)[i].newTokens;
    }
    return nlohmann::json{{"texts", texts},
                          {"tokens", tokens},
                          {"tokens_per_second", static_cast<double>(tokens) / seconds.count()}};
}

} // namespace boolab
