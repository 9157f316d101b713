// SPDX-License-Identifier: Apache-2.0
#include "core/cluster/rank_config.h"

#include "core/base/system_info.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr int kMostRanks = 65536;
constexpr int kLastPort = 65535;

std::string variable(const char* name)
{
    const char* value = std::getenv(name);
    return value ? value : "";
}

Result<int> numberOf(const char* name, int least, int most)
{
    const std::string text = variable(name);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size() && number >= least && number <= most)
        return number;
    return fail(
        ErrorCode::Usage,
        fmt::format("the environment variable {} is \"{}\", a whole number from {} to {} was expected", name,
                    text, least, most),
        "Start all ranks with torchrun, set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT alike on all "
        "machines, or unset RANK and use --nproc on one.");
}

} // namespace

Result<std::optional<RankConfig>> rankFromEnvironment()
{
    if (variable("RANK").empty()) return std::nullopt;
    const auto size = numberOf("WORLD_SIZE", 1, kMostRanks);
    if (!size) return std::unexpected(size.error());
    const auto rank = numberOf("RANK", 0, *size - 1);
    if (!rank) return std::unexpected(rank.error());
    if (*size == 1) return std::nullopt;
    const auto port = numberOf("MASTER_PORT", 1, kLastPort);
    if (!port) return std::unexpected(port.error());
    RankConfig config{.rank = *rank, .size = *size};
    config.masterPort = static_cast<std::uint16_t>(*port);
    config.masterAddress = variable("MASTER_ADDR");
    if (config.masterAddress.empty())
        return fail(ErrorCode::Usage, "the environment variable MASTER_ADDR is not set",
                    "It names the machine of rank 0.");
    if (!variable("LOCAL_WORLD_SIZE").empty()) {
        const auto local = numberOf("LOCAL_WORLD_SIZE", 1, *size);
        if (!local) return std::unexpected(local.error());
        config.localSize = *local;
    }
    config.localRank = config.rank % config.localSize;
    if (!variable("LOCAL_RANK").empty()) {
        const auto local = numberOf("LOCAL_RANK", 0, config.localSize - 1);
        if (!local) return std::unexpected(local.error());
        config.localRank = *local;
    }
    config.storeIsLaunchers = variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
    if (const std::string attempt = variable("TORCHELASTIC_RESTART_COUNT"); !attempt.empty())
        config.storePrefix += "/" + attempt;
    return config;
}

int threadsPerRank(int threads, int ranks)
{
    return std::max(1, (threads > 0 ? threads : physicalThreads()) / ranks);
}

} // namespace boolab
