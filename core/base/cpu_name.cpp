// SPDX-License-Identifier: Apache-2.0
#include "core/base/cpu_name.h"

#include <fstream>
#include <iterator>
#include <sstream>

namespace boolab
{

namespace
{

std::string trimmed(const std::string& text)
{
    const auto begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t\r");
    return begin == std::string::npos ? std::string() : text.substr(begin, end - begin + 1);
}

} // namespace

std::string cpuNameFrom(const std::string& cpuinfo)
{
    // x86 names every core; Arm's kernels at most the board, at the end.
    std::string board;
    std::istringstream in(cpuinfo);
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(':');
        if (colon == std::string::npos) continue;
        const std::string key = trimmed(line.substr(0, colon)), value = trimmed(line.substr(colon + 1));
        if (key == "model name" && !value.empty()) return value;
        if (key == "Hardware" || key == "Model") board = value;
    }
    return board;
}

std::string cpuName()
{
    std::ifstream in("/proc/cpuinfo");
    return cpuNameFrom({std::istreambuf_iterator<char>(in), {}});
}

} // namespace boolab
