// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/rank_order.h"

namespace boolab
{

/// Rank 0's side of a training by several processes: it alone reads, records, decides and writes, and tells
/// the others what comes next. Without a group it does nothing. Throws RankLost.
class RankLeader
{
public:
    explicit RankLeader(RankGroup* group) : m_group(group) {}

    GradientExchange* exchange() const { return m_group; }
    std::int64_t ranks() const { return m_group == nullptr ? 1 : m_group->size(); }

    /// Before the step after `position`.
    void beforeStep(const TrainingPosition& position, const LoadedModel& student, Trainer& trainer);
    /// The last step's flips were taken back after a trial.
    void flipsTakenBack() { m_takeBackFlips = true; }
    /// The trainer is a new one.
    void stateReplaced() { m_takeState = true; }
    /// Whether all ranks have the same model; an error names those that have not.
    Status compare(const LoadedModel& student, std::int64_t step);
    /// Sends the others home.
    void end(const std::string& reason = {});
    /// The same, whether anybody is left or not.
    void endQuietly(const std::string& reason) noexcept;
    /// Bytes that this rank has sent since the last call.
    std::int64_t takeSentBytes() { return m_group == nullptr ? 0 : m_group->takeSentBytes(); }
    std::string explain(const RankLost& lost) { return m_group->explain(lost); }

private:
    RankGroup* m_group;
    bool m_takeState = true, m_takeBackFlips = false;
};

} // namespace boolab
