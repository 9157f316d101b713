// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/option_editor.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab::ui
{

QString editorText(const nlohmann::json& value)
{
    if (value.is_null()) return {};
    if (value.is_string()) return QString::fromStdString(value.get<std::string>());
    // The shortest digits that read back as the same number, as in the command.
    if (value.is_number_float()) return QString::fromStdString(fmt::format("{}", value.get<double>()));
    return QString::fromStdString(value.dump());
}

} // namespace boolab::ui
