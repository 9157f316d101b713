// SPDX-License-Identifier: Apache-2.0
#include "widgets/tour/tour.h"

#include "widgets/base/text_look.h"

#include <algorithm>

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kWidth = 340, kGap = 14, kEdge = 3, kRadius = 8;

class Ring : public QWidget
{
public:
    explicit Ring(QWidget* window) : QWidget(window)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents);
        hide();
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(palette().color(QPalette::Highlight), kEdge));
        const double inset = kEdge / 2.0;
        painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), kRadius, kRadius);
    }
};

} // namespace

Tour::Tour(QWidget* window)
    : QFrame(window), m_ring(new Ring(window)), m_title(new QLabel), m_text(new QLabel), m_count(new QLabel),
      m_skip(new QPushButton(tr("End the tour"))), m_back(new QPushButton(tr("Back"))),
      m_next(new QPushButton)
{
    setObjectName(QStringLiteral("tour"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    setFixedWidth(kWidth);
    setTextScale(m_title, 1.2, true);
    m_text->setWordWrap(true);
    setTextColor(m_count, quietTextColor(palette()));
    m_next->setObjectName(QStringLiteral("tourNext"));
    m_next->setDefault(true);
    for (QPushButton* button : {m_skip, m_back, m_next})
        button->installEventFilter(this); // arrow keys walk, they do not change the focus
    connect(m_next, &QPushButton::clicked, this, &Tour::next);
    connect(m_back, &QPushButton::clicked, this, &Tour::back);
    connect(m_skip, &QPushButton::clicked, this, &Tour::end);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_skip);
    buttons->addStretch(1);
    buttons->addWidget(m_back);
    buttons->addWidget(m_next);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(8);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addWidget(m_count);
    column->addLayout(buttons);
    window->installEventFilter(this);
    hide();
}

void Tour::start(std::vector<TourStop> stops)
{
    m_stops = std::move(stops);
    if (!m_stops.empty()) show(0);
}

void Tour::next()
{
    m_at + 1 < m_stops.size() ? show(m_at + 1) : end();
}

void Tour::back()
{
    if (m_at > 0) show(m_at - 1);
}

void Tour::end()
{
    if (isHidden()) return;
    hide();
    m_ring->hide();
    Q_EMIT ended();
}

void Tour::show(std::size_t stop)
{
    m_at = stop;
    const TourStop& shown = m_stops[stop];
    if (shown.enter) shown.enter();
    m_title->setText(shown.title);
    m_text->setText(shown.text);
    m_count->setText(tr("%1 of %2").arg(stop + 1).arg(m_stops.size()));
    m_back->setEnabled(stop > 0);
    m_next->setText(stop + 1 < m_stops.size() ? tr("Next") : tr("Done"));
    m_skip->setVisible(stop + 1 < m_stops.size());
    setAccessibleName(shown.title + QStringLiteral(". ") + shown.text);
    QFrame::show();
    place();
    m_next->setFocus();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

/// To the right of what it speaks of where there is room, else below, always within the window.
void Tour::place()
{
    const QRect target =
        m_stops[m_at].target().adjusted(-kEdge, -kEdge, kEdge, kEdge).intersected(parentWidget()->rect());
    m_ring->setGeometry(target);
    m_ring->raise();
    m_ring->show();
    setFixedHeight(heightForWidth(kWidth));
    QPoint corner(target.right() + kGap, target.top());
    const QSize room = parentWidget()->size();
    if (corner.x() + width() > room.width()) corner = {target.left(), target.bottom() + kGap};
    corner.setX(std::clamp(corner.x(), 0, std::max(0, room.width() - width() - kGap)));
    corner.setY(std::clamp(corner.y(), 0, std::max(0, room.height() - height() - kGap)));
    move(corner);
    raise();
}

bool Tour::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isRunning()) place();
    if (watched != parentWidget() && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Right || key == Qt::Key_Left || key == Qt::Key_Escape) {
            keyPressEvent(static_cast<QKeyEvent*>(event));
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

void Tour::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Right:
    case Qt::Key_Return:
    case Qt::Key_Enter:
        return next();
    case Qt::Key_Left:
        return back();
    case Qt::Key_Escape:
        return end();
    default:
        QFrame::keyPressEvent(event);
    }
}

void Tour::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) setTextColor(m_count, quietTextColor(palette()));
}

} // namespace boolab::ui
