// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/budget_editor.h"

#include "widgets/allocation/allocation_plan.h"

#include <cmath>

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSlider>

namespace boolab::ui
{

namespace
{

constexpr double kMegabyte = 1e6;
constexpr double kBitsStep = 0.05, kMegabyteStep = 0.1;

} // namespace

BudgetEditor::BudgetEditor(QWidget* parent)
    : QWidget(parent), m_unit(new QComboBox), m_slider(new QSlider(Qt::Horizontal)), m_box(new QDoubleSpinBox)
{
    m_unit->addItems({tr("Average bits"), tr("File size")});
    m_unit->setObjectName(QStringLiteral("budgetUnit"));
    m_unit->setAccessibleName(tr("What the budget counts"));
    m_slider->setObjectName(QStringLiteral("budgetSlider"));
    m_slider->setAccessibleName(tr("Budget"));
    m_slider->setPageStep(5);
    m_box->setObjectName(QStringLiteral("budget"));
    m_box->setAccessibleName(tr("Budget"));
    m_box->setKeyboardTracking(false);
    m_box->setMinimumWidth(130);
    m_box->installEventFilter(this);
    line()->installEventFilter(this);
    auto* label = new QLabel(tr("&Budget"));
    label->setBuddy(m_slider);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(label);
    row->addWidget(m_unit);
    row->addWidget(m_slider, 1);
    row->addWidget(m_box);
    connect(m_unit, &QComboBox::currentIndexChanged, this,
            [this](int index) { Q_EMIT unitChosen(index == 1); });
    connect(m_slider, &QSlider::valueChanged, this,
            [this](int value) { choose(value * m_box->singleStep()); });
    connect(m_slider, &QSlider::sliderReleased, this, [this] { ++m_gesture; });
    connect(m_box, &QDoubleSpinBox::valueChanged, this, &BudgetEditor::choose);
}

QLineEdit* BudgetEditor::line() const
{
    return m_box->findChild<QLineEdit*>();
}

/// A line claims the keys of undo and redo even with nothing to undo.
bool BudgetEditor::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride) return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool isSpent = (key->matches(QKeySequence::Undo) && !line()->isUndoAvailable()) ||
                         (key->matches(QKeySequence::Redo) && !line()->isRedoAvailable());
    if (!isSpent) return QWidget::eventFilter(watched, event);
    event->ignore(); // the page's shortcut takes it
    return true;
}

void BudgetEditor::choose(double shown)
{
    Q_EMIT valueChosen(m_unit->currentIndex() == 1 ? shown * kMegabyte : shown, m_gesture);
}

void BudgetEditor::show(bool bySize, double value, const Range& range)
{
    const QSignalBlocker unit(m_unit), slider(m_slider), box(m_box);
    const double scale = bySize ? 1 / kMegabyte : 1, step = bySize ? kMegabyteStep : kBitsStep;
    // Inside the range in whole steps, so that both ends can be had.
    const double low = std::ceil(range.low * scale / step - 1e-6);
    const double high = std::max(low, std::floor(range.high * scale / step + 1e-6));
    m_unit->setCurrentIndex(bySize ? 1 : 0);
    m_box->setDecimals(bySize ? 1 : 2);
    m_box->setSuffix(bySize ? tr(" MB") : tr(" bits"));
    m_box->setSingleStep(step);
    m_box->setRange(low * step, high * step);
    m_box->setValue(value * scale);
    if (line()->isUndoAvailable())
        line()->setText(line()->text());  // what was typed is taken: the page undoes it
    if (m_slider->isSliderDown()) return; // it is where the mouse is
    m_slider->setRange(static_cast<int>(low), static_cast<int>(high));
    m_slider->setValue(static_cast<int>(std::lround(value * scale / step)));
}

} // namespace boolab::ui
