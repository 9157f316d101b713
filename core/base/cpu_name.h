// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace boolab
{

/// The processor's name as the system knows it; empty where it does not tell.
std::string cpuName();
/// The same from a text in the form of /proc/cpuinfo.
std::string cpuNameFrom(const std::string& cpuinfo);

} // namespace boolab
