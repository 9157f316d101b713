// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractSpinBox>
#include <cstdint>

namespace boolab::ui
{

/// A spin box for 64-bit whole numbers. It lets everything be typed and changes nothing typed by itself: the
/// form says what is wrong instead. Steps stay in range.
class WholeNumberBox : public QAbstractSpinBox
{
    Q_OBJECT

public:
    WholeNumberBox(std::int64_t minimum, std::int64_t maximum, QWidget* parent = nullptr);

    void setText(const QString& text);
    void setPlaceholderText(const QString& text);
    void stepBy(int steps) override;

Q_SIGNALS:
    void edited();

protected:
    StepEnabled stepEnabled() const override;
    void wheelEvent(QWheelEvent* event) override;

private:
    std::int64_t m_minimum, m_maximum;
};

} // namespace boolab::ui
