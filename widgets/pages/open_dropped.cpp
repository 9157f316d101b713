// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/open_dropped.h"

#include "core/jobs/inspect_model.h"
#include "core/tasks/zero_shot_tasks.h"

namespace boolab::ui
{

namespace
{

Opened openModel(const std::filesystem::path& path)
{
    auto inspection = inspectModel(path);
    if (!inspection) return DropRejected{inspection.error().text()};
    return OpenedModel{path, std::move(*inspection)};
}

Opened openProject(const std::filesystem::path& path)
{
    auto project = Project::open(path);
    if (!project) return DropRejected{project.error().text()};
    OpenedProject opened{.project = std::move(*project), .model = {}, .modelProblem = {}};
    if (opened.project.model.empty()) return opened;
    auto inspection = inspectModel(opened.project.model);
    if (inspection)
        opened.model = OpenedModel{opened.project.model, std::move(*inspection)};
    else
        opened.modelProblem = inspection.error().text();
    return opened;
}

/// Those whose questions lie in the folder, or the one whose questions the file holds.
std::optional<OpenedTasks> tasksIn(const std::filesystem::path& path)
{
    std::error_code error;
    const bool isFolder = std::filesystem::is_directory(path, error);
    OpenedTasks found{.folder = isFolder ? path : path.parent_path(), .tasks = {}};
    for (const ZeroShotTask& task : zeroShotTasks()) {
        const auto file = found.folder / (task.name + ".jsonl");
        if (isFolder ? std::filesystem::is_regular_file(file, error) : file == path)
            found.tasks.push_back(task.name);
    }
    if (found.tasks.empty()) return std::nullopt;
    return found;
}

} // namespace

Opened openDropped(const std::vector<std::filesystem::path>& paths)
{
    const Drop drop = classifyDrop(paths);
    const bool mayBeTasks =
        std::holds_alternative<DroppedDataset>(drop) || std::holds_alternative<DropRejected>(drop);
    if (mayBeTasks && paths.size() == 1)
        if (auto tasks = tasksIn(paths.front())) return std::move(*tasks);
    if (const auto* model = std::get_if<DroppedModel>(&drop)) return openModel(model->path);
    if (const auto* project = std::get_if<DroppedProject>(&drop)) return openProject(project->path);
    if (const auto* file = std::get_if<DroppedJob>(&drop)) {
        auto job = Job::fromFile(file->path);
        return job ? Opened(std::move(*job)) : DropRejected{job.error().text()};
    }
    if (const auto* dataset = std::get_if<DroppedDataset>(&drop)) return *dataset;
    return std::get<DropRejected>(drop);
}

std::vector<std::filesystem::path> severalModels(const std::vector<std::filesystem::path>& paths)
{
    if (paths.size() < 2 || std::holds_alternative<DroppedModel>(classifyDrop(paths))) return {};
    std::vector<std::filesystem::path> models;
    for (const auto& path : paths) {
        const Drop drop = classifyDrop({path});
        const auto* model = std::get_if<DroppedModel>(&drop);
        if (model == nullptr) return {};
        models.push_back(model->path);
    }
    return models;
}

} // namespace boolab::ui
