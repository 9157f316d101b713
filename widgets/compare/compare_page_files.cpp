// SPDX-License-Identifier: Apache-2.0
// Comparisons that are kept, and reports of them.
#include "widgets/compare/compare_charts.h"
#include "widgets/compare/compare_page.h"
#include "widgets/compare/compare_tray.h"
#include "widgets/compare/reference_list.h"
#include "widgets/compare/report_file.h"
#include "widgets/compare/tradeoff_view.h"
#include "widgets/runs/notice_bar.h"
#include "widgets/runs/save_file.h"

#include <algorithm>
#include <array>

#include <QDateTime>
#include <QInputDialog>
#include <QLocale>
#include <QMenu>
#include <QTabWidget>

namespace boolab::ui
{

namespace
{

/// Of the tabs, in saved comparisons.
constexpr std::array kViews{"charts", "settings", "results", "layers", "texts", "tradeoff"};
constexpr std::array kAxes{"step", "tokens", "time"};

template <std::size_t Count>
int placeIn(const std::array<const char*, Count>& words, const nlohmann::json& word)
{
    if (!word.is_string()) return -1;
    const auto found = std::ranges::find(words, word.get<std::string>());
    return found == words.end() ? -1 : static_cast<int>(found - words.begin());
}

} // namespace

nlohmann::json ComparePage::look() const
{
    nlohmann::json colors = nlohmann::json::object(), hidden = nlohmann::json::array();
    for (const auto& [id, color] : m_tray->colors())
        colors[std::to_string(id)] = color;
    for (const RunId id : m_tray->ids())
        if (!m_tray->isShown(id)) hidden.push_back(id);
    nlohmann::json look = {{"view", kViews[static_cast<std::size_t>(m_tabs->currentIndex())]},
                           {"axis", kAxes[static_cast<std::size_t>(m_charts->axis())]},
                           {"smoothing", m_charts->smoothing()},
                           {"metrics", m_charts->metrics()},
                           {"size", nameOf(m_tradeoff->sizeAxis())},
                           {"colors", colors},
                           {"hidden", hidden}};
    if (const auto choice = m_tradeoff->choice()) look["score"] = choice->metric;
    if (m_tradeoff->showsReferences())
        look["references"] = m_tradeoff->referenceList()->model().toStdString();
    return look;
}

/// What cannot be read stays as it is: the file may be of another version.
void ComparePage::takeLook(const nlohmann::json& settings)
{
    const auto at = [&](const char* key) { return settings.value(key, nlohmann::json()); };
    if (const int axis = placeIn(kAxes, at("axis")); axis >= 0)
        m_charts->setAxis(static_cast<CurveAxis>(axis));
    if (at("smoothing").is_number_integer()) m_charts->setSmoothing(at("smoothing").get<int>());
    for (const SizeAxis axis : {SizeAxis::BitsPerWeight, SizeAxis::BitsPerWeightAll, SizeAxis::FileBytes})
        if (at("size") == nameOf(axis)) m_tradeoff->setSizeAxis(axis);
    std::vector<std::string> metrics;
    if (at("metrics").is_array())
        for (const auto& metric : at("metrics"))
            if (metric.is_string()) metrics.push_back(metric.get<std::string>());
    m_charts->setMetrics(metrics);
    const nlohmann::json references = at("references");
    m_tradeoff->setReferencesShown(references.is_string());
    if (references.is_string())
        m_tradeoff->referenceList()->setModel(QString::fromStdString(references.get<std::string>()));
    if (at("hidden").is_array())
        for (const auto& id : at("hidden"))
            if (id.is_number_integer()) m_tray->setShown(id.get<RunId>(), false);
    if (const int view = placeIn(kViews, at("view")); view >= 0) m_tabs->setCurrentIndex(view);
}

void ComparePage::openSaved(const QString& name)
{
    if (!m_data) {
        m_pending = name;
        m_reader->setRuns({});
        return;
    }
    const auto found = std::ranges::find(m_data->saved, name.toStdString(), &SavedComparison::name);
    if (found == m_data->saved.end())
        return m_notice->tell(tr("There is no saved comparison “%1”.").arg(name));
    showSaved(SavedComparison(*found));
}

void ComparePage::showSaved(const SavedComparison& saved)
{
    std::map<RunId, int> colors;
    const nlohmann::json stored = saved.settings.value("colors", nlohmann::json::object());
    if (stored.is_object())
        for (const auto& [id, color] : stored.items())
            if (color.is_number_integer()) colors[std::atoll(id.c_str())] = color.get<int>();
    m_name = QString::fromStdString(saved.name);
    m_tray->set(saved.runs, saved.baseline, colors);
    takeLook(saved.settings);
    if (saved.runs.empty())
        m_notice->tell(tr("The runs of the comparison “%1” were deleted.").arg(m_name));
    else
        Q_EMIT statusChanged(tr("Opened the comparison “%1”").arg(m_name));
}

void ComparePage::saveAs(const QString& name)
{
    m_reader->save({.name = name.trimmed().toStdString(),
                    .settings = look(),
                    .runs = m_tray->ids(),
                    .baseline = m_tray->baseline()});
}

void ComparePage::askNameAndSave()
{
    bool isGiven = false;
    const QString name =
        QInputDialog::getText(this, tr("Save the comparison"), tr("Name (one that is there is replaced):"),
                              QLineEdit::Normal, suggestedName(), &isGiven);
    if (isGiven && !name.trimmed().isEmpty()) saveAs(name);
}

QString ComparePage::suggestedName() const
{
    if (!m_name.isEmpty()) return m_name;
    return tr("%1 runs, %2")
        .arg(m_tray->ids().size())
        .arg(QLocale().toString(QDate::currentDate(), QLocale::ShortFormat));
}

void ComparePage::fillSavedMenu()
{
    m_savedMenu->clear();
    if (!m_data || m_data->saved.empty()) {
        m_savedMenu->addAction(tr("None is saved yet"))->setEnabled(false);
        return;
    }
    auto* forget = new QMenu(tr("Forget"), m_savedMenu);
    for (const SavedComparison& one : m_data->saved) {
        const QString name = QString::fromStdString(one.name);
        QString shown = name;
        shown.replace(QLatin1Char('&'), QLatin1String("&&"));
        m_savedMenu->addAction(tr("%1 (%2 runs)").arg(shown).arg(one.runs.size()), this,
                               [this, name] { openSaved(name); });
        forget->addAction(shown, this, [this, name] { m_reader->removeSaved(name); });
    }
    m_savedMenu->addSeparator();
    m_savedMenu->addMenu(forget);
}

ReportInput ComparePage::reportInput() const
{
    const CompareInput now = input();
    ReportInput report{
        .title = m_name.isEmpty() ? tr("Comparison of %1 runs").arg(now.runs.size()).toStdString()
                                  : m_name.toStdString(),
        .madeAt = QLocale::c()
                      .toString(QDateTime::currentDateTime(), QStringLiteral("yyyy-MM-dd HH:mm"))
                      .toStdString(),
        .runs = now.runs,
        .colors = {},
        .baseline = now.baseline,
        .all = *now.data->all,
        .curves = {},
        .curveAxis = m_charts->axis(),
        .choice = m_tradeoff->choice(),
        .sizeAxis = m_tradeoff->sizeAxis(),
        .references = m_tradeoff->references()};
    for (const ComparedRun& one : now.runs)
        report.colors.push_back(now.colorOf(one.run.id));
    for (const std::string& metric : m_charts->metrics()) {
        ComparedCurves curves{.metric = metric, .points = {}};
        for (const ComparedRun& one : now.runs) {
            const auto mine = now.data->curves.find(one.run.id);
            const bool has = mine != now.data->curves.end() && mine->second.contains(metric);
            curves.points.push_back(has ? mine->second.at(metric)->points : std::vector<MetricPoint>());
        }
        report.curves.push_back(std::move(curves));
    }
    return report;
}

void ComparePage::exportTo(const QString& file)
{
    if (!m_data || input().runs.empty())
        return m_notice->tell(tr("No run is ticked in the tray: nothing to report."));
    m_tradeoff->update(input()); // its choices may never have been looked at
    ++m_writing;
    m_background.run([input = reportInput(), file] { return writeReport(input, file); },
                     [this, file](const Status& written) {
                         --m_writing;
                         const QString text = written ? tr("Wrote %1").arg(file)
                                                      : QString::fromStdString(written.error().text());
                         if (!written) m_notice->tell(text);
                         Q_EMIT statusChanged(text);
                     });
}

void ComparePage::askFileAndExport(const QString& ending)
{
    QString name = suggestedName();
    name.replace(QLatin1Char('/'), QLatin1Char('-'));
    QString file = askSaveFile(this, tr("Write the report"), name + ending,
                               ending == QLatin1String(".pdf") ? tr("PDF (*.pdf)") : tr("HTML (*.html)"));
    if (file.isEmpty()) return;
    if (!file.endsWith(ending, Qt::CaseInsensitive) && !file.contains(QLatin1Char('.'))) file += ending;
    exportTo(file);
}

} // namespace boolab::ui
