// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/whole_number_box.h"

#include <QLineEdit>
#include <QWheelEvent>
#include <algorithm>

namespace boolab::ui
{

WholeNumberBox::WholeNumberBox(std::int64_t minimum, std::int64_t maximum, QWidget* parent)
    : QAbstractSpinBox(parent), m_minimum(minimum), m_maximum(maximum)
{
    setFocusPolicy(Qt::StrongFocus);
    connect(lineEdit(), &QLineEdit::textChanged, this, &WholeNumberBox::edited);
}

void WholeNumberBox::setText(const QString& text)
{
    lineEdit()->setText(text);
}

void WholeNumberBox::setPlaceholderText(const QString& text)
{
    lineEdit()->setPlaceholderText(text);
}

void WholeNumberBox::stepBy(int steps)
{
    bool isNumber = false;
    const QString shown = text().isEmpty() ? lineEdit()->placeholderText() : text();
    const qint64 value = shown.toLongLong(&isNumber);
    const qint64 start = std::clamp<qint64>(isNumber ? value : m_minimum, m_minimum, m_maximum);
    // A huge range cannot overflow: the room to the border is compared, not the sum.
    const qint64 step =
        steps > 0 ? std::min<qint64>(steps, m_maximum - start) : std::max<qint64>(steps, m_minimum - start);
    setText(QString::number(start + step));
    selectAll();
}

QAbstractSpinBox::StepEnabled WholeNumberBox::stepEnabled() const
{
    return StepUpEnabled | StepDownEnabled;
}

void WholeNumberBox::wheelEvent(QWheelEvent* event)
{
    // Scrolling a form must not change the values that pass under the pointer.
    if (hasFocus())
        QAbstractSpinBox::wheelEvent(event);
    else
        event->ignore();
}

} // namespace boolab::ui
