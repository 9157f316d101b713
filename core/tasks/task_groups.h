// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace boolab
{

/// Adds the plain mean over the tasks to a report in lm-evaluation-harness' layout, as its group
/// "tasks_mean": what aggregate_metric_list with weight_by_size false gives of acc, and of acc_norm where
/// every task has it. Another mean (acc where a task has no acc_norm, the papers' mixture) is no group there.
/// Fewer than two tasks make none: "group_subtasks" is empty then, and "groups" absent.
void addMeanGroup(nlohmann::json& report);

} // namespace boolab
