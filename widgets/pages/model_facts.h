// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/base/fact_card.h"

#include <nlohmann/json.hpp>

namespace boolab::ui
{

/// What inspectModel() tells about a model, as labels and texts in the order of the card.
Facts modelFacts(const nlohmann::json& inspection);
/// The last part of its path that says which one it is.
QString modelName(const QString& path);

} // namespace boolab::ui
