// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <QIcon>
#include <QString>

namespace boolab::ui
{

/// How a state is shown everywhere: a word, a shape and a colour, so that none has to be told by colour
/// alone.
QString stateText(RunState state);
QColor stateColor(RunState state, bool dark);
QIcon stateIcon(RunState state, bool dark);
/// A star, for runs that are pinned.
QIcon pinIcon(bool dark);
/// Running or paused: an engine is at work on it.
bool isActive(RunState state);

} // namespace boolab::ui
