// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <filesystem>

class QTabWidget;

namespace boolab::ui
{

class AllocationPage;
class JobForm;

/// Converting a model: the form with all options, and beside it who gets how many kernels.
class ConvertPage : public QWidget
{
    Q_OBJECT

public:
    /// `tables`: where the engine keeps its tables of errors.
    explicit ConvertPage(const std::filesystem::path& tables, QWidget* parent = nullptr);

    JobForm* form() const { return m_form; }
    AllocationPage* allocation() const { return m_allocation; }
    void showForm();
    void showAllocation();

private:
    QTabWidget* m_tabs;
    JobForm* m_form;
    AllocationPage* m_allocation;
};

} // namespace boolab::ui
