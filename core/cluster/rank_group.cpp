// SPDX-License-Identifier: Apache-2.0
#include "core/cluster/rank_group.h"

#include "core/cluster/backend.h"
#include "core/cluster/rank_store.h"
#include "core/cluster/signal_code.h"

#include <algorithm>
#include <c10/util/Logging.h>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fmt/ranges.h>

C10_DECLARE_int(caffe2_log_level);

namespace boolab
{

namespace
{

/// What c10d throws when a peer is gone or silent, as our own.
template <class Work> void orLost(Work work)
{
    try {
        work();
    } catch (const std::exception& error) {
        const std::string text = error.what();
        throw RankLost(text.substr(0, text.find('\n')));
    }
}

constexpr int kLogErrors = 2;

std::int64_t dividedUp(std::int64_t a, std::int64_t b)
{
    return (a + b - 1) / b;
}

} // namespace

struct RankGroup::Impl {
    RankConfig ranks;
    RankGroupConfig config;
    std::unique_ptr<RankStore> store;
    c10::intrusive_ptr<c10d::Backend> backend;
    std::int64_t sent = 0;

    std::int64_t others() const { return ranks.size - 1; }

    /// Slice r of `bytes` (size x slice) goes to rank r; comes back: this rank's slice of every rank.
    at::Tensor toOwners(at::Tensor bytes)
    {
        at::Tensor received = at::empty_like(bytes);
        std::vector<std::int64_t> equal;
        orLost([&] { backend->all_to_all_single(received, bytes, equal, equal)->wait(); });
        sent += others() * static_cast<std::int64_t>(bytes.nbytes()) / ranks.size;
        return received;
    }

    /// The slices of all ranks, (size x slice).
    at::Tensor toAll(at::Tensor slice)
    {
        at::Tensor all = at::empty({ranks.size * slice.numel()}, slice.options());
        orLost([&] { backend->all_gather_single(all, slice)->wait(); });
        sent += others() * static_cast<std::int64_t>(slice.nbytes());
        return all;
    }
};

RankGroup::RankGroup(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
RankGroup::~RankGroup() = default;

Result<std::unique_ptr<RankGroup>> RankGroup::join(const RankConfig& ranks, const RankGroupConfig& config)
{
    // c10d prints a stack trace for every broken connection, which is an ordinary event here.
    if (std::getenv("TORCH_CPP_LOG_LEVEL") == nullptr) FLAGS_caffe2_log_level = kLogErrors;
    auto store = RankStore::connect(ranks, config.timeout);
    if (!store) return std::unexpected(store.error());
    try {
        if (auto there = (*store)->waitForAll(); !there) return std::unexpected(there.error());
        auto backend = makeBackend(at::kCPU, (*store)->store(), ranks, config.timeout);
        if (!backend) return std::unexpected(backend.error());
        return std::unique_ptr<RankGroup>(new RankGroup(std::make_unique<Impl>(
            Impl{.ranks = ranks, .config = config, .store = std::move(*store), .backend = *backend})));
    } catch (const std::exception& error) {
        const std::string text = error.what();
        return fail(ErrorCode::Io,
                    fmt::format("rank {} of {} cannot connect to the others: {}", ranks.rank, ranks.size,
                                text.substr(0, text.find('\n'))),
                    "Machines must reach each other on all ports; GLOO_SOCKET_IFNAME names the network "
                    "interface to use.");
    }
}

int RankGroup::rank() const
{
    return m_impl->ranks.rank;
}
int RankGroup::size() const
{
    return m_impl->ranks.size;
}

void RankGroup::sum(at::Tensor& values)
{
    const std::int64_t ranks = size(), count = values.numel(), slice = dividedUp(count, ranks);
    at::Tensor padded = at::zeros({ranks * slice}, values.options().device(at::kCPU));
    padded.narrow(0, 0, count).copy_(values.reshape({-1}));
    const at::Tensor parts = m_impl->toOwners(padded);
    at::Tensor total = parts.narrow(0, 0, slice).clone();
    for (std::int64_t r = 1; r < ranks; ++r)
        total.add_(parts.narrow(0, r * slice, slice));
    values.copy_(m_impl->toAll(total).narrow(0, 0, count).view_as(values));
}

at::Tensor RankGroup::sumSignal(const at::Tensor& gradient, std::uint64_t seed)
{
    const int bits = m_impl->config.signalBits;
    if (bits == 32) {
        at::Tensor total = gradient.clone();
        sum(total);
        return total;
    }
    const at::Tensor gradWeight = gradient.to(at::kCPU);
    const std::int64_t ranks = size(), M = gradWeight.size(0), N = gradWeight.size(1);
    const std::int64_t R = dividedUp(M, ranks), slice = codedBytes(R, N, bits);
    const auto firstRow = [&](std::int64_t r) { return std::min(M, r * R); };
    const auto rows = [&](std::int64_t r) { return firstRow(r + 1) - firstRow(r); };
    at::Tensor mine = at::zeros({ranks * slice}, at::kByte);
    for (std::int64_t r = 0; r < ranks; ++r)
        encodeSignal(gradWeight.narrow(0, firstRow(r), rows(r)), bits,
                     seed + static_cast<std::uint64_t>(rank() * ranks + r),
                     mine.mutable_data_ptr<std::uint8_t>() + r * slice);
    const at::Tensor parts = m_impl->toOwners(mine);
    const auto* const received = parts.const_data_ptr<std::uint8_t>();
    at::Tensor total = decodeSignal(received, rows(rank()), N, bits);
    for (std::int64_t r = 1; r < ranks; ++r)
        total.add_(decodeSignal(received + r * slice, rows(rank()), N, bits));
    at::Tensor coded = at::zeros({slice}, at::kByte);
    encodeSignal(total, bits, ~seed + static_cast<std::uint64_t>(rank()),
                 coded.mutable_data_ptr<std::uint8_t>());
    const at::Tensor all = m_impl->toAll(coded);
    at::Tensor sum = at::empty({M, N}, at::kFloat);
    for (std::int64_t r = 0; r < ranks; ++r)
        sum.narrow(0, firstRow(r), rows(r))
            .copy_(decodeSignal(all.const_data_ptr<std::uint8_t>() + r * slice, rows(r), N, bits));
    return sum.to(gradient.device());
}

void RankGroup::broadcast(at::Tensor& values)
{
    // Gloo knows neither all dtypes nor empty tensors.
    if (values.numel() == 0) return;
    at::Tensor dense = values.detach().to(at::kCPU).contiguous();
    std::vector<at::Tensor> bytes = {dense.view({-1}).view(at::kByte)};
    orLost([&] { m_impl->backend->broadcast(bytes)->wait(); });
    if (rank() != 0) values.detach().copy_(dense);
}

std::string RankGroup::broadcast(const std::string& text)
{
    at::Tensor length = at::full({1}, static_cast<std::int64_t>(text.size()), at::kLong);
    broadcast(length);
    at::Tensor bytes = at::empty({length.item<std::int64_t>()}, at::kByte);
    if (rank() == 0) std::memcpy(bytes.mutable_data_ptr(), text.data(), text.size());
    broadcast(bytes);
    return {static_cast<const char*>(bytes.const_data_ptr()), static_cast<std::size_t>(bytes.numel())};
}

std::vector<std::int64_t> RankGroup::gather(std::int64_t value)
{
    const at::Tensor all = m_impl->toAll(at::full({1}, value, at::kLong));
    return {all.const_data_ptr<std::int64_t>(), all.const_data_ptr<std::int64_t>() + all.numel()};
}

std::string RankGroup::meet(const std::string& message)
{
    if (rank() != 0) return m_impl->store->await();
    orLost([&] { m_impl->store->announce(message); });
    return message;
}

std::int64_t RankGroup::takeSentBytes()
{
    return std::exchange(m_impl->sent, 0);
}

void RankGroup::tell(const Error& error)
{
    try {
        m_impl->store->tell(error.text());
    } catch (const std::exception&) {
        // Nobody is left to hear it.
    }
}

std::string RankGroup::explain(const RankLost& lost)
{
    try {
        m_impl->store->answer();
        if (rank() != 0) return lost.what();
        if (const auto losses = m_impl->store->losses(); !losses.empty())
            return fmt::format("{}", fmt::join(losses, "; "));
    } catch (const std::exception&) {
        // The store is gone with its launcher.
    }
    return lost.what();
}

} // namespace boolab
