// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLineEdit;
class QSlider;

namespace boolab::ui
{

struct Range;

/// A budget as average bits or as megabytes: what it counts, a slider and the number itself. While a number
/// is being typed, undo takes back the typing; else it is the page's.
class BudgetEditor : public QWidget
{
    Q_OBJECT

public:
    explicit BudgetEditor(QWidget* parent = nullptr);

    /// Shows a budget without telling of it. Bits, or bytes where `bySize`.
    void show(bool bySize, double value, const Range& range);
    QSlider* slider() const { return m_slider; }
    QDoubleSpinBox* box() const { return m_box; }
    QComboBox* unit() const { return m_unit; }

Q_SIGNALS:
    void unitChosen(bool bySize);
    /// Bits or bytes. `gesture` is the same for all values of one drag.
    void valueChosen(double value, int gesture);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QLineEdit* line() const;
    void choose(double shown);

    QComboBox* m_unit;
    QSlider* m_slider;
    QDoubleSpinBox* m_box;
    int m_gesture = 1;
};

} // namespace boolab::ui
