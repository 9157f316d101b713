// SPDX-License-Identifier: Apache-2.0
#include "widgets/sweep/sweep_overview.h"

#include "core/base/json_field.h"
#include "core/jobs/sweep_figures.h"
#include "core/jobs/sweep_grid.h"
#include "widgets/base/bits_text.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/run_state_look.h"

#include <cmath>

#include <QCoreApplication>
#include <QStringList>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("Sweep", text);
}

/// The runs of one sweep, by what they do rather than by names that can be changed.
class Parts
{
public:
    Parts(const RunRecord& sweep, const std::vector<RunRecord>& runs)
    {
        for (const RunRecord& run : runs)
            if (run.parent == sweep.id) m_parts.push_back(&run);
    }

    const RunRecord* conversionTo(const std::string& folder) const
    {
        return find("convert", "output", folder);
    }
    const RunRecord* evaluationOf(const std::string& model) const { return find("evaluate", "model", model); }

private:
    /// The newest one.
    const RunRecord* find(const char* kind, const char* key, const std::string& path) const
    {
        const RunRecord* newest = nullptr;
        for (const RunRecord* run : m_parts)
            if (run->kind == kind && textAt(run->job, key) == path &&
                (newest == nullptr || run->id > newest->id))
                newest = run;
        return newest;
    }

    std::vector<const RunRecord*> m_parts;
};

QString progressOf(const RunRecord& run)
{
    const QString what = run.kind == "convert" ? tr("converting") : tr("measuring");
    return run.totalSteps > 0 ? tr("%1, %2 of %3").arg(what).arg(run.step).arg(run.totalSteps) : what;
}

void takeState(SweepEntry& entry, const RunRecord& run)
{
    if (isActive(run.state)) {
        entry.state = SweepEntry::State::Running;
        entry.status = progressOf(run);
        if (run.state == RunState::Paused) entry.status += tr(", paused");
    } else if (run.state == RunState::Failed) {
        entry.state = SweepEntry::State::Failed;
        entry.status = QString::fromStdString(run.message);
    } else if (run.state == RunState::Stopped || run.state == RunState::Interrupted) {
        entry.status = stateText(run.state).toLower();
    }
}

void takeFigures(SweepEntry& entry, const nlohmann::json& figures)
{
    entry.figures = figures;
    entry.convertRun = integerAt(figures, "convert_run");
    entry.evaluateRun = integerAt(figures, "evaluate_run");
    entry.state = SweepEntry::State::Done;
    entry.status.clear();
    if (const auto error = figures.find("error"); error != figures.end()) {
        entry.state = SweepEntry::State::Failed;
        entry.status = QString::fromStdString(textAt(*error, "message"));
    } else if (std::isnan(entry.figure("perplexity"))) {
        entry.status = tr("the perplexity is infinite");
    }
}

/// What the runs of a point that is not in the sweep's own row yet say.
void takeRuns(SweepEntry& entry, const RunRecord* conversion, const RunRecord* evaluation,
              double fullPrecision)
{
    if (conversion != nullptr) {
        entry.convertRun = conversion->id;
        takeState(entry, *conversion);
    }
    if (evaluation == nullptr) return;
    entry.evaluateRun = evaluation->id;
    takeState(entry, *evaluation);
    if (evaluation->state != RunState::Done) return;
    const nlohmann::json none;
    addFigures(entry.figures, conversion != nullptr ? conversion->result.get() : none, evaluation->result,
               fullPrecision);
    entry.figures["evaluate_run"] = evaluation->id;
    if (conversion != nullptr) entry.figures["convert_run"] = conversion->id;
    takeFigures(entry, nlohmann::json(entry.figures));
}

const nlohmann::json* gathered(const nlohmann::json& result, const SweepPoint& point)
{
    const auto points = result.is_object() ? result.find("points") : result.end();
    if (!result.is_object() || points == result.end() || !points->is_array()) return nullptr;
    for (const nlohmann::json& one : *points)
        if (textAt(one, "method") == point.method && sweepFigure(one, "bits") == point.bits) return &one;
    return nullptr;
}

SweepEntry referenceOf(const RunRecord& sweep, const Parts& parts)
{
    SweepEntry entry{.method = tr("full precision")};
    const std::string model = textAt(sweep.job, "model");
    entry.figures = {{"method", "full precision"}, {"model", model}};
    const auto known = sweep.result.is_object() ? sweep.result.find("reference") : sweep.result.end();
    if (sweep.result.is_object() && known != sweep.result.end() && known->is_object())
        takeFigures(entry, *known);
    else
        takeRuns(entry, nullptr, parts.evaluationOf(model), 0);
    return entry;
}

} // namespace

QString SweepEntry::name() const
{
    if (bits <= 0) return method;
    return QString::fromStdString(SweepPoint{method.toStdString(), bits}.name());
}

double SweepEntry::figure(const char* key) const
{
    return sweepFigure(figures, key);
}

QString SweepEntry::text() const
{
    QStringList lines{name()};
    if (!status.isEmpty()) lines << status;
    const double perplexity = figure("perplexity"), ratio = figure("ratio"), scales = figure("scale_bits");
    if (std::isfinite(perplexity))
        lines << tr("perplexity %1").arg(valueText(perplexity)) +
                     (std::isfinite(ratio) && bits > 0 ? tr(", %1 × full precision").arg(valueText(ratio))
                                                       : QString());
    if (const QString honest = HonestBits::from(figures).text(); !honest.isEmpty()) lines << honest;
    if (std::isfinite(scales) && bits > 0) lines << tr("%1 of the bits are scales").arg(scales, 0, 'f', 2);
    if (std::isfinite(figure("relative_error")))
        lines << tr("relative error of the weights %1").arg(valueText(figure("relative_error")));
    return lines.join(QLatin1Char('\n'));
}

SweepOverview SweepOverview::from(const RunRecord& sweep, const std::vector<RunRecord>& runs)
{
    SweepOverview overview;
    const Parts parts(sweep, runs);
    overview.reference = referenceOf(sweep, parts);
    const double full = overview.reference.figure("perplexity");
    const auto job = Job::fromJson(sweep.job, "the sweep");
    const auto points =
        job ? sweepPoints(*job) : Result<std::vector<SweepPoint>>(std::unexpected(job.error()));
    if (!points) return overview;
    for (const SweepPoint& point : *points) {
        SweepEntry entry{.method = QString::fromStdString(point.method), .bits = point.bits};
        const std::string folder = conversionOf(*job, point).text("output");
        entry.figures = {{"method", point.method}, {"bits", point.bits}, {"model", folder}};
        if (const nlohmann::json* known = gathered(sweep.result, point))
            takeFigures(entry, *known);
        else
            takeRuns(entry, parts.conversionTo(folder), parts.evaluationOf(folder),
                     std::isfinite(full) ? full : 0);
        overview.done += entry.state == SweepEntry::State::Done ? 1 : 0;
        overview.failed += entry.state == SweepEntry::State::Failed ? 1 : 0;
        overview.points.push_back(std::move(entry));
    }
    return overview;
}

nlohmann::json SweepOverview::result() const
{
    nlohmann::json json = {{"reference", nullptr}, {"points", nlohmann::json::array()}};
    if (reference.state == SweepEntry::State::Done) json["reference"] = reference.figures;
    for (const SweepEntry& entry : points) {
        if (entry.state != SweepEntry::State::Done && entry.state != SweepEntry::State::Failed) continue;
        json["points"].push_back(entry.figures);
        if (entry.state == SweepEntry::State::Failed)
            json["points"].back()["error"]["message"] = entry.status.toStdString();
    }
    return json;
}

} // namespace boolab::ui
