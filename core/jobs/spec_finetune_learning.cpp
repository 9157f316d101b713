// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job.h"
#include "core/jobs/spec_finetune.h"

namespace boolab::specs
{

namespace
{

std::string withoutBits(const Job& job)
{
    return job.text("train") == "scales" ? "Only the scales are trained." : "";
}

/// Of what the rule noise reads (core/boolean/*_rule.cpp).
std::string withoutNoise(const Job& job)
{
    if (std::string reason = withoutBits(job); !reason.empty()) return reason;
    const std::string rule = job.text("bool_rule");
    return rule == "noise" ? "" : "The rule " + rule + " does not read it.";
}

std::string withoutRate(const Job& job)
{
    if (std::string reason = withoutBits(job); !reason.empty()) return reason;
    return job.text("bool_rule") == "noise" ? "The rule noise has no rate." : "";
}

} // namespace

std::vector<OptionSpec> finetuneLossOptions()
{
    return {
        {.key = "hidden_weight",
         .flag = "--hidden-weight",
         .aliases = {"--gamma"},
         .type = OptionType::Real,
         .label = "Weight of the hidden-state loss (gamma)",
         .help = "How much the student's hidden states must follow the teacher's, beside its predictions; 0 "
                 "turns it off.",
         .defaultValue = 1.0,
         .minimum = 0,
         .group = "Loss",
         .advanced = true},
        {.key = "hidden_every",
         .flag = "--hidden-every",
         .type = OptionType::Integer,
         .label = "Hidden states compared every",
         .help = "The output of every n-th block enters the hidden-state loss.",
         .defaultValue = 5,
         .minimum = 1,
         .maximum = 10000,
         .unit = "blocks",
         .group = "Loss",
         .advanced = true},
        {.key = "kd_reduction",
         .flag = "--kd-reduction",
         .type = OptionType::Choice,
         .label = "Losses are averaged",
         .help = "token-mean: KL per token and hidden losses relative to the teacher's, so gamma means the "
                 "same on every "
                 "model. batchmean: sums over a sequence, unnormalised, as in the published code.",
         .defaultValue = "token-mean",
         .choices = {"token-mean", "batchmean"},
         .group = "Loss",
         .advanced = true},
        {.key = "temperature",
         .flag = "--kd-temp",
         .type = OptionType::Real,
         .label = "Distillation temperature",
         .help = "Softens both predictions before they are compared.",
         .defaultValue = 1.0,
         .minimum = 0.01,
         .maximum = 100,
         .group = "Loss",
         .advanced = true},
    };
}

std::vector<OptionSpec> finetuneFlipOptions()
{
    return {
        {.key = "bool_rule",
         .flag = "--bool-rule",
         .type = OptionType::Choice,
         .label = "Rule of the flips",
         .help =
             "noise: where a bit's gathered signal stands out of its own noise. bold: as published. latent: "
             "the baseline with a full-precision weight behind every bit (12 bytes each).",
         .defaultValue = "noise",
         .choices = {"noise", "bold", "latent"},
         .group = "Boolean optimizer",
         .advanced = true,
         .unused = withoutBits},
        {.key = "bool_lr",
         .flag = "--bool-lr",
         .type = OptionType::Real,
         .label = "Rate of the signal",
         .help = "eta of the rule bold, Adam's learning rate of the rule latent.",
         .defaultValue = 5e-3,
         .minimum = 0,
         .maximum = 1e9,
         .group = "Boolean optimizer",
         .advanced = true,
         .live = true,
         .unused = withoutRate},
        {.key = "trial_every",
         .flag = "--trial-every",
         .type = OptionType::Integer,
         .label = "Flips are tried every",
         .help =
             "Bits flip together every so many steps, are measured on the next batch with and without, and "
             "stay only where they help; 0 flips at every step, unmeasured.",
         .defaultValue = 0,
         .minimum = 0,
         .maximum = 1e9,
         .unit = "steps",
         .group = "Boolean optimizer",
         .advanced = true,
         .unused = withoutBits},
        {.key = "bool_beta",
         .flag = "--bool-beta",
         .type = OptionType::Real,
         .label = "Momentum of the Boolean signal (beta)",
         .help = "How long a bit's signal is remembered: 0.99 is about 100 steps.",
         .defaultValue = 0.99,
         .minimum = 0,
         .maximum = 0.999999,
         .group = "Boolean optimizer",
         .advanced = true,
         .unused = withoutNoise},
        {.key = "bool_threshold",
         .flag = "--bool-threshold",
         .type = OptionType::Real,
         .label = "Threshold (z)",
         .help = "A bit flips once its signal is this many times its own noise. Lower flips more bits on "
                 "weaker evidence.",
         .defaultValue = 2.5,
         .minimum = 0,
         .maximum = 1000,
         .group = "Boolean optimizer",
         .advanced = true,
         .live = true,
         .unused = withoutNoise},
        {.key = "bool_clip",
         .flag = "--bool-clip",
         .type = OptionType::Real,
         .label = "Clip of the signal (c)",
         .help = "What one batch says of a bit counts at most as so many standard deviations, so that no "
                 "single batch can flip it: a few inputs with huge activations would. 0 does not clip.",
         .defaultValue = 2.0,
         .minimum = 0,
         .maximum = 1000,
         .group = "Boolean optimizer",
         .advanced = true,
         .unused = withoutNoise},
        {.key = "bool_cap",
         .flag = "--bool-cap",
         .type = OptionType::Real,
         .label = "Largest share flipped per step",
         .help = "At most this share of a layer's bits flips in one step, however many tokens it has; falls "
                 "along the cosine.",
         .defaultValue = 2e-3,
         .minimum = 0,
         .maximum = 1,
         .group = "Boolean optimizer",
         .advanced = true,
         .live = true,
         .unused = withoutNoise},
        {.key = "flips_per_token",
         .flag = "--flips-per-token",
         .type = OptionType::Real,
         .label = "Flips per token",
         .help = "At most so many bits of the model flip in one step for every token that it learned from: "
                 "few tokens are thin evidence for many flips. Falls along the cosine; 0 sets no such bound.",
         .defaultValue = 4.0,
         .minimum = 0,
         .maximum = 1e9,
         .group = "Boolean optimizer",
         .advanced = true,
         .live = true,
         .unused = withoutNoise},
        {.key = "bool_wait",
         .flag = "--bool-wait",
         .type = OptionType::Integer,
         .label = "Flips begin after",
         .help = "Steps in which signals are gathered and the scales settle before the first bit flips.",
         .defaultValue = 25,
         .minimum = 0,
         .maximum = 1e9,
         .unit = "steps",
         .group = "Boolean optimizer",
         .advanced = true,
         .unused = withoutBits},
    };
}

} // namespace boolab::specs
