// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/ptx/launch_recorder.h"

namespace boolab::kernels::cuda
{

LaunchRecorder::LaunchRecorder(const std::string& path) : m_file(std::fopen(path.c_str(), "wb"))
{
    emulation::observer = this;
}

LaunchRecorder::~LaunchRecorder()
{
    emulation::observer = nullptr;
    if (m_file) std::fclose(m_file);
}

void LaunchRecorder::put(const std::string& bytes)
{
    if (m_file) std::fwrite(bytes.data(), 1, bytes.size(), m_file);
}

void LaunchRecorder::writeChanges(const char* word)
{
    const auto line = [](const char* name, char* address) {
        return std::string(name) + " " + std::to_string(reinterpret_cast<std::uintptr_t>(address));
    };
    for (auto known = m_memory.begin(); known != m_memory.end();) {
        const auto there = emulation::allocations.find(known->first);
        const bool gone = there == emulation::allocations.end() || there->second != known->second.size();
        if (gone) put(line("free", known->first) + "\n");
        known = gone ? m_memory.erase(known) : std::next(known);
    }
    for (const auto& [address, size] : emulation::allocations) {
        const std::string now(address, size);
        const auto [known, added] = m_memory.try_emplace(address, now);
        if (!added && known->second == now) continue;
        known->second = now;
        put(line(word, address) + " " + std::to_string(size) + "\n" + now);
    }
}

void LaunchRecorder::before(const emulation::Launch& launch)
{
    writeChanges("write");
    std::string line = "launch " + std::string(launch.kernel);
    for (const unsigned number : {launch.grid.x, launch.grid.y, launch.grid.z, launch.block.x,
                                  static_cast<unsigned>(launch.arguments.size())})
        line += " " + std::to_string(number);
    put(line + "\n");
    for (const std::string& argument : launch.arguments)
        put(std::to_string(argument.size()) + "\n" + argument);
}

void LaunchRecorder::after()
{
    writeChanges("expect");
    put("end\n");
}

} // namespace boolab::kernels::cuda
