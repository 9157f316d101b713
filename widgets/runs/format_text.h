// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them.
#pragma once

#include <cstdint>

#include <QString>

namespace boolab::ui
{

/// "45 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
QString durationText(double seconds);
/// Local date and time to the minute; empty for 0.
QString dateTimeText(double unixSeconds);
/// "98 MB", decimal units.
QString byteText(std::int64_t bytes);

} // namespace boolab::ui
