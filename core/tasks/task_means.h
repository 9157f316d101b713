// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

namespace boolab
{

/// Plain means over tasks, as tables of papers give them, from results under the harness' names: {"tasks",
/// "acc", "acc_norm" (acc where a task has no other)}; where all six are there, also {"one_bit_papers": BoolQ
/// acc, PIQA acc, HellaSwag acc_norm, WinoGrande acc, ARC-e acc_norm, ARC-c acc_norm}, which OneBit and
/// BinaryMoS seem to average. Null for fewer than two tasks.
nlohmann::json taskMeans(const nlohmann::json& results);

} // namespace boolab
