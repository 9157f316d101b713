// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/navigation_list.h"

#include <QPainter>
#include <QStyledItemDelegate>

#include "widgets/base/icons.h"
#include "widgets/base/text_look.h"

namespace boolab::ui
{

namespace
{

constexpr int kWidth = 168, kRowHeight = 42, kIconSize = 20, kMargin = 8;
constexpr int kIconRole = Qt::UserRole;

class NavigationDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {kWidth, kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        const QPalette& palette = option.palette;
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const QRectF box = QRectF(option.rect).adjusted(kMargin, 2, -kMargin, -2);
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        drawGround(*painter, option, box);
        const QColor ink = selected ? palette.color(QPalette::HighlightedText)
                                    : palette.color(QPalette::WindowText);
        const double top = box.center().y() - kIconSize / 2.0;
        painter->drawPixmap(QPointF(box.left() + 12, top),
                            iconPixmap(index.data(kIconRole).toString(), ink, kIconSize,
                                       painter->device()->devicePixelRatioF()));
        painter->setPen(ink);
        QFont font = option.font;
        font.setBold(selected);
        painter->setFont(font);
        painter->drawText(box.adjusted(12 + kIconSize + 10, 0, -4, 0), Qt::AlignVCenter | Qt::AlignLeft,
                          index.data().toString());
        painter->restore();
    }

private:
    static void drawGround(QPainter& painter, const QStyleOptionViewItem& option, const QRectF& box)
    {
        const QPalette& palette = option.palette;
        painter.setPen(Qt::NoPen);
        if (option.state.testFlag(QStyle::State_Selected))
            painter.setBrush(palette.color(QPalette::Active, QPalette::Highlight));
        else if (option.state.testFlag(QStyle::State_MouseOver))
            painter.setBrush(palette.color(QPalette::Mid));
        else
            painter.setBrush(Qt::NoBrush);
        if (option.state.testFlag(QStyle::State_HasFocus))
            painter.setPen(QPen(palette.color(QPalette::WindowText), 2));
        painter.drawRoundedRect(box, 6, 6);
    }
};

} // namespace

NavigationList::NavigationList(QWidget* parent) : QListWidget(parent)
{
    setItemDelegate(new NavigationDelegate(this));
    setFrameShape(QFrame::NoFrame);
    setFixedWidth(kWidth);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true); // for the hover
    setAccessibleName(tr("Pages"));
    viewport()->setAutoFillBackground(false);
    setUniformItemSizes(true);
}

void NavigationList::addPage(const QString& title, const QString& icon, const QString& toolTip)
{
    auto* item = new QListWidgetItem(title, this);
    item->setData(kIconRole, icon);
    item->setToolTip(toolTip);
}

} // namespace boolab::ui
