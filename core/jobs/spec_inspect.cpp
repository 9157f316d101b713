// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

JobSpec inspect()
{
    JobSpec spec{
        .kind = JobKind::Inspect,
        .name = "inspect",
        .title = "Inspect",
        .summary = "Say what a model is (architecture, layers, sizes, memory needed), or look at one layer."};
    spec.options = {
        model("Hugging Face folder, .gguf, .safetensors beside a config.json, or Boolean model folder."),
        {.key = "layer",
         .flag = "--layer",
         .type = OptionType::Text,
         .label = "Layer",
         .help = "Looks at this linear layer alone: its kernels, their scales, what they leave of the weight "
                 "and of "
                 "the output. The end of a name will do where it is unique (3.mlp.up_proj).",
         .group = "Layer"},
        {.key = "original",
         .flag = "--original",
         .type = OptionType::Path,
         .label = "Full-precision model",
         .help =
             "What the Boolean model came from, to compare with. Empty: the one that the experiment database "
             "knows of, if any.",
         .group = "Layer"},
        {.key = "probe",
         .flag = "--probe",
         .type = OptionType::Path,
         .label = "Probe text",
         .help = "The text or .jsonl whose tokens run through the layer. Empty: the text that the model was "
                 "calibrated on, where the database knows it and it is there, else a built-in one.",
         .choices = {kBuiltinProbe, kNoProbe},
         .group = "Layer"},
        {.key = "probe_tokens",
         .flag = "--probe-tokens",
         .type = OptionType::Integer,
         .label = "Probe tokens",
         .help = "Tokens taken from the probe text, in sequences of up to 256 spread over it.",
         .defaultValue = 1024,
         .minimum = 16,
         .maximum = 65536,
         .unit = "tokens",
         .group = "Layer",
         .advanced = true}};
    return spec;
}

} // namespace boolab::specs
