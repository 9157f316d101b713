// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/drop_area.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include "widgets/base/icons.h"
#include "widgets/base/text_look.h"

namespace boolab::ui
{

namespace
{

constexpr int kIconSize = 40;

} // namespace

DropArea::DropArea(QWidget* parent) : QWidget(parent)
{
    auto* title = new QLabel(tr("Drop a model anywhere on this window"));
    setTextScale(title, 1.25, true);
    auto* text = new QLabel(tr("A Hugging Face folder, a .gguf, a .safetensors beside its config.json,\n"
                               "a Boolean model, a project, or a text to train on"));
    m_icon = new QLabel;
    m_icon->setAlignment(Qt::AlignCenter);
    auto* file = new QPushButton(tr("&Open file…"));
    auto* folder = new QPushButton(tr("Open fol&der…"));
    file->setObjectName(QStringLiteral("openFile"));
    folder->setObjectName(QStringLiteral("openFolder"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addStretch(1);
    buttons->addWidget(file);
    buttons->addWidget(folder);
    buttons->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 20);
    column->setSpacing(8);
    column->addStretch(1);
    column->addWidget(m_icon);
    for (QLabel* label : {title, text}) {
        label->setAlignment(Qt::AlignCenter);
        label->setWordWrap(true);
        column->addWidget(label);
    }
    column->addSpacing(4);
    column->addLayout(buttons);
    column->addStretch(1);
    connect(file, &QPushButton::clicked, this, &DropArea::openFileRequested);
    connect(folder, &QPushButton::clicked, this, &DropArea::openFolderRequested);
    showIcon();
}

void DropArea::showIcon()
{
    m_icon->setPixmap(
        iconPixmap(QStringLiteral("drop"), palette().color(QPalette::Link), kIconSize, devicePixelRatioF()));
}

void DropArea::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showIcon();
}

void DropArea::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(quietTextColor(palette()), 1.4, Qt::DashLine));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 10, 10);
}

} // namespace boolab::ui
