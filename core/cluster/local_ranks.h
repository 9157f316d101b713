// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cluster/rank_config.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace boolab
{

/// The other ranks of this machine, as child processes of this one, which is rank 0. They never outlive it:
/// the destructor waits a moment for them and then ends them, and where this process is killed the system
/// does.
class LocalRanks
{
public:
    /// Starts ranks 1 … size-1 as `program arguments` with torchrun's variables in their environment. They
    /// meet at a port of the loopback that is free now.
    static Result<LocalRanks> start(const std::filesystem::path& program,
                                    const std::vector<std::string>& arguments, int size);
    LocalRanks(LocalRanks&&) noexcept;
    ~LocalRanks();

    /// This process's place among them; uses this object, which must outlive it.
    RankConfig first() const;

private:
    struct Impl;
    explicit LocalRanks(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

/// In a rank: whether LocalRanks has started this process. Then the system ends it with its parent from now
/// on.
bool followParent();

} // namespace boolab
