// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QStandardItemModel>
#include <nlohmann/json_fwd.hpp>

namespace boolab::ui
{

/// The whole value of a row, as text or JSON.
constexpr int kWholeValueRole = Qt::UserRole;

/// "metadata" of inspectModel() as a tree of keys and values, a section per file.
void fillMetadata(QStandardItemModel& model, const nlohmann::json& metadata);

} // namespace boolab::ui
