// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tasks/zero_shot_tasks.h"

#include <filesystem>

namespace boolab
{

/// "configs" of a task in lm-evaluation-harness' results: what of its definition (lm_eval/tasks/*/*.yaml)
/// Boolab follows, with `data` as the split that is asked. Prompts that are Python functions there, few-shot
/// settings and the place of the definition are left out.
nlohmann::json taskConfig(const ZeroShotTask& task, const std::filesystem::path& data);

} // namespace boolab
