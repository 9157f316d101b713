// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <nlohmann/json.hpp>

namespace boolab::ui
{

/// An inspected model in one line: "K = 2 · 2.61 bits per weight · 89.4 MB".
QString modelSummary(const nlohmann::json& inspection);

} // namespace boolab::ui
