// SPDX-License-Identifier: Apache-2.0
#include "core/store/process_identity.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace boolab
{

namespace
{

/// Where pids mean the same processes as here.
const std::string& pidScope()
{
    static const std::string scope = [] {
        std::string boot;
        std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
        std::error_code ignored;
        return boot + "/" + std::filesystem::read_symlink("/proc/self/ns/pid", ignored).string();
    }();
    return scope;
}

/// Clock ticks from boot to the start of the process; empty where it is gone or a zombie.
std::string startTime(std::int64_t pid)
{
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string line;
    if (!std::getline(file, line)) return {};
    // The second field is the name in brackets, which may hold anything. See proc(5): field 3 is the state,
    // 22 the start.
    const auto bracket = line.rfind(')');
    if (bracket == std::string::npos) return {};
    std::istringstream fields(line.substr(bracket + 1));
    std::string state, field;
    fields >> state;
    if (state == "Z" || state == "X") return {};
    for (int i = 4; i <= 22; ++i)
        fields >> field;
    return field;
}

} // namespace

std::string processIdentity(std::int64_t pid)
{
    return pidScope() + "/" + startTime(pid);
}

ProcessLife lifeOf(std::int64_t pid, const std::string& identity)
{
    const auto slash = identity.rfind('/');
    if (slash == std::string::npos) return ProcessLife::Gone;
    if (identity.compare(0, slash, pidScope()) != 0) return ProcessLife::Unknown;
    const std::string start = startTime(pid);
    return !start.empty() && start == identity.substr(slash + 1) ? ProcessLife::Alive : ProcessLife::Gone;
}

} // namespace boolab
