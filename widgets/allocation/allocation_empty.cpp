// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/allocation_empty.h"

#include "widgets/allocation/allocation_input.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kTextWidth = 640;

} // namespace

AllocationEmpty::AllocationEmpty(QWidget* parent)
    : QWidget(parent), m_text(new QLabel), m_measure(new QPushButton(tr("Fill in &average bits")))
{
    m_text->setObjectName(QStringLiteral("allocationEmpty"));
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setFixedWidth(kTextWidth);
    m_measure->setObjectName(QStringLiteral("measure"));
    connect(m_measure, &QPushButton::clicked, this, &AllocationEmpty::measurementWanted);
    auto* column = new QVBoxLayout(this);
    column->addStretch();
    column->addWidget(m_text, 0, Qt::AlignHCenter);
    column->addSpacing(8);
    column->addWidget(m_measure, 0, Qt::AlignHCenter);
    column->addStretch();
}

void AllocationEmpty::explain(const AllocationInput& input)
{
    const bool noModel = input.model.empty();
    m_measure->setVisible(!noModel && input.problem.empty());
    m_text->setText(noModel ? tr("Choose a model under Options first.")
                    : !input.problem.empty()
                        ? QString::fromStdString(input.problem)
                        : tr("What each layer of this model loses with 1, 2, 3, … kernels has not been "
                             "measured yet. The first conversion with average bits, or with a size "
                             "of the file, measures it and keeps the table; from then on a budget is "
                             "solved here at once.\n\nStart such a conversion in the form: without a "
                             "text it takes importance “none”; with a calibration text it also measures "
                             "what the layers' outputs lose, and with importance “loss” what that costs "
                             "the model in the end."));
    m_text->setFixedHeight(m_text->heightForWidth(kTextWidth)); // layouts take it for one line
}

QString AllocationEmpty::text() const
{
    return m_text->text();
}

} // namespace boolab::ui
