// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace boolab::cli
{

/// Lines of standard input, with and without waiting. A line of more than 16 MB ends the input.
class LineInput
{
public:
    /// The next line, or nothing at the end of the input or once a stop is asked for.
    std::optional<std::string> wait();
    /// A line that is there already.
    std::optional<std::string> poll();

private:
    std::optional<std::string> takeLine();
    /// False where nothing came within the time; -1 waits.
    bool fill(int milliseconds);

    std::string m_buffer;
    bool m_ended = false;
};

} // namespace boolab::cli
