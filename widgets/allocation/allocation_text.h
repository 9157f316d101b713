// SPDX-License-Identifier: Apache-2.0
// What the allocation page says.
#pragma once

#include "core/allocation/plan_allocation.h"

#include <QString>
#include <array>

namespace boolab::ui
{

class AllocationPlan;
struct FoundTable;

inline constexpr std::array kImportances{Importance::Loss, Importance::OutputError, Importance::Pwcca,
                                         Importance::None};

QString nameOf(Importance importance); ///< as the job takes it
/// "gptq, with a text, 2025-06-15 16:20".
QString titleOf(const FoundTable& table);
/// Average kernels, honest bits, what is left of the budget, pins. `parameters`: of the whole model.
QString factsOf(const AllocationPlan& plan, double parameters);
/// Shape, count and errors of one layer.
QString layerText(const AllocationPlan& plan, std::size_t layer);
/// One row per layer: name, shape, count, pin, error after each count.
QString allocationCsv(const AllocationPlan& plan);

} // namespace boolab::ui
