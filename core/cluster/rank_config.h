// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace boolab
{

/// How a rank that this process has started ended, in words, by its number.
using EndedRanks = std::map<int, std::string>;

/// The place of this process among those that train one model, and where they meet: the names are torchrun's.
struct RankConfig {
    int rank = 0, size = 1;
    int localSize = 1; ///< ranks on this machine, which share its threads
    int localRank = 0; ///< among those: which of the machine's devices is its own
    std::string masterAddress = "127.0.0.1";
    std::uint16_t masterPort = 0;
    /// The launcher keeps the store at masterAddress (torchrun); else rank 0 does.
    bool storeIsLaunchers = false;
    std::string storePrefix = "boolab"; ///< another one for every attempt of such a launcher
    std::optional<int> listening = {};  ///< rank 0: a socket that listens on masterPort already
    std::function<EndedRanks()> endedRanks = [] { return EndedRanks(); };
};

/// From RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT, LOCAL_WORLD_SIZE and LOCAL_RANK, as torchrun sets them;
/// nothing where there is no RANK or WORLD_SIZE is 1. Usage where one is missing or no number in its range.
Result<std::optional<RankConfig>> rankFromEnvironment();

/// Threads for each of `ranks` ranks of one machine that may use `threads` in all (0: all of its cores).
int threadsPerRank(int threads, int ranks);

} // namespace boolab
