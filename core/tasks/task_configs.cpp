// SPDX-License-Identifier: Apache-2.0
#include "core/tasks/task_configs.h"

#include "core/tasks/task_scores.h"

#include <algorithm>
#include <string_view>

namespace boolab
{

namespace
{

/// The templates of a task's prompt; empty where the harness has a function or nothing.
struct Prompt {
    std::string_view task;
    const char* split;
    const char *text = "", *target = "", *choice = "";
};

constexpr Prompt kPrompts[] = {
    {"boolq", "validation", "{{passage}}\nQuestion: {{question}}?\nAnswer:", "label"},
    {"piqa", "validation", "Question: {{goal}}\nAnswer:", "label", "{{[sol1, sol2]}}"},
    {"hellaswag", "validation", "{{query}}", "{{label}}", "choices"},
    {"winogrande", "validation"},
    {"arc_easy", "test", "Question: {{question}}\nAnswer:", "{{choices.label.index(answerKey)}}",
     "{{choices.text}}"},
    {"arc_challenge", "test", "Question: {{question}}\nAnswer:", "{{choices.label.index(answerKey)}}",
     "{{choices.text}}"},
    {"openbookqa", "test", "question_stem", "{{choices.label.index(answerKey.lstrip())}}",
     "{{choices.text}}"},
    {"lambada_openai", "test", "{{text.split(' ')[:-1]|join(' ')}}", "{{' '+text.split(' ')[-1]}}"},
};

void addPrompt(nlohmann::json& config, const Prompt& prompt, const std::filesystem::path& data)
{
    config["dataset_kwargs"]["data_files"][prompt.split] = data.string();
    config[std::string(prompt.split) + "_split"] = prompt.split;
    for (const auto& [key, text] :
         {std::pair("doc_to_text", prompt.text), std::pair("doc_to_target", prompt.target),
          std::pair("doc_to_choice", prompt.choice)})
        if (*text != '\0') config[key] = text;
    if (prompt.task == "boolq") config["doc_to_choice"] = {"no", "yes"};
}

nlohmann::json metricList(const ZeroShotTask& task)
{
    nlohmann::json list = nlohmann::json::array();
    for (const std::string& metric : metricsOf(task))
        list.push_back({{"metric", metric},
                        {"aggregation", metric == "perplexity" ? "perplexity" : "mean"},
                        {"higher_is_better", isHigherBetter(metric)}});
    return list;
}

} // namespace

nlohmann::json taskConfig(const ZeroShotTask& task, const std::filesystem::path& data)
{
    nlohmann::json config = {{"task", task.name},
                             {"dataset_path", "json"},
                             {"unsafe_code", false},
                             {"description", ""},
                             {"target_delimiter", " "},
                             {"fewshot_delimiter", "\n\n"},
                             {"num_fewshot", 0},
                             {"metric_list", metricList(task)},
                             {"output_type", task.isCloze ? "loglikelihood" : "multiple_choice"},
                             {"repeats", 1},
                             {"metadata", {{"version", static_cast<double>(task.version)}}}};
    if (const auto* prompt = std::ranges::find(kPrompts, task.name, &Prompt::task);
        prompt != std::end(kPrompts))
        addPrompt(config, *prompt, data);
    return config;
}

} // namespace boolab
