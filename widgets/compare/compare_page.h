// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/compare/compare_reader.h"
#include "widgets/compare/compare_view.h"

#include <filesystem>

#include <QWidget>

class QCheckBox;
class QLabel;
class QMenu;
class QStackedLayout;
class QTabWidget;
class QToolButton;

namespace boolab
{
struct ReportInput;
}

namespace boolab::ui
{

class CompareCharts;
class CompareLayers;
class CompareTexts;
class CompareTray;
class DropVeil;
class FactsTable;
class NoticeBar;
class TradeoffView;

/// Runs side by side: a tray of runs, and views of those that are ticked in it. Reads and writes the database
/// only through a thread of its own.
class ComparePage : public QWidget
{
    Q_OBJECT

public:
    explicit ComparePage(std::filesystem::path database, QWidget* parent = nullptr);
    ~ComparePage() override;

    void addRuns(const std::vector<RunId>& ids);
    /// A comparison that was saved, in place of what is here; now or as soon as it has been read.
    void openSaved(const QString& name);
    void saveAs(const QString& name);
    /// A report of what is here: HTML, or PDF by the name's ending.
    void exportTo(const QString& file);
    /// Until every curve that was read is drawn.
    bool isReading() const;

    CompareTray* tray() const { return m_tray; }
    QTabWidget* tabs() const { return m_tabs; }
    CompareCharts* charts() const { return m_charts; }
    FactsTable* settingsTable() const { return m_settings; }
    FactsTable* resultsTable() const { return m_results; }
    CompareLayers* layers() const { return m_layers; }
    CompareTexts* texts() const { return m_texts; }
    TradeoffView* tradeoff() const { return m_tradeoff; }
    NoticeBar* notice() const { return m_notice; }
    QString emptyText() const;

Q_SIGNALS:
    void runRequested(boolab::RunId id);
    void runsPageRequested();
    void statusChanged(const QString& text);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeSide();
    QWidget* makeViews();
    QWidget* makeResults();
    QWidget* makeSettings();
    void connectParts();
    void take(const CompareDataPtr& data);
    void showSaved(const SavedComparison& saved);
    CompareInput input() const;
    void updateViews();
    void updateCurrent();
    void offerEvaluations();
    void fillSavedMenu();
    void askNameAndSave();
    void askFileAndExport(const QString& ending);
    nlohmann::json look() const;
    void takeLook(const nlohmann::json& settings);
    ReportInput reportInput() const;
    QString suggestedName() const;

    CompareReader* m_reader;
    CompareDataPtr m_data;
    QString m_name;               ///< under which this was saved or opened
    std::vector<RunId> m_offered; ///< evaluations that were offered
    QString m_pending;            ///< to be opened when it has been read
    QStackedLayout* m_stack;
    QLabel* m_empty;
    CompareTray* m_tray;
    QTabWidget* m_tabs;
    CompareCharts* m_charts;
    FactsTable *m_settings, *m_results;
    QCheckBox *m_onlyDiffering, *m_withCurves;
    QLabel *m_settingsNote, *m_resultsNote;
    CompareLayers* m_layers;
    CompareTexts* m_texts;
    TradeoffView* m_tradeoff;
    NoticeBar* m_notice;
    QToolButton *m_save, *m_open, *m_export;
    QMenu* m_savedMenu;
    DropVeil* m_veil;
    int m_writing = 0;
    Background m_background; ///< last: goes first, and waits for its work
};

} // namespace boolab::ui
