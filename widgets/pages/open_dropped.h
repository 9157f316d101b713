// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/drop.h"
#include "core/jobs/project.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>
#include <vector>

namespace boolab::ui
{

struct OpenedModel {
    std::filesystem::path path;
    nlohmann::json inspection; ///< of inspectModel()
};
struct OpenedProject {
    Project project;
    std::optional<OpenedModel> model;
    std::string modelProblem; ///< why there is no model, where the project names one
};
using Opened = std::variant<OpenedModel, OpenedProject, DroppedDataset, DropRejected>;

/// Classifies what was dropped or chosen and reads its headers. May block on a slow disk: not for the GUI
/// thread.
Opened openDropped(const std::vector<std::filesystem::path>& paths);

} // namespace boolab::ui
