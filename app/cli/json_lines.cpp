// SPDX-License-Identifier: Apache-2.0
#include "app/cli/json_lines.h"

#include "app/cli/engine_process.h"
#include "app/cli/execute_job.h"
#include "app/cli/line_input.h"
#include "app/cli/output.h"
#include "app/cli/stop_signals.h"
#include "core/base/system_info.h"
#include "core/engine/run_job.h"
#include "core/generate/session.h"
#include "core/jobs/job_device.h"

#include <chrono>
#include <cstdio>
#include <deque>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

void printError(const Error& error)
{
    nlohmann::json event = errorJson(error);
    event["event"] = "error";
    printJsonLine(event);
}

bool isStop(const std::string& line)
{
    const auto json = nlohmann::json::parse(line, nullptr, false);
    return json.is_object() && json.value("stop", nlohmann::json()) == true;
}

/// The job with a request's keys over it.
Result<Job> requestJob(Job job, const std::string& line)
{
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object())
        return fail(ErrorCode::BadInput, "a request is one JSON object per line",
                    R"(Example: {"prompt": "Once", "tokens": 32})");
    for (const auto& [key, value] : json.items()) {
        if (key == "model" || key == "device" || key == "threads" || key == "dtype")
            return fail(ErrorCode::Usage, fmt::format("\"{}\" cannot change between requests", key));
        if (auto set = job.set(key, value); !set) return std::unexpected(set.error());
    }
    if (auto complete = job.validate(); !complete) return std::unexpected(complete.error());
    if (!job.has("prompt")) return fail(ErrorCode::Usage, "a request needs a \"prompt\"");
    return job;
}

nlohmann::json memoryJson(const Job& job)
{
    nlohmann::json memory = {{"memory_bytes", residentMemoryBytes()},
                             {"peak_memory_bytes", peakResidentMemoryBytes()}};
    if (const auto bytes = deviceMemoryBytes(job)) memory["device_memory_bytes"] = *bytes;
    return memory;
}

std::string runtimeOf(const Job& job)
{
    if (generatesByLibTorch(job)) return "libtorch";
    return job.text("runtime") == "float32" ? "float32" : "packed";
}

bool hasNoReader()
{
    return std::ferror(stdout) != 0;
}

class Conversation
{
public:
    explicit Conversation(GenerateSession session) : m_session(std::move(session)) {}

    void run(const Job& job)
    {
        if (job.has("prompt")) answer(job);
        while (auto line = nextLine()) {
            if (hasNoReader()) return;
            if (line->find_first_not_of(" \t\r") == std::string::npos || isStop(*line)) continue;
            Job base = job;
            base.unset("prompt");
            if (auto request = requestJob(base, *line))
                answer(*request);
            else
                printError(request.error());
        }
    }

private:
    std::optional<std::string> nextLine()
    {
        if (m_waiting.empty()) return m_input.wait();
        std::string line = std::move(m_waiting.front());
        m_waiting.pop_front();
        return line;
    }

    /// False once the answer is to end.
    bool goOn()
    {
        while (auto line = m_input.poll()) {
            if (isStop(*line)) return false;
            m_waiting.push_back(std::move(*line));
        }
        return !stopRequested() && !hasNoReader();
    }

    void answer(const Job& job)
    {
        auto result =
            m_session.generate(requestOf(job, job.text("prompt")), [this](const WrittenPiece& piece) {
                nlohmann::json event = {{"event", "text"}, {"text", piece.text}};
                if (!piece.tokens.empty()) event["tokens"] = toJson(piece.tokens);
                printJsonLine(event);
                return goOn();
            });
        if (!result) return printError(result.error());
        nlohmann::json event = memoryJson(job);
        event.update({{"event", "done"},
                      {"text", result->text},
                      {"prompt_tokens", result->promptTokens},
                      {"tokens", result->newTokens},
                      {"prompt_seconds", result->promptSeconds},
                      {"decode_seconds", result->decodeSeconds},
                      {"tokens_per_second", result->tokensPerSecond()},
                      {"finish_reason", result->finishReason}});
        printJsonLine(event);
    }

    GenerateSession m_session;
    LineInput m_input;
    std::deque<std::string> m_waiting;
};

int failed(const Error& error)
{
    printError(error);
    return report(error);
}

} // namespace

int answerJsonLines(const Job& job)
{
    if (needsLibTorch(job))
        if (auto there = continueWithLibTorch(); !there) return failed(there.error());
    if (auto checked = checkJob(job); !checked) return failed(checked.error());
    if (auto able = checkDevice(job); !able) return failed(able.error());
    if (auto ready = configureEngine(job.text("device"), static_cast<int>(job.integer("threads"))); !ready)
        return failed(ready.error());
    printJsonLine({{"event", "loading"}, {"model", job.text("model")}});
    const auto start = std::chrono::steady_clock::now();
    auto session = openSession(job, [](const std::string& message) {
        printJsonLine({{"event", "warning"}, {"message", message}});
    });
    if (!session) return failed(session.error());
    nlohmann::json ready = memoryJson(job);
    ready.update(
        {{"event", "ready"},
         {"model", job.text("model")},
         {"runtime", runtimeOf(job)},
         {"device", job.text("device")},
         {"seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count()}});
    printJsonLine(ready);
    Conversation(std::move(*session)).run(job);
    return stopRequested() ? exitCode(ErrorCode::Stopped) : 0;
}

} // namespace boolab::cli
