// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <span>

namespace boolab
{

/// A task and the metric that papers on 1-bit models seem to average (OneBit, BinaryMoS).
struct PaperTask {
    const char *task, *metric;
};
/// BoolQ acc, PIQA acc, HellaSwag acc_norm, WinoGrande acc, ARC-e acc_norm, ARC-c acc_norm.
std::span<const PaperTask> oneBitPaperTasks();

/// Plain means over tasks, as tables of papers give them, from results under the harness' names: {"tasks",
/// "acc", "acc_norm" (acc where a task has no other)}; where all of oneBitPaperTasks() are there, also
/// "one_bit_papers". Null for fewer than two tasks.
nlohmann::json taskMeans(const nlohmann::json& results);

} // namespace boolab
