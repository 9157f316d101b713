// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_tables.h"

#include "core/compare/comparison.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/charts/layer_name.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/metric_text.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>
#include <cmath>
#include <span>

#include <QCoreApplication>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("CompareTables", text);
}

std::vector<FactHead> headsOf(const CompareInput& input, std::initializer_list<QString> first)
{
    std::vector<FactHead> heads;
    for (const QString& title : first)
        heads.push_back({title});
    for (const ComparedRun& one : input.runs) {
        QString name = QString::fromStdString(one.run.name);
        const QString tip = QStringLiteral("%1\n%2 · %3")
                                .arg(name, QString::fromStdString(one.run.kind), stateText(one.run.state));
        if (input.baseline == one.run.id) name = tr("%1 (baseline)").arg(name);
        heads.push_back({name, tip, input.colorOf(one.run.id)});
    }
    return heads;
}

QString signedText(const std::string& metric, double delta)
{
    return (delta > 0   ? QStringLiteral("+")
            : delta < 0 ? QStringLiteral("−")
                        : QString()) +
           figureText(metric, std::abs(delta));
}

FactCell cellOf(const MetricRow& row, const MetricCell& one)
{
    FactCell cell{.isGood = one.isBest, .isNumber = true};
    if (std::isnan(one.value)) {
        cell.text = QStringLiteral("–");
        cell.isQuiet = true;
        cell.tip = tr("This run has no such value by this protocol.");
        return cell;
    }
    cell.text = figureText(row.metric, one.value);
    QStringList tip{QString::number(one.value, 'g', 10)};
    if (one.standardError > 0) {
        if (!std::isfinite(one.delta)) cell.text += QStringLiteral(" ± ") + valueText(one.standardError);
        tip << tr("standard error %1").arg(valueText(one.standardError));
    }
    if (one.isSoFar) {
        cell.text += tr(" so far");
        tip << tr("the run goes on");
    }
    if (one.delta == 0) {
        cell.text += QStringLiteral("  (±0)");
    } else if (std::isfinite(one.delta)) {
        const QString percent =
            std::isfinite(one.deltaPercent)
                ? QStringLiteral(", %1%2 %")
                      .arg(one.deltaPercent >= 0 ? QStringLiteral("+") : QStringLiteral("−"))
                      .arg(std::abs(one.deltaPercent), 0, 'f', 1)
                : QString();
        cell.text += QStringLiteral("  (%1%2)").arg(signedText(row.metric, one.delta), percent);
        tip << tr("in brackets: the difference to the baseline");
    }
    if (one.isBest) {
        cell.text += QStringLiteral(" ★"); // not by colour alone
        tip << tr("the best of this row");
    }
    cell.tip = tip.join(QLatin1Char('\n'));
    return cell;
}

} // namespace

QString figureTitle(const std::string& metric)
{
    static const std::map<std::string, const char*> kTitles{
        {"bits_per_weight", QT_TRANSLATE_NOOP("CompareTables", "Bits per weight, with scales")},
        {"bits_per_weight_all", QT_TRANSLATE_NOOP("CompareTables", "Bits per weight, whole file")},
        {"file_bytes", QT_TRANSLATE_NOOP("CompareTables", "File size")},
        {"kl_divergence", QT_TRANSLATE_NOOP("CompareTables", "KL from the reference")},
        {"top_1_agreement", QT_TRANSLATE_NOOP("CompareTables", "Same first choice")},
        {"peak_memory_bytes", QT_TRANSLATE_NOOP("CompareTables", "Peak memory")},
        {"seconds", QT_TRANSLATE_NOOP("CompareTables", "Time")},
        {"nll", QT_TRANSLATE_NOOP("CompareTables", "NLL per token")},
        {"average acc", QT_TRANSLATE_NOOP("CompareTables", "Average acc")},
        {"max_kernels", QT_TRANSLATE_NOOP("CompareTables", "Most kernels of a layer")},
        {"kernels", QT_TRANSLATE_NOOP("CompareTables", "Kernels (K), mean")},
        {"relative_error", QT_TRANSLATE_NOOP("CompareTables", "Relative error")},
        {"memory_bytes", QT_TRANSLATE_NOOP("CompareTables", "Memory")},
        {"gpu_memory_bytes", QT_TRANSLATE_NOOP("CompareTables", "GPU memory in use")},
    };
    if (const auto known = kTitles.find(metric); known != kTitles.end()) return tr(known->second);
    if (metric.ends_with(", lowest"))
        return tr("%1, lowest").arg(figureTitle(metric.substr(0, metric.size() - 8)));
    if (isAccuracy(metric) && metric != kPaperAverage)
        return QString::fromStdString(metric); // the field's words
    return metricTitle(metric);
}

QString figureText(const std::string& metric, double value)
{
    if (metric.ends_with("_bytes")) return byteText(static_cast<std::int64_t>(value));
    if (metric == "seconds")
        return value < 1 ? QStringLiteral("%1 s").arg(valueText(value)) : durationText(value);
    return valueText(metricFactor(metric) * value);
}

namespace
{

/// What the runs of one kind have in common and the others cannot have, in one row: what was set, and in the
/// tooltip all of it.
std::vector<FactCell> foldedRow(const std::string& kind, std::span<const SettingRow> rows, std::size_t runs)
{
    std::vector<FactCell> cells{{.text = tr("%1 alone").arg(QString::fromStdString(kind)),
                                 .tip = tr("Settings that no other kind of these runs has"),
                                 .isQuiet = true}};
    for (std::size_t i = 0; i < runs; ++i) {
        QStringList set, all;
        for (const SettingRow& row : rows) {
            if (!row.values[i]) continue;
            const QString told = QStringLiteral("%1: %2").arg(QString::fromStdString(row.label),
                                                              QString::fromStdString(*row.values[i]));
            all << told;
            if (row.isSet) set << told;
        }
        const auto defaults = all.size() - set.size();
        if (defaults > 0) set << tr("%1 at default").arg(defaults);
        cells.push_back({.text = all.isEmpty() ? QStringLiteral("–") : set.join(QStringLiteral(" · ")),
                         .tip = all.isEmpty() ? tr("Runs of this kind have no such setting.")
                                              : all.join(QLatin1Char('\n')),
                         .isQuiet = true});
    }
    return cells;
}

std::vector<FactCell> settingCells(const SettingRow& row)
{
    std::vector<FactCell> cells{{.text = QString::fromStdString(row.label),
                                 .tip = QString::fromStdString(row.key),
                                 .isBold = row.differs}};
    for (const auto& value : row.values)
        cells.push_back({.text = value ? QString::fromStdString(*value) : QStringLiteral("–"),
                         .tip = value ? QString() : tr("Runs of this kind have no such setting."),
                         .isQuiet = !row.differs || !value});
    return cells;
}

} // namespace

Facts2D settingsFacts(const CompareInput& input, bool onlyDiffering)
{
    Facts2D facts{.heads = headsOf(input, {tr("Setting")}), .rows = {}};
    const auto rows = compareSettings(input.runs);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const SettingRow& row = rows[i];
        const bool isOwn = !row.differs && !row.kinds.empty();
        if (isOwn && (i == 0 || rows[i - 1].differs || rows[i - 1].kinds != row.kinds)) {
            const auto end = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(i), rows.end(),
                                          [&](const SettingRow& other) { return other.kinds != row.kinds; });
            facts.rows.push_back(foldedRow(
                row.kinds, {&row, static_cast<std::size_t>(end - rows.begin()) - i}, input.runs.size()));
        }
        if (!onlyDiffering || row.differs) facts.rows.push_back(settingCells(row));
    }
    return facts;
}

Facts2D resultFacts(const CompareInput& input, bool withCurves)
{
    Facts2D facts{.heads = headsOf(input, {tr("Metric"), tr("Protocol")}), .rows = {}};
    for (const MetricRow& row : compareMetrics(input.runs, input.baseline)) {
        if (row.isCurve && !withCurves) continue;
        const QString protocol = QString::fromStdString(row.protocol);
        const QString better = row.better == Better::Lower    ? tr("less is better")
                               : row.better == Better::Higher ? tr("more is better")
                                                              : tr("neither way is better");
        std::vector<FactCell> cells{
            {.text = figureTitle(row.metric),
             .tip = QString::fromStdString(row.metric) + QLatin1Char('\n') + better},
            {.text = row.hasOtherProtocols ? QStringLiteral("⚠ ") + protocol : protocol,
             .tip = row.hasOtherProtocols ? tr("%1\nOther rows have this metric by another protocol: not "
                                               "comparable with this one.")
                                                .arg(protocol)
                                          : protocol,
             .isBold = row.hasOtherProtocols,
             .isQuiet = !row.hasOtherProtocols}};
        for (const MetricCell& one : row.cells)
            cells.push_back(cellOf(row, one));
        facts.rows.push_back(std::move(cells));
    }
    return facts;
}

bool mixesProtocols(const CompareInput& input)
{
    return std::ranges::any_of(compareMetrics(input.runs, {}), [](const MetricRow& row) {
        return row.hasOtherProtocols && !row.isCurve && isQuality(row.metric);
    });
}

Facts2D layerFacts(const CompareInput& input, const std::string& quantity)
{
    Facts2D facts{.heads = headsOf(input, {tr("Layer")}), .rows = {}};
    const auto rows = compareLayers(input.runs, quantity);
    if (rows.empty()) return facts;
    const bool isError = quantity == "relative_error";
    std::vector<FactCell> means{{.text = tr("Mean of the layers"), .isBold = true}};
    for (std::size_t i = 0; i < input.runs.size(); ++i) {
        double sum = 0;
        int count = 0;
        for (const LayerRow& row : rows)
            if (std::isfinite(row.values[i])) {
                sum += row.values[i];
                ++count;
            }
        means.push_back({.text = count > 0 ? valueText(sum / count) : QStringLiteral("–"),
                         .isBold = true,
                         .isNumber = true});
    }
    facts.rows.push_back(std::move(means));
    for (const LayerRow& row : rows) {
        const LayerName name = LayerName::from(row.layer);
        std::vector<FactCell> cells{{.text = name.spoken(), .tip = QString::fromStdString(row.layer)}};
        double low = INFINITY, high = -INFINITY;
        for (const double value : row.values)
            if (std::isfinite(value)) {
                low = std::min(low, value);
                high = std::max(high, value);
            }
        for (const double value : row.values)
            cells.push_back({.text = std::isfinite(value) ? valueText(value) : QStringLiteral("–"),
                             .isQuiet = !std::isfinite(value),
                             .isGood = isError && high > low && value == low,
                             .isNumber = true});
        facts.rows.push_back(std::move(cells));
    }
    return facts;
}

} // namespace boolab::ui
