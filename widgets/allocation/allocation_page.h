// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "widgets/allocation/allocation_input.h"
#include "widgets/base/background.h"

#include <QTimer>
#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QStackedWidget;
class QToolButton;

namespace boolab::ui
{

class AllocationEmpty;
class AllocationPlan;
class BlockBars;
class BudgetCharts;
class BudgetEditor;
struct AllocationSettings;

/// Who gets how many kernels, live: the bars of the model's layers under a budget, with pins and undo. Works
/// on the table of errors that a conversion of the model has left.
class AllocationPage : public QWidget
{
    Q_OBJECT

public:
    using Values = std::vector<std::pair<QString, QString>>; ///< of a Convert form's fields

    /// `tables`: the folder that tables are looked for in.
    explicit AllocationPage(std::filesystem::path tables, QWidget* parent = nullptr);

    /// What the Convert form says. Read while the page is visible.
    void setJob(const boolab::Job& job);
    AllocationPlan* plan() const { return m_plan; }
    BlockBars* bars() const { return m_bars; }
    BudgetEditor* budget() const { return m_budget; }
    QString facts() const;
    QString emptyText() const;
    bool hasTable() const;
    /// One row per layer.
    QString csv() const;

Q_SIGNALS:
    /// What is to stand in the Convert form.
    void chosen(const boolab::ui::AllocationPage::Values& values);
    void told(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeEditor();
    QWidget* makeToolBar();
    QWidget* makeFooter();
    void connectPlan();
    void connectBars();
    void read();
    void take(const AllocationInput& input);
    void takeTable(const FoundTable& table);
    void adoptForm();
    AllocationSettings settingsOfForm(const AllocationSettings& otherwise) const;
    void fillTables(std::size_t chosen);
    void showPlan();
    void showFacts();
    void showLayer();
    void wantMenu(int layer, const QPoint& place);
    void wantMeasurement();
    void putIntoForm();
    void save();

    std::filesystem::path m_folder;
    Job m_job;
    std::string m_formShown; ///< the job as its values were last adopted
    AllocationInput m_input;
    AllocationPlan* m_plan;
    std::filesystem::path m_tablePath;
    QStackedWidget* m_stack;
    AllocationEmpty* m_empty;
    QLabel *m_facts, *m_layer;
    QPushButton* m_put;
    QToolButton *m_undo, *m_redo, *m_free;
    QComboBox *m_tables, *m_importance;
    QSpinBox* m_maxKernels;
    BudgetEditor* m_budget;
    BlockBars* m_bars;
    BudgetCharts* m_budgets;
    QTimer m_again;
    Background m_background;
};

} // namespace boolab::ui
