// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/specs.h"

namespace boolab::specs
{

JobSpec inspect()
{
    return {.kind = JobKind::Inspect,
            .name = "inspect",
            .title = "Inspect",
            .summary = "Say what a model is: architecture, layers, sizes, memory needed.",
            .options = {model(
                "Hugging Face folder, .gguf, .safetensors beside a config.json, or Boolean model folder.")}};
}

} // namespace boolab::specs
