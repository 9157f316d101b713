// SPDX-License-Identifier: Apache-2.0
#include "core/compare/report_charts.h"

#include "core/compare/series_colors.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr std::array<std::string_view, 8> kTelling{
    "loss",    "held_out_perplexity", "perplexity",  "relative_error",
    "loss_kl", "flip_rate",           "held_out_kl", "nll"};
constexpr double kMega = 1e6;

std::size_t tellingRank(const std::string& metric)
{
    return static_cast<std::size_t>(std::ranges::find(kTelling, std::string_view(metric)) - kTelling.begin());
}

} // namespace

std::vector<std::string> tellingMetrics(std::span<const ComparedRun> runs, std::size_t limit)
{
    std::map<std::string, int> counts;
    for (const ComparedRun& one : runs)
        for (const MetricSummary& curve : one.curves)
            if (curve.step > 1) ++counts[curve.name]; // one point is no curve
    std::vector<std::string> names;
    for (const auto& [name, count] : counts)
        names.push_back(name);
    std::ranges::stable_sort(names, {}, [&](const std::string& name) {
        const bool isTelling = tellingRank(name) < kTelling.size();
        return std::tuple(!isTelling, -counts[name], tellingRank(name));
    });
    if (names.size() > limit) names.resize(limit);
    return names;
}

Result<ComparedCurves> readCurves(const ExperimentStore& store, std::span<const ComparedRun> runs,
                                  const std::string& metric)
{
    ComparedCurves curves{.metric = metric, .points = {}};
    for (const ComparedRun& one : runs) {
        auto points = store.metrics(one.run.id, metric);
        if (!points) return std::unexpected(points.error());
        curves.points.push_back(std::move(*points));
    }
    return curves;
}

std::string plainTitle(const std::string& metric)
{
    std::string title = metric;
    std::ranges::replace(title, '_', ' ');
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    return title;
}

std::string captionOf(CurveAxis axis)
{
    return axis == CurveAxis::Step ? "step" : axis == CurveAxis::Tokens ? "tokens" : "seconds";
}

std::string captionOf(SizeAxis axis)
{
    return axis == SizeAxis::BitsPerWeight      ? "bits per weight with scales"
           : axis == SizeAxis::BitsPerWeightAll ? "bits per weight, whole file"
                                                : "file size in MB";
}

SvgChart curveChart(const ComparedCurves& curves, std::span<const ComparedRun> runs,
                    std::span<const int> colors, CurveAxis axis)
{
    SvgChart chart{.title = plainTitle(curves.metric), .xCaption = captionOf(axis)};
    for (std::size_t i = 0; i < curves.points.size() && i < runs.size(); ++i) {
        if (curves.points[i].empty()) continue;
        SvgChart::Curve curve{runs[i].run.name, seriesHex(colors[i]), {}};
        for (const MetricPoint& point : curves.points[i])
            curve.points.push_back({placeOf(point, runs[i].run, axis), point.value});
        chart.curves.push_back(std::move(curve));
    }
    return chart;
}

SvgChart tradeoffChart(const TradeoffPicture& picture, const ScoreChoice& choice, SizeAxis axis,
                       std::span<const ComparedRun> runs, std::span<const int> colors,
                       std::span<const ReferenceScore> references)
{
    SvgChart chart{.title = plainTitle(choice.metric) + " against " + captionOf(axis), .xCaption = {}};
    chart.logY = !isAccuracy(choice.metric);
    const double unit = axis == SizeAxis::FileBytes ? kMega : 1;
    for (const TradeoffPoint& point : picture.points) {
        const auto run =
            std::ranges::find(runs, point.run, [](const ComparedRun& one) { return one.run.id; });
        const int color = run == runs.end() ? 0 : colors[static_cast<std::size_t>(run - runs.begin())];
        chart.marks.push_back(
            {point.name, seriesHex(color), {point.size / unit, point.score}, point.isOnFront});
        if (point.isOnFront) chart.front.push_back({point.size / unit, point.score});
    }
    std::ranges::sort(chart.front, {}, &SvgPoint::x);
    for (const FullPrecision& level : picture.fullPrecision)
        chart.levels.push_back({fmt::format("full precision: {}", level.model), level.score, true});
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const TradeoffPoint& point : picture.points) {
        low = std::min(low, point.score);
        high = std::max(high, point.score);
    }
    const auto kind = referenceKindFor(choice.metric);
    for (const ReferenceScore& reference : references)
        if (const auto value = kind ? valueOf(reference, *kind) : std::nullopt;
            value && isNear(*value, low, high))
            chart.levels.push_back({fmt::format("{} {} ({:g} bits, published)", reference.model,
                                                reference.method, reference.bits),
                                    *value});
    return chart;
}

} // namespace boolab
