// SPDX-License-Identifier: Apache-2.0
#include "core/cluster/rank_store.h"

#include "core/cluster/rank_lost.h"

#include <condition_variable>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mutex>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

namespace boolab
{

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace
{

constexpr auto kBeatEvery = 1000ms;
constexpr auto kLookEvery = 50ms;
constexpr auto kWaitSlice = 5000ms; ///< after so long without a message rank 0's heartbeat is looked at
/// Ranks that live meet the same broken connection within moments, unless they are deep in a long step.
constexpr auto kAnswerWithin = 10'000ms;
constexpr const char* kBeat = "beat";

std::string joinedKey(int rank)
{
    return fmt::format("joined/{}", rank);
}
std::string toldKey(int rank)
{
    return fmt::format("told/{}", rank);
}
std::string answerKey(int rank)
{
    return fmt::format("answer/{}", rank);
}
std::string messageKey(std::int64_t number)
{
    return fmt::format("message/{}", number);
}

std::string shortened(const char* what)
{
    const std::string text = what;
    return text.substr(0, text.find('\n'));
}

} // namespace

Result<std::unique_ptr<RankStore>> RankStore::connect(const RankConfig& ranks,
                                                      std::chrono::milliseconds timeout)
{
    const bool serves = ranks.rank == 0 && !ranks.storeIsLaunchers;
    try {
        c10d::TCPStoreOptions options;
        options.port = ranks.masterPort;
        options.isServer = serves;
        options.waitWorkers = false;
        options.timeout = timeout;
        if (serves && ranks.listening) options.masterListenFd = *ranks.listening;
        auto tcp = c10::make_intrusive<c10d::TCPStore>(ranks.masterAddress, options);
        auto store = c10::make_intrusive<c10d::PrefixStore>(ranks.storePrefix, std::move(tcp));
        return std::unique_ptr<RankStore>(new RankStore(ranks, timeout, std::move(store)));
    } catch (const std::exception& error) {
        const std::string place = fmt::format("{}:{}", ranks.masterAddress, ranks.masterPort);
        if (serves)
            return fail(ErrorCode::Io,
                        fmt::format("rank 0 cannot listen on {}: {}", place, shortened(error.what())),
                        "Set MASTER_ADDR to this machine and MASTER_PORT to a free port.");
        return fail(ErrorCode::Io,
                    fmt::format("rank {} of {} does not reach rank 0 at {} within {} s: {}", ranks.rank,
                                ranks.size, place, timeout.count() / 1000, shortened(error.what())),
                    "Check that rank 0 runs, MASTER_ADDR and MASTER_PORT, and that no firewall stands "
                    "between; --rank-timeout waits longer.");
    }
}

RankStore::RankStore(const RankConfig& ranks, std::chrono::milliseconds timeout,
                     c10::intrusive_ptr<c10d::Store> store)
    : m_ranks(ranks), m_timeout(timeout), m_store(std::move(store))
{
    m_store->set(joinedKey(m_ranks.rank), std::string("1"));
    if (m_ranks.rank == 0) m_heart = std::jthread([this](std::stop_token stop) { beat(std::move(stop)); });
}

RankStore::~RankStore() = default;

void RankStore::beat(std::stop_token stop)
{
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    try {
        const auto own = m_store->clone(); // a connection of its own: the other may be in a long wait
        for (std::int64_t count = 1; !stop.stop_requested(); ++count) {
            own->set(kBeat, std::to_string(count));
            wake.wait_for(lock, stop, kBeatEvery, [] { return false; });
        }
    } catch (const std::exception&) {
        // The store is gone with its launcher: the next word of this rank finds out.
    }
}

Status RankStore::waitForAll()
{
    const auto deadline = Clock::now() + m_timeout;
    for (;;) {
        std::vector<int> missing;
        for (int rank = 0; rank < m_ranks.size; ++rank) {
            if (!m_store->check({joinedKey(rank)})) missing.push_back(rank);
            if (const auto reason = told(rank)) return fail(ErrorCode::Internal, *reason);
        }
        if (missing.empty()) return {};
        if (const auto ended = m_ranks.endedRanks(); !ended.empty())
            return fail(ErrorCode::Internal,
                        fmt::format("rank {} {}", ended.begin()->first, ended.begin()->second),
                        "Start again.");
        if (Clock::now() > deadline)
            return fail(ErrorCode::Io,
                        fmt::format("of {} ranks, {} did not come within {} s", m_ranks.size,
                                    fmt::join(missing, ", "), m_timeout.count() / 1000),
                        fmt::format("Start them with WORLD_SIZE {}, MASTER_ADDR {} and MASTER_PORT {}; "
                                    "--rank-timeout waits longer.",
                                    m_ranks.size, m_ranks.masterAddress, m_ranks.masterPort));
        std::this_thread::sleep_for(kLookEvery);
    }
}

void RankStore::announce(const std::string& message)
{
    m_store->set(messageKey(m_messages), message);
    // Whoever has taken part in the last step has read what came before it.
    if (m_messages >= 2) m_store->deleteKey(messageKey(m_messages - 2));
    ++m_messages;
}

std::string RankStore::await()
{
    const std::string key = messageKey(m_messages++);
    std::string lastBeat;
    auto lastSign = Clock::now();
    for (;;) {
        try {
            m_store->wait({key}, std::min<std::chrono::milliseconds>(kWaitSlice, m_timeout));
            return m_store->get_to_str(key);
        } catch (const std::exception&) {
            // Too early, or the store is gone: the heartbeat tells.
        }
        try {
            std::string beat;
            if (m_store->check({kBeat})) beat = m_store->get_to_str(kBeat);
            if (beat != lastBeat) lastSign = Clock::now();
            lastBeat = beat;
        } catch (const std::exception& error) {
            throw RankLost(fmt::format("the connection to rank 0 is gone ({})", shortened(error.what())));
        }
        if (Clock::now() - lastSign > m_timeout)
            throw RankLost(
                fmt::format("rank 0 has shown no sign of life for {} s", m_timeout.count() / 1000));
    }
}

void RankStore::tell(const std::string& reason)
{
    m_store->set(toldKey(m_ranks.rank), reason);
}

std::optional<std::string> RankStore::told(int rank)
{
    if (!m_store->check({toldKey(rank)})) return std::nullopt;
    return fmt::format("rank {}: {}", rank, m_store->get_to_str(toldKey(rank)));
}

void RankStore::answer()
{
    m_store->set(answerKey(m_ranks.rank), std::string("1"));
}

std::vector<std::string> RankStore::losses()
{
    const auto deadline = Clock::now() + kAnswerWithin;
    for (;;) {
        std::vector<std::string> known, silent;
        const EndedRanks ended = m_ranks.endedRanks();
        for (int rank = 0; rank < m_ranks.size; ++rank) {
            if (rank == m_ranks.rank) continue;
            if (const auto reason = told(rank))
                known.push_back(*reason);
            else if (const auto found = ended.find(rank); found != ended.end())
                known.push_back(fmt::format("rank {} {}", rank, found->second));
            else if (!m_store->check({answerKey(rank)}))
                silent.push_back(fmt::format("rank {} does not answer", rank));
        }
        if (!known.empty()) return known;
        if (silent.empty() || Clock::now() > deadline) return silent;
        std::this_thread::sleep_for(kLookEvery);
    }
}

} // namespace boolab
