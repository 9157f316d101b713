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
      m_allocation(new AllocationPage(tables))
{
    m_tabs->setObjectName(QStringLiteral("convertTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_form, tr("Options"));
    m_tabs->addTab(m_allocation, tr("Allocation"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_tabs);
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { m_allocation->setJob(m_form->job()); });
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

void ConvertPage::showAllocation()
{
    m_tabs->setCurrentWidget(m_allocation);
}

} // namespace boolab::ui
