// SPDX-License-Identifier: Apache-2.0
#include "core/compare/comparison_report.h"

#include "core/compare/series_colors.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

// Sizes in points: on paper a pixel is next to nothing.
constexpr const char* kStyle =
    "body{font-family:sans-serif;color:#222222;background:#ffffff;margin:24px}"
    "h1{font-size:16pt}h2{font-size:13pt}"
    "table{border-collapse:collapse}"
    "th,td{border:1px solid #d8d8d8;padding:3px 8px;text-align:left;vertical-align:top;font-size:9pt}"
    "td.n{text-align:right}td.b{text-align:right;font-weight:bold;background:#e2f3e6}"
    "p.q{color:#555555;font-size:9pt}pre{white-space:pre-wrap;margin:0;font-size:9pt}";

/// A page is narrower than a window.
constexpr const char* kPrintStyle = "th,td,td.n,td.b,pre{font-size:7pt}th,td{padding:2px 4px}";

std::string cell(const std::string& text, const char* kind = "")
{
    return *kind ? fmt::format("<td class=\"{}\">{}</td>", kind, text) : "<td>" + text + "</td>";
}

std::string swatch(int color)
{
    return fmt::format("<span style=\"color:{0};background-color:{0}\">&#9608;&#9608;</span> ",
                       seriesHex(color));
}

std::string shownValue(const std::string& metric, double value)
{
    return metric.ends_with("_bytes") ? formatBytes(static_cast<std::int64_t>(value)) : formatNumber(value);
}

class Report
{
public:
    Report(const ReportInput& input, const PlaceChart& place) : m_input(input), m_place(place) {}

    std::string text()
    {
        m_text = fmt::format(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title>"
            "<style>{1}{3}</style></head><body>\n<h1>{0}</h1>\n<p class=\"q\">{2}</p>\n",
            htmlEscaped(m_input.title), kStyle,
            htmlEscaped(fmt::format("{} runs compared by Boolab, {}", m_input.runs.size(), m_input.madeAt)),
            m_place ? kPrintStyle : "");
        runs();
        results();
        tradeoff();
        curves();
        settings();
        layers();
        texts();
        return m_text + "</body></html>\n";
    }

private:
    void heading(const char* words) { m_text += fmt::format("<h2>{}</h2>\n", words); }
    void note(const std::string& words) { m_text += "<p class=\"q\">" + htmlEscaped(words) + "</p>\n"; }
    void chart(const SvgChart& chart)
    {
        const std::string svg = svgOf(chart);
        m_text += "<div>" + (m_place ? m_place(svg) : svg) + "</div>\n";
    }
    void head(std::initializer_list<const char*> first)
    {
        m_text += "<table><tr>";
        for (const char* words : first)
            m_text += fmt::format("<th>{}</th>", words);
        for (std::size_t i = 0; i < m_input.runs.size(); ++i)
            m_text += fmt::format("<th>{}{}</th>", swatch(m_input.colors[i]),
                                  htmlEscaped(m_input.runs[i].run.name));
        m_text += "</tr>\n";
    }

    void runs()
    {
        heading("Runs");
        m_text += "<table><tr><th>Run</th><th>Number</th><th>Kind</th><th>State</th><th>Steps</th></tr>\n";
        for (std::size_t i = 0; i < m_input.runs.size(); ++i) {
            const RunRecord& run = m_input.runs[i].run;
            const char* role = m_input.baseline == run.id ? " (baseline)" : "";
            m_text += "<tr>" + cell(swatch(m_input.colors[i]) + htmlEscaped(run.name) + role) +
                      cell(std::to_string(run.id), "n") + cell(htmlEscaped(run.kind)) +
                      cell(htmlEscaped(nameOf(run.state))) + cell(std::to_string(run.step), "n") + "</tr>\n";
        }
        m_text += "</table>\n";
    }

    std::string valueText(const MetricRow& row, const MetricCell& one) const
    {
        if (std::isnan(one.value)) return "–";
        std::string text = shownValue(row.metric, one.value);
        if (one.standardError > 0) text += " ± " + formatNumber(one.standardError);
        if (one.isSoFar) text += " so far";
        if (one.delta == 0) {
            text += "<br>±0";
        } else if (std::isfinite(one.delta)) {
            text += fmt::format("<br>{}{}", one.delta > 0 ? "+" : "-",
                                shownValue(row.metric, std::abs(one.delta)));
            if (std::isfinite(one.deltaPercent)) text += fmt::format(" ({:+.1f} %)", one.deltaPercent);
        }
        return text;
    }

    void results()
    {
        heading("Results");
        note("The best value of a row is marked. Every row holds one protocol: values of two rows are not "
             "comparable.");
        head({"Metric", "Protocol"});
        for (const MetricRow& row : compareMetrics(m_input.runs, m_input.baseline)) {
            if (row.isCurve) continue;
            const std::string warning = row.hasOtherProtocols ? " (several protocols)" : "";
            m_text += "<tr>" + cell(htmlEscaped(row.metric) + warning) + cell(htmlEscaped(row.protocol));
            for (const MetricCell& one : row.cells)
                m_text += cell(valueText(row, one), one.isBest ? "b" : "n");
            m_text += "</tr>\n";
        }
        m_text += "</table>\n";
    }

    void tradeoff()
    {
        const auto choices = scoreChoices(m_input.runs, m_input.all);
        if (choices.empty()) return;
        const ScoreChoice& choice = m_input.choice ? *m_input.choice : choices.front();
        const auto picture = tradeoffOf(m_input.runs, m_input.all, choice, m_input.sizeAxis);
        heading("Quality against size");
        note(fmt::format("{}: {}", choice.metric, choice.protocol));
        chart(tradeoffChart(picture, choice, m_input.sizeAxis, m_input.runs, m_input.colors,
                            m_input.references));
        if (picture.otherProtocol > 0)
            note(fmt::format("{} more measured by another protocol: not in the picture.",
                             picture.otherProtocol));
        references(choice);
    }

    void references(const ScoreChoice& choice)
    {
        const auto kind = referenceKindFor(choice.metric);
        if (m_input.references.empty() || !kind) return;
        heading("Published figures");
        m_text += "<table><tr><th>Model</th><th>Method</th><th>Bits, as claimed</th><th>Score</th>"
                  "<th>Protocol</th><th>Source</th></tr>\n";
        for (const ReferenceScore& one : m_input.references) {
            const auto value = valueOf(one, *kind);
            if (!value) continue;
            const bool isAlike = isLikeProtocol(one, *kind, choice.protocol);
            m_text += "<tr>" + cell(htmlEscaped(one.model)) + cell(htmlEscaped(one.method)) +
                      cell(htmlEscaped(fmt::format("{:g}", one.bits) +
                                       (one.bitsNote.empty() ? std::string() : "; " + one.bitsNote))) +
                      cell(formatNumber(*value), "n") +
                      cell(htmlEscaped(protocolOf(one, *kind) + (isAlike ? "" : " (not as measured here)"))) +
                      cell(htmlEscaped(one.source + (one.note.empty() ? std::string() : "; " + one.note))) +
                      "</tr>\n";
        }
        m_text += "</table>\n";
    }

    void curves()
    {
        if (m_input.curves.empty()) return;
        heading("Curves");
        for (const ComparedCurves& one : m_input.curves)
            chart(curveChart(one, m_input.runs, m_input.colors, m_input.curveAxis));
    }

    void settings()
    {
        const auto rows = compareSettings(m_input.runs);
        const auto same = std::ranges::find(rows, false, &SettingRow::differs);
        const auto own =
            std::ranges::find_if(same, rows.end(), [](const SettingRow& row) { return !row.kinds.empty(); });
        heading("Settings that differ");
        settingRows({rows.begin(), same});
        heading("Settings that are the same");
        m_text += "<table>";
        for (auto row = same; row != own; ++row)
            m_text += "<tr>" + cell(htmlEscaped(row->key)) +
                      cell(htmlEscaped(row->values.front().value_or("–"))) + "</tr>\n";
        m_text += "</table>\n";
        for (auto row = own; row != rows.end();) {
            const auto next = std::ranges::find_if(
                row, rows.end(), [&](const SettingRow& other) { return other.kinds != row->kinds; });
            ownSettings({row, next});
            row = next;
        }
    }

    /// Of some kinds of job alone, folded under their name.
    void ownSettings(const std::vector<SettingRow>& rows)
    {
        m_text += "<details><summary>Settings that only " + htmlEscaped(rows.front().kinds) +
                  " has</summary><table>";
        for (const SettingRow& row : rows) {
            const auto value =
                std::ranges::find_if(row.values, [](const auto& one) { return one.has_value(); });
            m_text += "<tr>" + cell(htmlEscaped(row.key)) + cell(htmlEscaped(**value)) + "</tr>\n";
        }
        m_text += "</table></details>\n";
    }

    void settingRows(const std::vector<SettingRow>& rows)
    {
        head({"Setting"});
        for (const SettingRow& row : rows) {
            m_text += "<tr>" + cell(htmlEscaped(row.key));
            for (const auto& value : row.values)
                m_text += cell(htmlEscaped(value.value_or("–")));
            m_text += "</tr>\n";
        }
        m_text += "</table>\n";
    }

    void layers()
    {
        for (const auto& [quantity, words] : {std::pair("kernel_count", "Kernels per layer"),
                                              std::pair("relative_error", "Error per layer")}) {
            const auto rows = compareLayers(m_input.runs, quantity);
            if (rows.empty()) continue;
            heading(words);
            head({"Layer"});
            for (const LayerRow& row : rows) {
                m_text += "<tr>" + cell(htmlEscaped(row.layer));
                for (const double value : row.values)
                    m_text += cell(std::isfinite(value) ? formatNumber(value) : "–", "n");
                m_text += "</tr>\n";
            }
            m_text += "</table>\n";
        }
    }

    void texts()
    {
        const auto rows = compareTexts(m_input.runs);
        if (rows.empty()) return;
        heading("Texts");
        for (const TextRow& row : rows) {
            note("After: " + row.prompt);
            head({"Teacher"});
            m_text +=
                "<tr>" + cell("<pre>" + htmlEscaped(row.teacher.empty() ? "–" : row.teacher) + "</pre>");
            for (const auto& text : row.texts)
                m_text += cell("<pre>" + htmlEscaped(text.value_or("–")) + "</pre>");
            m_text += "</tr></table>\n";
        }
    }

    const ReportInput& m_input;
    const PlaceChart& m_place;
    std::string m_text;
};

} // namespace

std::string comparisonReport(const ReportInput& input, const PlaceChart& place)
{
    return Report(input, place).text();
}

} // namespace boolab
