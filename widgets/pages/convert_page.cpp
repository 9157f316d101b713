// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/convert_page.h"

#include "widgets/allocation/allocation_page.h"
#include "widgets/pages/job_form.h"

#include <QTabWidget>
#include <QVBoxLayout>

namespace boolab::ui
{

ConvertPage::ConvertPage(const std::filesystem::path& tables, QWidget* parent)
    : QWidget(parent), m_tabs(new QTabWidget), m_form(new JobForm(JobKind::Convert)),
      m_allocation(new AllocationPage(tables)), m_sweep(new JobForm(JobKind::Sweep))
{
    m_tabs->setObjectName(QStringLiteral("convertTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_form, tr("Options"));
    m_tabs->addTab(m_allocation, tr("Allocation"));
    m_tabs->addTab(m_sweep, tr("Sweep"));
    m_tabs->setTabToolTip(2, tr("Convert by several methods at several bits, and compare the perplexities"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_tabs);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] {
        m_allocation->setJob(m_form->job());
        if (m_tabs->currentWidget() == m_sweep) m_sweep->takeOver(m_form->job());
    });
    connect(m_allocation, &AllocationPage::chosen, this, [this](const AllocationPage::Values& values) {
        for (const auto& [key, value] : values)
            m_form->setValue(key, value);
        showForm();
    });
}

void ConvertPage::showForm()
{
    m_tabs->setCurrentWidget(m_form);
    m_form->setFocus();
}

void ConvertPage::showSweep()
{
    m_tabs->setCurrentWidget(m_sweep);
    m_sweep->setFocus();
}

void ConvertPage::showAllocation()
{
    m_tabs->setCurrentWidget(m_allocation);
}

} // namespace boolab::ui
