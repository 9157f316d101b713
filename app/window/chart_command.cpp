// SPDX-License-Identifier: Apache-2.0
#include "app/window/chart_command.h"

#include "core/store/experiment_store.h"
#include "widgets/runs/run_chart_image.h"

namespace boolab::ui
{

namespace
{

Result<RunId> findRun(const std::filesystem::path& database, const QString& run)
{
    if (const RunId id = run.toLongLong(); id > 0) return id;
    std::error_code ignored;
    if (!std::filesystem::exists(database, ignored))
        return fail(ErrorCode::BadInput, database.string() + ": there is no such experiment database",
                    "A first run makes it; --db FILE names another.");
    const auto store = ExperimentStore::open(database);
    if (!store) return std::unexpected(store.error());
    const auto runs = store->runs();
    if (!runs) return std::unexpected(runs.error());
    const bool anyKind = run == QLatin1String("latest");
    for (const RunRecord& record : *runs) // newest first
        if (anyKind || record.kind == "finetune") return record.id;
    return fail(ErrorCode::BadInput,
                database.string() + (anyKind ? ": holds no run" : ": holds no run of finetune"));
}

} // namespace

Status writeChart(const std::filesystem::path& database, const QString& run, const QString& pngFile)
{
    const auto id = findRun(database, run);
    if (!id) return std::unexpected(id.error());
    QString error;
    if (!writeRunChart(database, *id, pngFile, &error)) return fail(ErrorCode::Io, error.toStdString());
    return {};
}

} // namespace boolab::ui
