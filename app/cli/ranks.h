// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/cluster/local_ranks.h"
#include "core/cluster/rank_config.h"
#include "core/jobs/job.h"

#include <optional>

namespace boolab::cli
{

/// This process's place in a finetune by several: alone, rank 0 with children (--nproc), or one of those that
/// torchrun or a person has started (RANK and WORLD_SIZE in the environment).
class Ranks
{
public:
    /// Reads the environment; the job's nproc becomes the number of ranks. Usage where both disagree.
    static Result<Ranks> find(Job& job);

    /// Rank 0 of --nproc: starts the others with this job. Else nothing.
    Status start(const Job& job);

    const RankConfig* config() const { return m_config ? &*m_config : nullptr; } ///< null: alone
    bool follows() const { return m_config && m_config->rank != 0; }
    /// Of this machine's threads, those of one rank.
    int threadsOf(const Job& job) const;

private:
    int m_localRanks = 1;
    std::optional<LocalRanks> m_children;
    std::optional<RankConfig> m_config;
};

} // namespace boolab::cli
