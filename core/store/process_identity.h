// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace boolab
{

/// Names a process so that a reused pid is not mistaken for it: "<boot id>/<pid namespace>/<start time>".
std::string processIdentity(std::int64_t pid);

enum class ProcessLife { Alive, Gone, Unknown };
/// Unknown: the process belongs to another machine, boot or container, where this one cannot look.
ProcessLife lifeOf(std::int64_t pid, const std::string& identity);

} // namespace boolab
