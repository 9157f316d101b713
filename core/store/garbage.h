// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/experiment_store.h"

namespace boolab
{

/// What a garbage collection takes, and what of the deleted runs it leaves and why.
struct Garbage {
    struct Item {
        RunId run = 0;
        std::string kind, path;
        std::int64_t bytes = 0;
    };
    struct Kept {
        std::string path, reason;
    };
    std::vector<RunRecord> runs; ///< deleted ones, whose rows go
    std::vector<Item> items;     ///< their files and folders that nothing refers to
    std::vector<Kept> kept;

    std::int64_t bytes() const;
};

/// Looks only. A file or folder of a deleted run is garbage where no other run names it or anything in it, in
/// its job, result or artifacts; where it is of a kind that Boolab writes, holds nothing else, and has not
/// changed since its run ended.
Result<Garbage> findGarbage(const ExperimentStore& store);

/// Removes files and rows of what `garbage` names and is still garbage now; returns what went, and what
/// stayed after all. Refused where the database is not where it was made: another one may need the files.
Result<Garbage> collectGarbage(ExperimentStore& store, const Garbage& garbage);

} // namespace boolab
