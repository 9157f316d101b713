// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

JobSpec convert()
{
    JobSpec spec{.kind = JobKind::Convert,
                 .name = "convert",
                 .title = "Convert",
                 .summary = "Turn a model's linear layers into a few Boolean kernels each."};
    spec.options = {
        model("The full-precision model: Hugging Face folder, .gguf, or .safetensors beside a config.json."),
        {.key = "output",
         .flag = "--output",
         .shortFlag = "-o",
         .type = OptionType::Path,
         .label = "Output folder",
         .help = "The Boolean model folder to write. It appears whole or not at all; an existing one is "
                 "replaced.",
         .required = true,
         .group = "Model"},
        {.key = "kernels",
         .flag = "--kernels",
         .shortFlag = "-k",
         .type = OptionType::Integer,
         .label = "Boolean kernels per layer (K)",
         .help = "About K bits per weight. 3 is a good start for small models, 2 for large ones; more is "
                 "closer to the original.",
         .defaultValue = 3,
         .minimum = 1,
         .maximum = 8,
         .unit = "kernels",
         .group = "Method"},
        {.key = "method",
         .flag = "--method",
         .type = OptionType::Choice,
         .label = "Method",
         .help = "svid extracts one kernel after the other; refined then alternates signs and scales, which "
                 "is closer to the "
                 "original and slower.",
         .defaultValue = "refined",
         .choices = {"svid", "refined"},
         .group = "Method"},
        {.key = "rounds",
         .flag = "--rounds",
         .type = OptionType::Integer,
         .label = "Rounds of refinement",
         .help = "At most so many alternations per layer; a layer ends earlier once its error stops falling.",
         .defaultValue = 12,
         .minimum = 0,
         .maximum = 1000,
         .unit = "rounds",
         .group = "Method",
         .advanced = true},
        {.key = "exclude",
         .flag = "--exclude",
         .type = OptionType::Text,
         .label = "Keep dense",
         .help = "Layers whose name matches this regular expression stay as they are: 'layers\\.0\\.' keeps "
                 "the first block.",
         .group = "Method",
         .advanced = true},
        {.key = "scale_dtype",
         .flag = "--scale-dtype",
         .type = OptionType::Choice,
         .label = "Scales stored in",
         .help = "Type of the scale vectors in the file.",
         .defaultValue = "float16",
         .choices = {"float32", "float16", "bfloat16"},
         .group = "Storage",
         .advanced = true},
        {.key = "other_dtype",
         .flag = "--other-dtype",
         .type = OptionType::Choice,
         .label = "Everything else stored in",
         .help = "Type of embeddings, norms and layers kept dense in the file.",
         .defaultValue = "bfloat16",
         .choices = {"float32", "float16", "bfloat16"},
         .group = "Storage",
         .advanced = true},
    };
    return spec;
}

} // namespace boolab::specs
