// SPDX-License-Identifier: Apache-2.0
#include "app/cli/ranks.h"

#include <fmt/format.h>

namespace boolab::cli
{

Result<Ranks> Ranks::find(Job& job)
{
    Ranks ranks;
    if (job.kind() != JobKind::Finetune) return ranks;
    const std::int64_t asked = job.integer("nproc");
    auto there = rankFromEnvironment();
    if (!there) return std::unexpected(there.error());
    if (!*there) {
        ranks.m_localRanks = static_cast<int>(asked);
        return ranks;
    }
    if (asked != 1 && asked != (*there)->size)
        return fail(
            ErrorCode::Usage,
            fmt::format("--nproc is {}, but the environment has WORLD_SIZE {}", asked, (*there)->size),
            "Leave --nproc away under torchrun, or unset RANK and WORLD_SIZE.");
    followParent();
    ranks.m_localRanks = (*there)->localSize;
    ranks.m_config = std::move(**there);
    if (auto set = job.set("nproc", ranks.m_config->size); !set) return std::unexpected(set.error());
    if (job.text("device") == "cuda" && ranks.m_config->localSize > 1)
        if (auto set = job.set("device", fmt::format("cuda:{}", ranks.m_config->localRank)); !set)
            return std::unexpected(set.error());
    return ranks;
}

Status Ranks::start(const Job& job)
{
    if (m_config || m_localRanks == 1) return {};
    Job theirs = job;
    // This process has looked at memory and disk for all of them.
    if (auto set = theirs.set("force", true); !set) return set;
    theirs.unset("queue");
    auto arguments = theirs.toArguments();
    arguments.emplace_back("--quiet");
    auto children = LocalRanks::start("/proc/self/exe", arguments, m_localRanks);
    if (!children) return std::unexpected(children.error());
    m_children.emplace(std::move(*children));
    m_config = m_children->first();
    return {};
}

int Ranks::threadsOf(const Job& job) const
{
    const int threads = static_cast<int>(job.integer("threads"));
    return m_localRanks == 1 ? threads : threadsPerRank(threads, m_localRanks);
}

} // namespace boolab::cli
