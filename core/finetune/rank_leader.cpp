// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/rank_leader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace boolab
{

void RankLeader::beforeStep(const TrainingPosition& position, const LoadedModel& student, Trainer& trainer)
{
    if (m_group == nullptr) return;
    RankOrder order{.kind = RankOrder::Kind::Step};
    order.step = position.step + 1;
    order.capFactor = position.capFactor * position.trialFactor;
    order.rateFactor = position.rateFactor;
    order.boolRateFactor = position.boolRateFactor;
    order.settings = position.settings;
    order.takeState = std::exchange(m_takeState, false);
    order.takeBackFlips = std::exchange(m_takeBackFlips, false) && !order.takeState;
    m_group->meet(order.toText());
    if (order.takeState) {
        shareState(*m_group, student, trainer);
        (void)m_group->takeSentBytes(); // it is no part of a step
    }
}

Status RankLeader::compare(const LoadedModel& student, std::int64_t step)
{
    if (m_group == nullptr || m_takeState) return {};
    RankOrder order{.kind = RankOrder::Kind::Compare};
    order.takeBackFlips = std::exchange(m_takeBackFlips, false);
    m_group->meet(order.toText());
    const auto sums = m_group->gather(checksumOf(student));
    std::vector<std::size_t> other;
    for (std::size_t rank = 1; rank < sums.size(); ++rank)
        if (sums[rank] != sums[0]) other.push_back(rank);
    if (other.empty()) return {};
    return fail(ErrorCode::Internal,
                fmt::format("after step {} the model of rank {} is not that of rank 0: their processors or "
                            "libraries round differently",
                            step, fmt::join(other, ", ")),
                "The last checkpoint, of equal models, is kept. Use machines of one kind with the same "
                "Boolab and LibTorch, then continue with --resume.");
}

void RankLeader::end(const std::string& reason)
{
    if (m_group == nullptr) return;
    RankOrder order{.kind = RankOrder::Kind::End};
    order.reason = reason;
    m_group->meet(order.toText());
}

void RankLeader::endQuietly(const std::string& reason) noexcept
{
    try {
        end(reason);
    } catch (const std::exception&) {
        // Nobody hears it, and the reason for the end is told elsewhere.
    }
}

} // namespace boolab
