// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/pages/option_editor.h"

namespace boolab::ui
{

/// Spin box, line, list, check box or path row, as the option's type asks.
OptionEditor* makeOptionEditor(const OptionSpec& option, QWidget* parent);

} // namespace boolab::ui
