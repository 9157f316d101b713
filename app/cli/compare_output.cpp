// SPDX-License-Identifier: Apache-2.0
#include "app/cli/compare_output.h"

#include "app/cli/run_json.h"
#include "core/jobs/sweep_figures.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <set>

namespace boolab::cli
{

namespace
{

using Json = nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

constexpr SizeAxis kSizes[] = {SizeAxis::BitsPerWeight, SizeAxis::BitsPerWeightAll, SizeAxis::FileBytes};

Json numberOrNull(double value)
{
    return std::isfinite(value) ? Json(value) : Json();
}

/// Not what a run is, but what it was told to do.
bool isOption(const SettingRow& row)
{
    static const std::set<std::string> own{"kind", "project", "device", "dtype", "host"};
    return !own.contains(row.key) && !row.key.ends_with(" version");
}

const char* nameOf(Better better)
{
    return better == Better::Lower ? "lower" : better == Better::Higher ? "higher" : "unknown";
}

Json settingsJson(const std::vector<SettingRow>& rows)
{
    Json json = Json::array();
    for (const SettingRow& row : rows) {
        Json values = Json::array();
        for (const auto& value : row.values)
            values.push_back(value ? Json(*value) : Json());
        json.push_back({{"key", row.key}, {"differs", row.differs}, {"values", values}});
        if (!row.kinds.empty()) json.back()["only_of"] = row.kinds;
    }
    return json;
}

Json metricsJson(const ComparisonFacts& facts)
{
    Json json = Json::array();
    for (const MetricRow& row : compareMetrics(facts.runs, facts.baseline)) {
        Json one = {{"metric", row.metric},
                    {"protocol", row.protocol},
                    {"better", nameOf(row.better)},
                    {"curve", row.isCurve},
                    {"other_protocols", row.hasOtherProtocols},
                    {"values", Json::array()},
                    {"best", Json::array()}};
        if (facts.baseline) one["delta"] = one["delta_percent"] = Json::array();
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const MetricCell& cell = row.cells[i];
            one["values"].push_back(numberOrNull(cell.value));
            if (cell.isBest) one["best"].push_back(facts.runs[i].run.id);
            if (!facts.baseline) continue;
            one["delta"].push_back(numberOrNull(cell.delta));
            one["delta_percent"].push_back(numberOrNull(cell.deltaPercent));
        }
        json.push_back(std::move(one));
    }
    return json;
}

Json tradeoffJson(const ComparisonFacts& facts)
{
    Json json = Json::array();
    for (const ScoreChoice& choice : scoreChoices(facts.runs, facts.all))
        for (const SizeAxis axis : kSizes) {
            const TradeoffPicture picture = tradeoffOf(facts.runs, facts.all, choice, axis);
            if (picture.points.empty()) continue;
            Json one = {{"metric", choice.metric},         {"protocol", choice.protocol},
                        {"size", boolab::nameOf(axis)},    {"points", Json::array()},
                        {"full_precision", Json::array()}, {"other_protocol", picture.otherProtocol}};
            for (const TradeoffPoint& point : picture.points)
                one["points"].push_back({{"run", point.from},
                                         {"name", point.name},
                                         {"size", point.size},
                                         {"score", point.score},
                                         {"on_front", point.isOnFront}});
            for (const FullPrecision& full : picture.fullPrecision)
                one["full_precision"].push_back(
                    {{"run", full.run}, {"model", full.model}, {"score", full.score}});
            json.push_back(std::move(one));
        }
    return json;
}

Json referencesJson(const std::vector<ReferenceScore>& references)
{
    Json json = Json::array();
    for (const ReferenceScore& one : references) {
        Json entry = {
            {"model", one.model}, {"method", one.method}, {"bits", one.bits}, {"source", one.source}};
        for (const auto& [key, kind] :
             {std::pair("wikitext2", ReferenceKind::Wikitext2), std::pair("c4", ReferenceKind::C4),
              std::pair("accuracy", ReferenceKind::Accuracy)})
            if (const auto value = valueOf(one, kind))
                entry[key] = {{"value", *value}, {"protocol", protocolOf(one, kind)}};
        if (!one.bitsNote.empty()) entry["bits_note"] = one.bitsNote;
        if (!one.note.empty()) entry["note"] = one.note;
        json.push_back(std::move(entry));
    }
    return json;
}

std::vector<std::string> headOf(const ComparisonFacts& facts, std::vector<std::string> head)
{
    for (const ComparedRun& one : facts.runs)
        head.push_back(
            fmt::format("run {}{}", one.run.id, facts.baseline == one.run.id ? " (baseline)" : ""));
    return head;
}

/// What the runs of one kind have in common and others cannot have, a line per kind; defaults are counted.
std::string ownSettingsText(const ComparisonFacts& facts)
{
    std::vector<std::string> kinds;
    std::map<std::string, std::vector<std::string>> told;
    std::map<std::string, int> defaults;
    for (const SettingRow& row : compareSettings(facts.runs)) {
        if (row.differs || row.kinds.empty()) continue;
        if (!told.contains(row.kinds)) kinds.push_back(row.kinds);
        auto& ofKind = told[row.kinds];
        defaults[row.kinds] += row.isSet ? 0 : 1;
        const auto value = std::ranges::find_if(row.values, [](const auto& one) { return one.has_value(); });
        if (row.isSet) ofKind.push_back(fmt::format("{} {}", row.key, **value));
    }
    std::string text;
    for (const std::string& kind : kinds) {
        if (defaults[kind] > 0)
            told[kind].push_back(fmt::format("{} at {}", defaults[kind],
                                             defaults[kind] == 1 ? "its default" : "their defaults"));
        text += fmt::format("{} alone: {}\n", kind, fmt::join(told[kind], ", "));
    }
    return text;
}

std::string settingsText(const ComparisonFacts& facts)
{
    std::vector<std::string> names = {"name"}, states = {"state"};
    for (const ComparedRun& one : facts.runs) {
        names.push_back(one.run.name);
        states.push_back(nameOf(one.run.state));
    }
    Rows rows = {headOf(facts, {"setting"}), names, states};
    for (const SettingRow& row : compareSettings(facts.runs)) {
        if (!row.differs) continue;
        std::vector<std::string> cells = {row.key};
        for (const auto& value : row.values)
            cells.push_back(value.value_or("-"));
        rows.push_back(std::move(cells));
    }
    return textTable(rows) + ownSettingsText(facts);
}

std::string cellText(const std::string& metric, const MetricCell& cell)
{
    if (std::isnan(cell.value)) return "-";
    const auto shown = [&](double value) {
        return metric.ends_with("_bytes") ? formatBytes(static_cast<std::int64_t>(value))
                                          : formatNumber(value);
    };
    std::string text = shown(cell.value);
    if (cell.isBest) text += " *";
    if (cell.isSoFar) text += " so far";
    if (cell.delta == 0)
        text += " (+0)";
    else if (std::isfinite(cell.delta))
        text += fmt::format(" ({}{}{})", cell.delta < 0 ? "-" : "+", shown(std::abs(cell.delta)),
                            std::isfinite(cell.deltaPercent) ? fmt::format(", {:+.1f} %", cell.deltaPercent)
                                                             : "");
    return text;
}

std::string resultsText(const ComparisonFacts& facts)
{
    Rows rows = {headOf(facts, {"result", "protocol"})};
    bool isMixed = false;
    for (const MetricRow& row : compareMetrics(facts.runs, facts.baseline)) {
        if (row.isCurve) continue;
        isMixed |= row.hasOtherProtocols && isQuality(row.metric);
        std::vector<std::string> cells = {
            row.metric, fmt::format("{}{}", row.hasOtherProtocols ? "! " : "", row.protocol)};
        for (const MetricCell& cell : row.cells)
            cells.push_back(cellText(row.metric, cell));
        rows.push_back(std::move(cells));
    }
    return textTable(rows) + "* the best of a row\n" +
           (isMixed ? "! measured by different protocols: values of such rows are not comparable with each "
                      "other\n"
                    : "");
}

std::string tradeoffText(const ComparisonFacts& facts)
{
    const auto choices = scoreChoices(facts.runs, facts.all);
    if (choices.empty()) return {};
    const ScoreChoice& choice = choices.front();
    const TradeoffPicture picture = tradeoffOf(facts.runs, facts.all, choice, SizeAxis::BitsPerWeight);
    const TradeoffPicture bytes = tradeoffOf(facts.runs, facts.all, choice, SizeAxis::FileBytes);
    Rows rows = {{"run", "name", choice.metric, "bits/weight", "file", "front by bits", "front by file"}};
    for (const TradeoffPoint& point : picture.points) {
        const auto size = std::ranges::find(bytes.points, point.from, &TradeoffPoint::from);
        const bool hasSize = size != bytes.points.end();
        rows.push_back({std::to_string(point.from), point.name, formatNumber(point.score),
                        formatNumber(point.size),
                        hasSize ? formatBytes(static_cast<std::int64_t>(size->size)) : "-",
                        point.isOnFront ? "yes" : "-", hasSize && size->isOnFront ? "yes" : "-"});
    }
    for (const FullPrecision& full : picture.fullPrecision)
        rows.push_back({std::to_string(full.run), "full precision: " + full.model, formatNumber(full.score),
                        "-", "-", "-", "-"});
    return fmt::format("\n{}: {}\n", choice.metric, choice.protocol) + textTable(rows);
}

std::string referencesText(const std::vector<ReferenceScore>& references)
{
    if (references.empty()) return {};
    Rows rows = {{"published", "method", "bits, as claimed", "WikiText-2", "accuracy", "protocol", "source"}};
    for (const ReferenceScore& one : references) {
        const auto perplexity = valueOf(one, ReferenceKind::Wikitext2),
                   accuracy = valueOf(one, ReferenceKind::Accuracy);
        std::string protocol = perplexity ? protocolOf(one, ReferenceKind::Wikitext2) : std::string();
        if (accuracy)
            protocol += fmt::format("{}{}", perplexity ? "; " : "", protocolOf(one, ReferenceKind::Accuracy));
        rows.push_back({one.model, one.method, fmt::format("{:g}", one.bits),
                        perplexity ? formatNumber(*perplexity) : "-",
                        accuracy ? formatNumber(*accuracy) : "-", protocol, one.source});
    }
    return fmt::format("\n{}", textTable(rows));
}

} // namespace

Json toJson(const ComparisonFacts& facts)
{
    const auto settings = compareSettings(facts.runs);
    Json json = {{"runs", Json::array()},
                 {"differing_settings", Json::array()},
                 {"settings", settingsJson(settings)},
                 {"baseline", facts.baseline ? Json(*facts.baseline) : Json()},
                 {"metrics", metricsJson(facts)},
                 {"tradeoff", tradeoffJson(facts)}};
    for (const ComparedRun& one : facts.runs)
        json["runs"].push_back(toJson(one.run));
    for (const SettingRow& row : settings)
        if (row.differs && isOption(row)) json["differing_settings"].push_back(row.key);
    if (!facts.references.empty()) json["references"] = referencesJson(facts.references);
    return json;
}

std::string toText(const ComparisonFacts& facts)
{
    return settingsText(facts) + "\n" + resultsText(facts) + tradeoffText(facts) +
           referencesText(facts.references);
}

} // namespace boolab::cli
