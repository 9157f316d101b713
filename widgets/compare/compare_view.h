// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/compare/compare_data.h"

#include <map>

namespace boolab::ui
{

/// What the views of the compare page are given: the runs that are ticked in the tray, with their colours.
struct CompareInput {
    CompareDataPtr data;
    std::vector<ComparedRun> runs;
    std::map<RunId, int> colors; ///< index of seriesColor()
    std::optional<RunId> baseline;

    int colorOf(RunId id) const
    {
        const auto found = colors.find(id);
        return found == colors.end() ? 0 : found->second;
    }
};

} // namespace boolab::ui
