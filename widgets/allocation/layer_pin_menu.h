// SPDX-License-Identifier: Apache-2.0
#pragma once

class QMenu;

#include <cstddef>

namespace boolab::ui
{

class AllocationPlan;

/// Counts, dense and free for a layer, for all layers of its kind and for all of its block.
void fillPinMenu(QMenu& menu, AllocationPlan& plan, std::size_t layer);

} // namespace boolab::ui
