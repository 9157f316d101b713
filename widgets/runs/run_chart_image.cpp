// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_chart_image.h"

#include "core/store/experiment_store.h"

#include "widgets/runs/run_chart_widget.h"
#include "widgets/runs/run_tail.h"

#include <QImage>

namespace boolab::ui
{
namespace
{

constexpr QSize kImageSize(1400, 900);

Status drawRun(const std::filesystem::path& database, RunId run, const QString& pngFile)
{
    if (!std::filesystem::exists(database))
        return fail(ErrorCode::BadInput, "There is no experiment database " + database.string() + ".",
                    "Name one with --db FILE.");
    const auto store = ExperimentStore::open(database);
    if (!store) return std::unexpected(store.error());
    const auto update = RunTail(run).read(*store);
    if (!update) return std::unexpected(update.error());
    RunChartWidget widget(*update);
    widget.resize(kImageSize);
    if (!widget.draw().save(pngFile, "PNG"))
        return fail(ErrorCode::Io, "The chart cannot be written to " + pngFile.toStdString() + ".",
                    "Check that the folder exists and can be written to.");
    return {};
}

} // namespace

bool writeRunChart(const std::filesystem::path& database, boolab::RunId run, const QString& pngFile,
                   QString* error)
{
    const Status status = drawRun(database, run, pngFile);
    if (!status && error) *error = QString::fromStdString(status.error().text());
    return status.has_value();
}

} // namespace boolab::ui
