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
         .advanced = true},
        {.key = "tensors",
         .flag = "--tensors",
         .type = OptionType::Switch,
         .label = "List the tensors",
         .help =
             "Lists all tensors by block, with parameters, bytes and their share, instead of the summary. "
             "Read from the headers alone.",
         .defaultValue = false,
         .group = "Tensors"},
        {.key = "filter",
         .flag = "--filter",
         .type = OptionType::Text,
         .label = "Names",
         .help = "Lists only tensors whose name (or whose name in the GGUF) this regular expression finds, "
                 "such as 'mlp\\.' or 'blk\\.3\\.'; upper and lower case are alike.",
         .group = "Tensors"},
        {.key = "tensor_type",
         .flag = "--tensor-type",
         .type = OptionType::Text,
         .label = "Type",
         .help = "Lists only tensors of this type, such as F16 or Q4_1.",
         .group = "Tensors"},
        {.key = "tensor_shape",
         .flag = "--tensor-shape",
         .type = OptionType::Text,
         .label = "Shape",
         .help = "Lists only tensors of this shape: 576x1536, 576x* for any second length, 576 for that "
                 "length anywhere.",
         .group = "Tensors"},
        {.key = "csv",
         .flag = "--csv",
         .type = OptionType::Switch,
         .label = "As CSV",
         .help = "Prints the tensors as CSV, one line each.",
         .defaultValue = false,
         .group = "Tensors"},
        {.key = "check_values",
         .flag = "--check-values",
         .type = OptionType::Switch,
         .label = "Check the values",
         .help = "Reads the listed tensors whole: counts NaN and Inf, and tells minimum, maximum and mean "
                 "absolute value of each. Ends with exit code 1 where there is a NaN or Inf.",
         .defaultValue = false,
         .group = "Tensors"},
        {.key = "tokenize",
         .flag = "--tokenize",
         .type = OptionType::Text,
         .label = "Text for the tokenizer",
         .help = "Prints the tokens of this text and their ids instead of the summary.",
         .group = "Tokenizer"},
        {.key = "add_special_tokens",
         .flag = "--add-special-tokens",
         .type = OptionType::Switch,
         .label = "With special tokens",
         .help = "Puts the tokens before and behind the text that the tokenizer asks for (BOS and the like).",
         .defaultValue = false,
         .group = "Tokenizer"}};
    return spec;
}

} // namespace boolab::specs
