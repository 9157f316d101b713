// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/drop.h"
#include "core/jobs/job.h"
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
/// Questions of zero-shot tasks: <task>.jsonl for each.
struct OpenedTasks {
    std::filesystem::path folder;
    std::vector<std::string> tasks; ///< not empty
};
using Opened = std::variant<OpenedModel, OpenedProject, OpenedTasks, Job, DroppedDataset, DropRejected>;

/// Classifies what was dropped or chosen and reads its headers. May block on a slow disk: not for the GUI
/// thread.
Opened openDropped(const std::vector<std::filesystem::path>& paths);

/// The models where each of several paths is one by itself; empty where they are one model's files, or not
/// all are models. For a background thread.
std::vector<std::filesystem::path> severalModels(const std::vector<std::filesystem::path>& paths);

} // namespace boolab::ui
