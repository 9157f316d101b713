// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/spec_finetune.h"

namespace boolab::specs
{

namespace
{

std::vector<OptionSpec> modelOptions()
{
    return {
        {.key = "student",
         .aliases = {"--student"},
         .type = OptionType::Path,
         .label = "Student",
         .help = "The Boolean model folder to finetune.",
         .required = true,
         .group = "Model"},
        {.key = "teacher",
         .flag = "--teacher",
         .type = OptionType::Path,
         .label = "Teacher",
         .help = "The full-precision model that the student imitates: the one it was converted from.",
         .required = true,
         .group = "Model"},
        {.key = "output",
         .flag = "--output",
         .shortFlag = "-o",
         .type = OptionType::Path,
         .label = "Output folder",
         .help = "The finetuned Boolean model folder to write; checkpoints lie beside it.",
         .required = true,
         .group = "Model"},
        {.key = "resume",
         .flag = "--resume",
         .type = OptionType::Switch,
         .label = "Resume from the last checkpoint",
         .help = "Goes on where an earlier run with this output folder stopped.",
         .defaultValue = false,
         .group = "Model"},
    };
}

} // namespace

JobSpec finetune()
{
    JobSpec spec{.kind = JobKind::Finetune,
                 .name = "finetune",
                 .title = "Finetune",
                 .summary = "Train a Boolean model's bits and scales to follow its full-precision teacher."};
    spec.presets = finetunePresets();
    spec.options.push_back(finetunePreset());
    for (const auto& options :
         {modelOptions(), finetuneDataOptions(), finetuneProcessOptions(), finetuneTrainingOptions(),
          finetuneEvaluationOptions(), finetuneLossOptions(), finetuneFlipOptions()})
        spec.options.insert(spec.options.end(), options.begin(), options.end());
    return spec;
}

} // namespace boolab::specs
