// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

JobSpec evaluate()
{
    JobSpec spec{.kind = JobKind::Evaluate,
                 .name = "evaluate",
                 .title = "Evaluate",
                 .summary =
                     "Measure how well a model predicts a text, and how close it stays to a reference."};
    spec.options = {
        model("The model to measure, dense or Boolean."),
        {.key = "perplexity",
         .flag = "--perplexity",
         .type = OptionType::Path,
         .label = "Text",
         .help = "Perplexity on this text, by the GPTQ protocol: non-overlapping windows, the tail dropped.",
         .group = "Perplexity"},
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
    return spec;
}

} // namespace boolab::specs
