// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

JobSpec generate()
{
    JobSpec spec{.kind = JobKind::Generate,
                 .name = "generate",
                 .title = "Generate",
                 .summary = "Let a model continue a prompt, or answer it."};
    spec.options = {
        model("The model that writes, dense or Boolean."),
        {.key = "prompt",
         .flag = "--prompt",
         .shortFlag = "-p",
         .type = OptionType::Text,
         .label = "Prompt",
         .help = "The text to continue.",
         .group = "Text"},
        {.key = "tokens",
         .flag = "--n-predict",
         .shortFlag = "-n",
         .aliases = {"--tokens"},
         .type = OptionType::Integer,
         .label = "Tokens",
         .help = "At most so many new tokens.",
         .defaultValue = 64,
         .minimum = 1,
         .maximum = 1048576,
         .unit = "tokens",
         .group = "Text"},
        {.key = "chat",
         .flag = "--chat",
         .type = OptionType::Switch,
         .label = "As a chat",
         .help = "Wraps the prompt in the model's chat template: for models tuned to follow instructions.",
         .defaultValue = false,
         .group = "Text"},
        {.key = "temperature",
         .flag = "--temp",
         .type = OptionType::Real,
         .label = "Temperature",
         .help = "0 always takes the likeliest token; higher is more varied.",
         .defaultValue = 0.0,
         .minimum = 0,
         .maximum = 100,
         .group = "Sampling"},
        {.key = "top_k",
         .flag = "--top-k",
         .type = OptionType::Integer,
         .label = "Top k",
         .help = "Samples among the k likeliest tokens; 0 among all.",
         .defaultValue = 0,
         .minimum = 0,
         .maximum = 1e9,
         .unit = "tokens",
         .group = "Sampling"},
        {.key = "top_p",
         .flag = "--top-p",
         .type = OptionType::Real,
         .label = "Top p",
         .help = "Samples among the likeliest tokens that together have this probability; 1 among all.",
         .defaultValue = 1.0,
         .minimum = 0,
         .maximum = 1,
         .group = "Sampling"},
        {.key = "runtime",
         .flag = "--runtime",
         .type = OptionType::Choice,
         .label = "Runs on",
         .help = "packed: Boolean layers straight from their bits, the fastest on a CPU. float32: the same "
                 "decoder "
                 "with dense float32 layers. libtorch: as training and evaluation compute. auto is packed on "
                 "the CPU, "
                 "libtorch elsewhere.",
         .defaultValue = "auto",
         .choices = {"auto", "packed", "float32", "libtorch"},
         .group = "Model",
         .advanced = true},
        embeddingType(),
        cacheType(),
        {.key = "json_lines",
         .flag = "--json-lines",
         .type = OptionType::Switch,
         .label = "JSON lines",
         .help = "Answers one request per line of standard input with JSON lines on standard output, until "
                 "its end.",
         .defaultValue = false,
         .group = "Text",
         .advanced = true},
    };
    return spec;
}

} // namespace boolab::specs
