// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

OptionSpec finetunePreset()
{
    return {.key = "preset",
            .flag = "--preset",
            .type = OptionType::Choice,
            .label = "Preset",
            .help = "What the other options start from. quick: a look within minutes. standard: for most "
                    "trainings. paper: the settings of arXiv 2505.22811, for a GPU.",
            .defaultValue = "standard",
            .choices = {"quick", "standard", "paper"},
            .group = "Recipe"};
}

std::vector<Preset> finetunePresets()
{
    return {
        {.name = "quick",
         .values = {{"steps", 40},
                    {"seq_len", 256},
                    {"warmup", 5},
                    {"bool_wait", 10},
                    {"eval_every", 10},
                    {"sample_every", 20}}},
        {.name = "standard", .values = nlohmann::json::object()},
        // Sequences of 2048, 8 at once, 3 epochs; Booleans by BOLD's rule at 5e-3, the rest by AdamW at 2e-5;
        // hidden states of all blocks, weighted by 10; losses reduced as in the closest published code.
        {.name = "paper",
         .values = {{"seq_len", 2048},
                    {"batch_size", 8},
                    {"epochs", 3.0},
                    {"train", "last"},
                    {"bool_rule", "bold"},
                    {"bool_lr", 5e-3},
                    {"bool_wait", 0},
                    {"learning_rate", 2e-5},
                    {"hidden_weight", 10.0},
                    {"hidden_every", 1},
                    {"kd_reduction", "batchmean"}}},
    };
}

} // namespace boolab::specs
