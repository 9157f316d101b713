// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/conversion_options.h"
#include "core/jobs/specs.h"

namespace boolab::specs
{

namespace
{

std::string withoutRounds(const Job& job)
{
    return job.text("method") == "svid" ? "svid does not alternate: it has no rounds." : "";
}

std::string withBudget(const Job& job)
{
    if (job.real("bits") > 0) return "Average bits are given instead: every layer gets a count of its own.";
    if (job.has("target_size"))
        return "A size of the file is given instead: every layer gets a count of its own.";
    return {};
}

std::string withoutBudget(const Job& job)
{
    return hasBudget(job) ? "" : "Every layer gets the same K: there is no budget to share out.";
}

/// Of the two budgets the other one; where both are given neither may be locked.
std::string withTargetSize(const Job& job)
{
    return job.has("target_size") && !job.has("bits") ? "A size of the file is given instead." : "";
}

std::string withBits(const Job& job)
{
    return job.has("bits") && !job.has("target_size") ? "Average bits are given instead." : "";
}

std::string withoutText(const Job& job)
{
    if (needsCalibration(job)) return {};
    return job.text("method") + (hasBudget(job) ? " with importance none" : "") +
           " needs no calibration text.";
}

std::string withoutInputs(const Job& job)
{
    if (convertsByInputs(job)) return {};
    return job.text("method") + " does not look at the layers' inputs.";
}

} // namespace

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
        {.key = "method",
         .flag = "--method",
         .type = OptionType::Choice,
         .label = "Method",
         .help =
             "gptq loses least and needs a calibration text. calibrated weighs columns by their inputs and "
             "is "
             "faster. refined and svid need no text; refined alternates signs and scales, svid extracts one "
             "kernel after the other.",
         .defaultValue = "refined",
         .choices = {"svid", "refined", "calibrated", "gptq"},
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
         .advanced = true,
         .unused = withoutRounds},
        {.key = "kernels",
         .flag = "--kernels",
         .shortFlag = "-k",
         .type = OptionType::Integer,
         .label = "Boolean kernels per layer (K)",
         .help =
             "The same for every layer: about K bits per weight. 3 is a good start for small models, 2 for "
             "large ones; more is closer to the original.",
         .defaultValue = 3,
         .minimum = 1,
         .maximum = 8,
         .unit = "kernels",
         .group = "Budget",
         .unused = withBudget},
        {.key = "bits",
         .flag = "--bits",
         .type = OptionType::Real,
         .label = "Average bits",
         .help =
             "Instead of K everywhere: so many kernels per weight on average, more where they help most. 2.5 "
             "is fine.",
         .minimum = 1,
         .maximum = 8,
         .unit = "bits",
         .group = "Budget",
         .unused = withTargetSize},
        {.key = "target_size",
         .flag = "--target-size",
         .type = OptionType::Text,
         .label = "Size of the file",
         .help =
             "Instead of bits: the largest that model.safetensors may become, such as 80MB or 0.4GB (1 MB = "
             "1,000,000 bytes).",
         .pattern = "[0-9]+(\\.[0-9]+)?[ ]?[kMG]?B",
         .expected = "a size such as 80MB or 0.4GB",
         .group = "Budget",
         .unused = withBits},
        {.key = "importance",
         .flag = "--importance",
         .type = OptionType::Choice,
         .label = "Importance of a layer",
         .help =
             "What decides who gets more kernels: loss predicts what each layer's error costs in the end, "
             "from "
             "gradients; output-error measures each layer's output; pwcca weighs weight errors by how much a "
             "layer changes its input; all on the calibration text. none takes weight errors alone, without "
             "a "
             "text.",
         .defaultValue = "loss",
         .choices = {"loss", "output-error", "pwcca", "none"},
         .group = "Budget",
         .unused = withoutBudget},
        {.key = "max_kernels",
         .flag = "--max-kernels",
         .type = OptionType::Integer,
         .label = "At most (K_max)",
         .help = "No layer gets more kernels than this, whatever the budget.",
         .defaultValue = 4,
         .minimum = 1,
         .maximum = 8,
         .unit = "kernels",
         .group = "Budget",
         .advanced = true,
         .unused = withoutBudget},
        {.key = "pin",
         .flag = "--pin",
         .type = OptionType::Text,
         .label = "Pinned layers",
         .help = "PATTERN=COUNT, separated by commas: 'layers.0.*=4' gives the first block 4 kernels, "
                 "'*.down_proj=dense' keeps those layers as they are.",
         .group = "Budget"},
        {.key = "calibration",
         .flag = "--calibration",
         .type = OptionType::Path,
         .label = "Calibration text",
         .help = "A text or .jsonl whose inputs the layers are fitted to, or \"self\": the model writes it.",
         .choices = {"self"},
         .group = "Calibration",
         .unused = withoutText},
        {.key = "calibration_tokens",
         .flag = "--calibration-tokens",
         .type = OptionType::Integer,
         .label = "Tokens",
         .help = "How much of the text is used, spread evenly over it. More is better and slower.",
         .defaultValue = 32768,
         .minimum = 1,
         .maximum = 1e9,
         .unit = "tokens",
         .group = "Calibration",
         .unused = withoutText},
        {.key = "calibration_seq_len",
         .flag = "--calibration-seq-len",
         .type = OptionType::Integer,
         .label = "Sequence",
         .help = "Tokens per calibration sequence.",
         .defaultValue = 512,
         .minimum = 2,
         .maximum = 1048576,
         .unit = "tokens",
         .group = "Calibration",
         .advanced = true,
         .unused = withoutText},
        {.key = "calibration_inputs",
         .flag = "--calibration-inputs",
         .type = OptionType::Choice,
         .label = "Inputs from",
         .help = "converted: what a layer will really see, after the layers before it; full: the original "
                 "model's.",
         .defaultValue = "converted",
         .choices = {"converted", "full"},
         .group = "Calibration",
         .advanced = true,
         .unused = withoutInputs},
        {.key = "token_weights",
         .flag = "--token-weights",
         .type = OptionType::Choice,
         .label = "Weight of a token",
         .help = "equal: all calibration tokens count alike. gradient: as much as the loss minds an error "
                 "there; holds "
                 "the whole model once.",
         .defaultValue = "equal",
         .choices = {"equal", "gradient"},
         .group = "Calibration",
         .advanced = true,
         .unused = withoutInputs},
        {.key = "scale_dtype",
         .flag = "--scale-dtype",
         .type = OptionType::Choice,
         .label = "Scales stored in",
         .help = "Type of the scale vectors in the file.",
         .defaultValue = "float16",
         .choices = {"float32", "float16", "bfloat16"},
         .group = "Storage",
         .advanced = true},
        {.key = "embedding_bits",
         .flag = "--embedding-bits",
         .type = OptionType::Choice,
         .label = "Embeddings stored in",
         .help = "8: embeddings and head as whole numbers with one scale per row, half the size; 16: as the "
                 "rest.",
         .defaultValue = "16",
         .unit = "bits",
         .choices = {"16", "8"},
         .group = "Storage"},
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
