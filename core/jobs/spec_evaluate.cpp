// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

#include "core/tasks/zero_shot_tasks.h"

namespace boolab::specs
{

namespace
{

std::vector<std::string> taskNames()
{
    std::vector<std::string> names;
    for (const ZeroShotTask& task : zeroShotTasks())
        names.push_back(task.name);
    return names;
}

std::vector<OptionSpec> taskOptions()
{
    return {
        {.key = "tasks",
         .flag = "--tasks",
         .type = OptionType::Text,
         .label = "Tasks",
         .help = "Zero-shot tasks as lm-evaluation-harness defines them; a command lists them as boolq,piqa.",
         .choices = taskNames(),
         .group = "Zero-shot tasks"},
        {.key = "task_data",
         .flag = "--task-data",
         .type = OptionType::Path,
         .label = "Their data",
         .help = "A folder that holds <task>.jsonl for each: one question per line, fields as in the Hugging "
                 "Face "
                 "dataset.",
         .group = "Zero-shot tasks"},
        {.key = "limit",
         .flag = "--limit",
         .shortFlag = "-L",
         .type = OptionType::Integer,
         .label = "Questions",
         .help =
             "Only the first so many questions of each task; 0 takes all. For a quick look: scores of other "
             "numbers are not comparable.",
         .defaultValue = 0,
         .minimum = 0,
         .maximum = 1e9,
         .unit = "questions",
         .group = "Zero-shot tasks"},
        {.key = "batch_size",
         .flag = "--batch-size",
         .type = OptionType::Integer,
         .label = "Requests at once",
         .help = "Continuations that LibTorch reads as one batch, of like lengths. More need more memory.",
         .defaultValue = 8,
         .minimum = 1,
         .maximum = 4096,
         .group = "Zero-shot tasks",
         .advanced = true},
        {.key = "bos",
         .flag = "--bos",
         .type = OptionType::Choice,
         .label = "First token",
         .help = "auto: contexts begin as the tokenizer begins texts, with BOS where it does, as in today's "
                 "harness. "
                 "none: never, as published figures of harness 0.3 were made.",
         .defaultValue = "auto",
         .choices = {"auto", "none"},
         .group = "Zero-shot tasks",
         .advanced = true},
        {.key = "results",
         .flag = "--results",
         .aliases = {"--output_path"},
         .type = OptionType::Path,
         .label = "Results folder",
         .help = "Where results_<time>.json is written in lm-evaluation-harness' layout. Empty: scores stand "
                 "in the "
                 "run alone.",
         .group = "Zero-shot tasks"},
        {.key = "log_samples",
         .flag = "--log-samples",
         .type = OptionType::Switch,
         .label = "Write every question's scores",
         .help = "Beside the results, samples_<task>_<time>.jsonl.",
         .defaultValue = false,
         .group = "Zero-shot tasks",
         .advanced = true},
    };
}

} // namespace

JobSpec evaluate()
{
    JobSpec spec{
        .kind = JobKind::Evaluate,
        .name = "evaluate",
        .title = "Evaluate",
        .summary =
            "Measure how well a model predicts a text and answers questions, and how close it stays to a "
            "reference."};
    spec.options = {
        model("The model to measure, dense or Boolean."),
        {.key = "perplexity",
         .flag = "--perplexity",
         .type = OptionType::Path,
         .label = "Text",
         .help = "Perplexity on this text.",
         .group = "Perplexity"},
        {.key = "protocol",
         .flag = "--protocol",
         .aliases = {"--ppl-protocol"},
         .type = OptionType::Choice,
         .label = "Protocol",
         .help =
             "windows: GPTQ's, as most papers report. strided: windows overlap, so that every token has a "
             "long "
             "context. documents: each document for itself (each line of a .jsonl), as lm-evaluation-harness "
             "does, with perplexity per word and per byte.",
         .defaultValue = "windows",
         .choices = {"windows", "strided", "documents"},
         .group = "Perplexity",
         .advanced = true},
        {.key = "stride",
         .flag = "--stride",
         .type = OptionType::Integer,
         .label = "Stride",
         .help = "Tokens from one window's beginning to the next, by the protocol strided.",
         .defaultValue = 512,
         .minimum = 1,
         .maximum = 1048576,
         .unit = "tokens",
         .group = "Perplexity",
         .advanced = true},
        {.key = "seq_len",
         .flag = "--seq-len",
         .shortFlag = "-c",
         .aliases = {"--ctx-size"},
         .type = OptionType::Integer,
         .label = "Window",
         .help = "Tokens per window. Figures of different windows are not comparable.",
         .defaultValue = 2048,
         .minimum = 2,
         .maximum = 1048576,
         .unit = "tokens",
         .group = "Perplexity"},
        {.key = "windows",
         .flag = "--windows",
         .type = OptionType::Integer,
         .label = "Windows",
         .help = "Only the first so many windows of the text; 0 takes all.",
         .defaultValue = 0,
         .minimum = 0,
         .maximum = 1e9,
         .unit = "windows",
         .group = "Perplexity"},
        {.key = "first_kernels",
         .flag = "--first-kernels",
         .type = OptionType::Integer,
         .label = "First kernels only",
         .help = "Measures a Boolean model with the first so many kernels of each layer; layers with fewer "
                 "keep all of theirs. Empty: all kernels.",
         .minimum = 1,
         .maximum = 8,
         .unit = "kernels",
         .group = "Model",
         .advanced = true},
        {.key = "runtime",
         .flag = "--runtime",
         .type = OptionType::Choice,
         .label = "Runs on",
         .help = "libtorch: dense layers, many tokens at once. packed: Boolean layers straight from their "
                 "bits, as "
                 "generate runs them. float32: the same decoder with dense float32 layers.",
         .defaultValue = "libtorch",
         .choices = {"libtorch", "packed", "float32"},
         .group = "Model",
         .advanced = true},
        embeddingType(),
        cacheType(),
        {.key = "reference",
         .flag = "--reference",
         .type = OptionType::Path,
         .label = "Reference model",
         .help = "Also measures the KL divergence from this model's predictions and how often the first "
                 "choice agrees.",
         .group = "Comparison"},
    };
    for (OptionSpec& option : taskOptions())
        spec.options.push_back(std::move(option));
    return spec;
}

} // namespace boolab::specs
