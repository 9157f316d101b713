// SPDX-License-Identifier: Apache-2.0
#include "app/cli/line_input.h"

#include "app/cli/stop_signals.h"

#include <array>
#include <cerrno>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace boolab::cli
{

namespace
{
constexpr std::size_t kMaxLine = std::size_t{16} << 20;
}

std::optional<std::string> LineInput::takeLine()
{
    const auto end = m_buffer.find('\n');
    if (end == std::string::npos) {
        if (!m_ended || m_buffer.empty()) return std::nullopt;
        return std::exchange(m_buffer, {});
    }
    std::string line = m_buffer.substr(0, end);
    m_buffer.erase(0, end + 1);
    return line;
}

bool LineInput::fill(int milliseconds)
{
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (m_ended || ::poll(&input, 1, milliseconds) <= 0) return false;
    std::array<char, 65536> chunk;
    const ssize_t count = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (count < 0) return errno == EINTR;
    if (count == 0 || m_buffer.size() > kMaxLine) m_ended = true;
    m_buffer.append(chunk.data(), static_cast<std::size_t>(count));
    return true;
}

std::optional<std::string> LineInput::wait()
{
    // A signal may come just before the wait begins, so it never waits for long.
    constexpr int kMilliseconds = 500;
    while (!stopRequested()) {
        if (auto line = takeLine()) return line;
        if (m_ended) break;
        fill(kMilliseconds);
    }
    return std::nullopt;
}

std::optional<std::string> LineInput::poll()
{
    while (fill(0)) {
    }
    return takeLine();
}

} // namespace boolab::cli
