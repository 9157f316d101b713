// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <filesystem>

class QTabWidget;

namespace boolab::ui
{

class AllocationPage;
class JobForm;

/// Converting a model: the form with all options, beside it who gets how many kernels, and the form that
/// converts and measures a whole grid.
class ConvertPage : public QWidget
{
    Q_OBJECT

public:
    /// `tables`: where the engine keeps its tables of errors.
    explicit ConvertPage(const std::filesystem::path& tables, QWidget* parent = nullptr);

    JobForm* form() const { return m_form; }
    AllocationPage* allocation() const { return m_allocation; }
    /// What is set in the Convert form stands in the sweep's too, when its tab is opened.
    JobForm* sweep() const { return m_sweep; }
    void showForm();
    void showAllocation();
    void showSweep();

private:
    QTabWidget* m_tabs;
    JobForm* m_form;
    AllocationPage* m_allocation;
    JobForm* m_sweep;
};

} // namespace boolab::ui
