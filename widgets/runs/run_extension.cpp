// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_extension.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>

namespace boolab::ui
{
namespace
{

constexpr int kMostSteps = 1'000'000'000;

} // namespace

RunExtension::RunExtension(QWidget* parent)
    : QWidget(parent), m_steps(new QSpinBox), m_note(new QLabel), m_extend(new QPushButton(tr("&Extend"))),
      m_close(new QPushButton(tr("Close")))
{
    setObjectName(QStringLiteral("runExtension"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 2, 0, 2);
    auto* label = new QLabel(tr("Go on for"));
    label->setBuddy(m_steps);
    m_steps->setRange(1, kMostSteps);
    m_steps->setSuffix(tr(" steps"));
    m_steps->setAccessibleName(tr("Steps to add"));
    m_note->setTextFormat(Qt::PlainText);
    row->addWidget(label);
    row->addWidget(m_steps);
    row->addWidget(m_note, 1);
    row->addWidget(m_extend);
    row->addWidget(m_close);
    connect(m_steps, &QSpinBox::valueChanged, this, &RunExtension::showNote);
    connect(m_extend, &QPushButton::clicked, this, [this] { Q_EMIT extensionRequested(total()); });
    connect(m_close, &QPushButton::clicked, this, &RunExtension::closed);
}

void RunExtension::setRun(const RunRecord& run)
{
    const bool isOther = run.id != m_run.id;
    m_run = run;
    if (isOther) m_steps->setValue(static_cast<int>(std::clamp<std::int64_t>(run.totalSteps, 1, kMostSteps)));
    showNote();
}

void RunExtension::open()
{
    show();
    m_steps->setFocus();
    m_steps->selectAll();
}

std::int64_t RunExtension::total() const
{
    return m_run.totalSteps + m_steps->value();
}

void RunExtension::showNote()
{
    m_note->setText(
        tr("from its last checkpoint to step %1 instead of %2; the schedules stretch to the new end.")
            .arg(total())
            .arg(m_run.totalSteps));
}

QString RunExtension::note() const
{
    return m_note->text();
}

} // namespace boolab::ui
