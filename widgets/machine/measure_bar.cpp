// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/measure_bar.h"

#include "widgets/base/text_look.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace boolab::ui
{

MeasureBar::MeasureBar(const QString& title, const QString& button, QWidget* parent)
    : QWidget(parent), m_measure(button), m_title(new QLabel(title)), m_status(new QLabel),
      m_progress(new QProgressBar), m_button(new QPushButton)
{
    setTextScale(m_title, 1.15, true);
    m_status->setObjectName(QStringLiteral("status"));
    m_status->setTextFormat(Qt::PlainText);
    m_status->setWordWrap(true);
    m_status->setMinimumWidth(1); // an endless word must not widen the window
    m_status->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_progress->setAccessibleName(tr("Progress of %1").arg(title));
    m_progress->setFixedWidth(140);
    connect(m_button, &QPushButton::clicked, this,
            [this] { m_isRunning ? Q_EMIT cancelRequested() : Q_EMIT measureRequested(); });
    auto* top = new QHBoxLayout;
    top->addWidget(m_title);
    top->addStretch(1);
    top->addWidget(m_progress);
    top->addWidget(m_button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(m_status);
    showState();
}

void MeasureBar::setStatus(const QString& text)
{
    m_isProblem = false;
    m_status->setText(wrappable(text));
    m_status->setAccessibleName(text);
    showState();
}

void MeasureBar::setProblem(const QString& text)
{
    setStatus(text);
    m_isProblem = true;
    showState();
}

QString MeasureBar::status() const
{
    return m_status->accessibleName();
}

void MeasureBar::setRunning(bool running)
{
    m_isRunning = running;
    m_progress->setRange(0, 0); // busy until the engine counts
    showState();
}

void MeasureBar::setProgress(int done, int total)
{
    m_progress->setRange(0, total);
    m_progress->setValue(done);
}

void MeasureBar::setAllowed(bool allowed, const QString& why)
{
    m_isAllowed = allowed;
    m_why = why;
    showState();
}

void MeasureBar::showState()
{
    m_button->setText(m_isRunning ? tr("&Cancel") : m_measure);
    m_button->setEnabled(m_isRunning || m_isAllowed);
    m_button->setToolTip(m_isRunning || m_isAllowed ? QString() : m_why);
    m_progress->setVisible(m_isRunning);
    m_status->setVisible(!m_status->text().isEmpty());
    setTextColor(m_status, m_isProblem ? badTextColor(palette()) : quietTextColor(palette()));
}

void MeasureBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showState();
}

} // namespace boolab::ui
