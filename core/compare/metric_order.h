// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace boolab
{

/// Where a metric stands in a table: what models are judged by first, then their size, then how they were
/// trained, then what that cost.
int rankOf(const std::string& metric);

} // namespace boolab
