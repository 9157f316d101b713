// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QList>
#include <QString>
#include <nlohmann/json.hpp>
#include <utility>

namespace boolab::ui
{

using Facts = QList<std::pair<QString, QString>>;

/// What inspectModel() tells about a model, as labels and texts in the order of the card.
Facts modelFacts(const nlohmann::json& inspection);

} // namespace boolab::ui
