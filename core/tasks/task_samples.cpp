// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_samples.h"

#include "core/base/sha256.h"
#include "core/tasks/python_text.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Json = nlohmann::ordered_json;

/// The question as the harness holds it: the line of the data and what the task's process_docs adds.
Json documentOf(const EvaluatedTask& task, std::size_t question)
{
    Json json = Json::parse(task.data.lines[question]);
    if (!task.task->keepsPrepared) return json;
    const TaskDocument& document = task.data.documents[question];
    json["query"] = document.requests.front().context;
    json["choices"] = document.choices;
    json["gold"] = document.gold;
    return json;
}

/// str(doc_to_target(doc)): which choice, or the text where the contexts differ or nothing is to be chosen.
std::string targetOf(const EvaluatedTask& task, const TaskDocument& document)
{
    if (!document.choices.empty()) return fmt::format("{}", document.gold);
    const std::string& continuation = document.requests.front().continuation;
    return task.task->isCloze ? continuation : continuation.substr(1); // the delimiter is not the target's
}

Json argumentsOf(const TaskDocument& document)
{
    Json arguments = Json::object();
    for (std::size_t i = 0; i < document.requests.size(); ++i)
        arguments[fmt::format("gen_args_{}", i)] = {{"arg_0", document.requests[i].context},
                                                    {"arg_1", document.requests[i].continuation}};
    return arguments;
}

void addMetrics(Json& sample, const DocumentScore& score)
{
    if (score.logLikelihood) {
        sample["perplexity"] = *score.logLikelihood;
        sample["acc"] = static_cast<int>(score.acc); // int(is_greedy) there
        return;
    }
    sample["acc"] = score.acc;
    if (score.accNorm) sample["acc_norm"] = *score.accNorm;
    if (score.accBytes) sample["acc_bytes"] = *score.accBytes;
}

} // namespace

Json taskSample(const EvaluatedTask& task, std::size_t question)
{
    const TaskDocument& document = task.data.documents[question];
    const Json shown = documentOf(task, question);
    const std::string target = targetOf(task, document);
    Json responses = Json::array(), filtered = Json::array();
    for (const ContinuationScore& score : task.scores[question]) {
        const Json one = Json::array({python::repr(score.logLikelihood), python::repr(score.isGreedy)});
        responses.push_back(Json::array({one})); // a list of its repeats
        filtered.push_back(one);
    }
    Json sample = {{"doc_id", question},
                   {"doc", shown},
                   {"target", target},
                   {"arguments", argumentsOf(document)},
                   {"resps", responses},
                   {"filtered_resps", filtered},
                   {"filter", "none"},
                   {"metrics", metricsOf(*task.task)},
                   {"doc_hash", sha256Hex(shown.dump(2))},
                   {"prompt_hash", sha256Hex(document.requests.front().context)},
                   {"target_hash", sha256Hex(target)}};
    addMetrics(sample, task.documents[question]);
    return sample;
}

std::string taskHash(std::span<const Json> samples)
{
    std::string hashes;
    for (const Json& sample : samples)
        for (const char* key : {"doc_hash", "prompt_hash", "target_hash"})
            hashes += sample.at(key).get_ref<const std::string&>();
    return sha256Hex(hashes);
}

} // namespace boolab
