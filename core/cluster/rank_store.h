// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/cluster/rank_config.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <torch/csrc/distributed/c10d/Store.hpp>
#include <vector>

namespace boolab
{

/// The words that ranks tell each other, in a TCPStore of rank 0 (or of a launcher): who has joined, what
/// rank 0 says before a step, why a rank ended.
class RankStore
{
public:
    static Result<std::unique_ptr<RankStore>> connect(const RankConfig& ranks,
                                                      std::chrono::milliseconds timeout);
    ~RankStore();

    const c10::intrusive_ptr<c10d::Store>& store() const { return m_store; }

    /// Until all ranks have come here; names those that have not after the timeout, or that ended.
    Status waitForAll();
    /// Rank 0: the next message for the others.
    void announce(const std::string& message);
    /// The others: that message. Throws RankLost where rank 0 shows no life for the timeout.
    std::string await();

    void tell(const std::string& reason);
    /// Rank 0, after a loss: one line per rank that told why it ended, has ended or does not answer.
    std::vector<std::string> losses();
    /// This rank is alive after a loss.
    void answer();

private:
    RankStore(const RankConfig& ranks, std::chrono::milliseconds timeout,
              c10::intrusive_ptr<c10d::Store> store);
    std::optional<std::string> told(int rank);
    void beat(std::stop_token stop);

    RankConfig m_ranks;
    std::chrono::milliseconds m_timeout;
    c10::intrusive_ptr<c10d::Store> m_store;
    std::int64_t m_messages = 0;
    std::jthread m_heart; ///< of rank 0
};

} // namespace boolab
