// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

JobSpec exportModel()
{
    JobSpec spec{.kind = JobKind::Export,
                 .name = "export",
                 .title = "Export",
                 .summary =
                     "Write a model for other programs, with its model card; read it back and compare."};
    spec.options = {
        model("The model to export, Boolean or dense."),
        {.key = "format",
         .flag = "--format",
         .shortFlag = "-f",
         .type = OptionType::Choice,
         .label = "Format",
         .help =
             "mbok: the Boolean model itself, for Boolab and for transformers with the package boolab. "
             "safetensors: dense weights, for plain transformers. gguf: dense weights in one file with the "
             "tokenizer, for llama.cpp.",
         .defaultValue = "safetensors",
         .choices = {"mbok", "safetensors", "gguf"},
         .group = "Output"},
        {.key = "output",
         .flag = "--output",
         .shortFlag = "-o",
         .type = OptionType::Path,
         .label = "Output",
         .help = "The folder to write. For gguf a name that ends in .gguf is the file itself, with the card "
                 "beside it.",
         .required = true,
         .group = "Output"},
        {.key = "weight_type",
         .flag = "--type",
         .aliases = {"--outtype"},
         .type = OptionType::Choice,
         .label = "Weights stored in",
         .help = "f32 is exact. auto: as they are stored for mbok, bf16 for safetensors, f16 for gguf. q8_0 "
                 "is for gguf alone.",
         .defaultValue = "auto",
         .choices = {"auto", "f32", "f16", "bf16", "q8_0"},
         .group = "Output"},
        {.key = "overwrite",
         .flag = "--overwrite",
         .type = OptionType::Switch,
         .label = "Replace what is there",
         .help = "Replaces an output that exists already, once the new one is written and verified.",
         .defaultValue = false,
         .group = "Output"},
    };
    return spec;
}

} // namespace boolab::specs
