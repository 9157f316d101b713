// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace boolab
{

/// Some English prose and a little code and arithmetic: what layers are probed with where no text is named.
std::string_view builtinProbeText();

} // namespace boolab
