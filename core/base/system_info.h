// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace boolab
{

/// What this machine is and has left; -1 where the system does not tell.
std::int64_t availableMemoryBytes();
std::int64_t totalMemoryBytes();
/// Processes that the kernel has killed for want of memory since it started.
std::int64_t outOfMemoryKills();
std::int64_t residentMemoryBytes();
std::int64_t peakResidentMemoryBytes();
/// From here on the peak is counted anew; where the system does not allow it, nothing changes.
void restartPeakMemory();
std::int64_t freeDiskBytes(const std::filesystem::path& path);
/// False where the system makes up what `path` shows, as below /proc: nothing can be written there.
bool keepsFiles(const std::filesystem::path& path);
std::string hostName();
int physicalThreads();
/// True where the CPU multiplies bfloat16 natively (AVX512_BF16, AMX).
bool cpuHasBfloat16();
std::string boolabVersion();

} // namespace boolab
