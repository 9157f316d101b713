// SPDX-License-Identifier: Apache-2.0
// The kinds of jobs, one file each; reached through job_spec.h.
#pragma once

#include "core/jobs/job_spec.h"

namespace boolab::specs
{

JobSpec inspect();
JobSpec convert();
JobSpec finetune();
JobSpec evaluate();
JobSpec generate();
JobSpec sweep();
JobSpec exportModel();
std::vector<OptionSpec> common();

/// Of finetune: quick, standard, paper.
std::vector<Preset> finetunePresets();
OptionSpec finetunePreset();

/// The positional "model" argument; `help` says what it is for.
OptionSpec model(std::string help);
/// "embedding": how the decoder without LibTorch keeps embeddings and head.
OptionSpec embeddingType();
/// "kv_cache": how the same decoder keeps keys and values.
OptionSpec cacheType();

} // namespace boolab::specs
