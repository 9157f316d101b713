// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/open_dropped.h"

#include "core/jobs/inspect_model.h"

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

} // namespace

Opened openDropped(const std::vector<std::filesystem::path>& paths)
{
    const Drop drop = classifyDrop(paths);
    if (const auto* model = std::get_if<DroppedModel>(&drop)) return openModel(model->path);
    if (const auto* project = std::get_if<DroppedProject>(&drop)) return openProject(project->path);
    if (const auto* dataset = std::get_if<DroppedDataset>(&drop)) return *dataset;
    return std::get<DropRejected>(drop);
}

} // namespace boolab::ui
