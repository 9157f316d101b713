// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/cluster/gradient_exchange.h"
#include "core/cluster/rank_config.h"
#include "core/cluster/rank_lost.h"

#include <chrono>
#include <memory>

namespace boolab
{

struct RankGroupConfig {
    int signalBits = 32;                        ///< of a number of dL/dW on its way: 32, 16 (bfloat16) or 8
    std::chrono::milliseconds timeout{300'000}; ///< without a word from another rank until it counts as lost
};

/// The ranks of one training, joined over LibTorch's c10d: Gloo for tensors, a TCPStore for words.
/// Tensors of other devices go by way of the host's memory. What is exchanged throws RankLost where another
/// rank is gone. Used by one thread.
class RankGroup final : public GradientExchange
{
public:
    /// Waits for all ranks, at most for the timeout; then names those that are missing.
    static Result<std::unique_ptr<RankGroup>> join(const RankConfig& ranks, const RankGroupConfig& config);
    ~RankGroup() override;

    int rank() const override;
    int size() const override;
    /// By slices: every rank adds up one in rank order, then all collect the slices. Each rank sends
    /// 2 (n-1)/n of the values, as a ring would, but in an order that never changes.
    void sum(at::Tensor& values) override;
    at::Tensor sumSignal(const at::Tensor& gradWeight, std::uint64_t seed) override;

    /// `values` of rank 0 to all.
    void broadcast(at::Tensor& values);
    std::string broadcast(const std::string& text);
    /// One number of every rank, by rank.
    std::vector<std::int64_t> gather(std::int64_t value);

    /// Rank 0 says `message` and goes on at once; the others get it, however long it takes, while rank 0
    /// lives.
    std::string meet(const std::string& message = {});

    /// Bytes that this rank has sent to others since the last call, without the words.
    std::int64_t takeSentBytes();

    /// Tells the others why this rank ends before its time.
    void tell(const Error& error);
    /// Who was lost and why, asked of the ranks that are left; for rank 0, within seconds.
    std::string explain(const RankLost& lost);

private:
    struct Impl;
    explicit RankGroup(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab
