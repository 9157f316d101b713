// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_chart_list.h"

#include "core/jobs/job.h"
#include "widgets/runs/run_state_look.h"

#include <QCoreApplication>

namespace boolab::ui
{
namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("RunCharts", text);
}

bool shows(const RunChartSpec& spec, const char* metric)
{
    return std::string(spec.curves.front().metric) == metric;
}

bool waits(const RunRecord& run)
{
    return isActive(run.state) || run.state == RunState::Queued;
}

/// 0 where the job does not say.
std::int64_t optionOf(const RunRecord& run, const char* key)
{
    const auto job = Job::fromJson(run.job, "job");
    return job ? job->integer(key) : 0;
}

QString heldOutText(const RunRecord& run)
{
    const std::int64_t every = optionOf(run, "eval_every");
    if (every <= 0) return tr("This run measures nothing on held-out text (Measure every: 0).");
    if (waits(run)) return tr("Comes every %1 steps, measured on text that is not trained on.").arg(every);
    return tr("This run ended before its first measurement on held-out text.");
}

QString trainingText(const RunChartSpec& spec, const RunRecord& run)
{
    if (shows(spec, "held_out_perplexity")) return heldOutText(run);
    if (spec.group == ChartGroup::Flips && trainsScalesOnly(run))
        return tr("No flips: this run trains the scales only.");
    if (spec.group == ChartGroup::Flips && waits(run)) {
        const std::int64_t wait = optionOf(run, "bool_wait");
        return wait > run.step ? tr("Flips begin after step %1; until then signals are gathered.").arg(wait)
                               : tr("Comes with the first recorded step.");
    }
    if (shows(spec, "cpu_load") && waits(run))
        return tr("Comes about once a second, from the first step on.");
    return waits(run) ? tr("Comes with the first recorded step.") : tr("This run wrote none.");
}

} // namespace

QString groupTitle(ChartGroup group)
{
    switch (group) {
    case ChartGroup::Overview:
        return tr("Overview");
    case ChartGroup::Loss:
        return tr("Loss");
    case ChartGroup::Flips:
        return tr("Flips");
    case ChartGroup::Scales:
        return tr("Scales");
    case ChartGroup::Machine:
        return tr("Machine");
    case ChartGroup::More:
        return tr("More");
    }
    return {};
}

const std::vector<RunChartSpec>& runChartList()
{
    using Group = ChartGroup;
    static const std::vector<RunChartSpec> kCharts{
        {Group::Loss,
         QT_TRANSLATE_NOOP("RunCharts", "Loss"),
         {{"loss", 0}, {"loss_kl", 1}, {"loss_hidden", 2}, {"held_out_kl", 4}, {"nll", 3}}},
        {Group::Loss,
         QT_TRANSLATE_NOOP("RunCharts", "Held-out perplexity"),
         {{"held_out_perplexity", 5}},
         false},
        {Group::Flips, QT_TRANSLATE_NOOP("RunCharts", "Flip rate"), {{"flip_rate", 3}, {"cap", 6}}},
        {Group::Flips, QT_TRANSLATE_NOOP("RunCharts", "Flips so far"), {{"flips_total", 3}}, false},
        {Group::Flips,
         QT_TRANSLATE_NOOP("RunCharts", "Share of the trained bits"),
         {{"ever_flipped_share", 5}, {"flipped_share", 3}, {"flipped_back_share", 1}},
         false},
        {Group::Scales, QT_TRANSLATE_NOOP("RunCharts", "Drift of the scales"), {{"scale_drift", 2}}, false},
        {Group::Scales, QT_TRANSLATE_NOOP("RunCharts", "Learning rate"), {{"learning_rate", 4}}, false},
        {Group::Scales, QT_TRANSLATE_NOOP("RunCharts", "Gradient norm"), {{"grad_norm", 0}}},
        {Group::Flips,
         QT_TRANSLATE_NOOP("RunCharts", "Norm of the Boolean signal"),
         {{"bool_signal_norm", 0}},
         true,
         true},
        {Group::Flips,
         QT_TRANSLATE_NOOP("RunCharts", "Rate of the Boolean signal"),
         {{"bool_learning_rate", 4}},
         false,
         true},
        {Group::Machine, QT_TRANSLATE_NOOP("RunCharts", "Tokens per second"), {{"tokens_per_second", 4}}},
        {Group::Machine,
         QT_TRANSLATE_NOOP("RunCharts", "Memory (GB)"),
         {{"memory_bytes", 0}, {"gpu_memory_bytes", 3}},
         false},
        {Group::Machine,
         QT_TRANSLATE_NOOP("RunCharts", "Load (% of all cores, of the GPU)"),
         {{"cpu_load", 2}, {"gpu_load", 3}}},
    };
    return kCharts;
}

QString chartTitle(const RunChartSpec& spec)
{
    return tr(spec.title);
}

bool isTold(const std::string& metric)
{
    return metric == "flips"; // the rate times the number of bits
}

bool trainsScalesOnly(const RunRecord& run)
{
    return run.job.is_object() && run.job.value("train", nlohmann::json()) == "scales";
}

QString emptyChartText(const RunChartSpec& spec, const RunRecord& run)
{
    if (run.kind == "finetune") return trainingText(spec, run);
    if (spec.group == ChartGroup::Flips) return tr("Only finetuning flips Boolean weights.");
    if (!shows(spec, "loss"))
        return waits(run) ? tr("Comes with the first step.") : tr("This run wrote none.");
    if (run.kind == "convert") return tr("Converting has no loss curve. See Layers and Details.");
    if (run.kind == "generate") return tr("Generating has no loss curve. Its text is under Details.");
    return waits(run) ? tr("No step has finished yet.") : tr("This run ended before its first step.");
}

} // namespace boolab::ui
