// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/workbench_style.h"

#include <QAbstractScrollArea>
#include <QPainter>
#include <QStyleOptionButton>

#include "widgets/base/text_look.h"

namespace boolab::ui
{

namespace
{

constexpr double kButtonRadius = 5, kPanelRadius = 8, kFieldRadius = 2;
constexpr int kExtraHeight = 4; // of fields and buttons
constexpr int kExtraItemHeight = 6, kItemMargin = 5, kFieldMargin = 3;

bool isMain(const QStyleOption* option)
{
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(option);
    return button != nullptr && button->features.testFlag(QStyleOptionButton::DefaultButton) &&
           option->state.testFlag(QStyle::State_Enabled);
}

void drawButton(const QStyleOption& option, QPainter& painter)
{
    const QPalette& palette = option.palette;
    QColor fill = palette.color(isMain(&option) ? QPalette::Highlight : QPalette::Button);
    QColor edge = isMain(&option) ? fill : palette.color(QPalette::Mid);
    const auto* button = qstyleoption_cast<const QStyleOptionButton*>(&option);
    const bool flat = button != nullptr && button->features.testFlag(QStyleOptionButton::Flat);
    const bool down = option.state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hover =
        option.state.testFlag(QStyle::State_MouseOver) && option.state.testFlag(QStyle::State_Enabled);
    if (flat && !down && !hover) fill = edge = Qt::transparent;
    if (!option.state.testFlag(QStyle::State_Enabled)) fill = palette.color(QPalette::Window);
    if (down)
        fill = fill.darker(112);
    else if (hover)
        fill = isDark(palette) ? fill.lighter(115) : fill.darker(104);
    double width = 1;
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        edge = palette.color(isMain(&option) ? QPalette::WindowText : QPalette::Link);
        width = 2;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edge, width));
    painter.setBrush(fill);
    const double inset = width / 2;
    painter.drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), kButtonRadius,
                            kButtonRadius);
    painter.restore();
}

/// Fusion's own edges vanish on dark ground: this one stands out 3:1 from it, and tells the focus.
void drawEdge(const QStyleOption& option, QPainter& painter, double radius)
{
    const QPalette& palette = option.palette;
    const bool focus = option.state.testFlag(QStyle::State_HasFocus);
    QColor edge = palette.color(focus ? QPalette::Link : QPalette::PlaceholderText);
    if (!option.state.testFlag(QStyle::State_Enabled)) edge = palette.color(QPalette::Mid);
    const double width = focus ? 2 : 1, inset = width / 2;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(edge, width));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(option.rect).adjusted(inset, inset, -inset, -inset), radius, radius);
    painter.restore();
}

void drawPanel(const QStyleOption& option, QPainter& painter)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(option.palette.color(QPalette::Mid));
    painter.setBrush(option.palette.color(QPalette::Base));
    painter.drawRoundedRect(QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), kPanelRadius, kPanelRadius);
    painter.restore();
}

} // namespace

WorkbenchStyle::WorkbenchStyle() : QProxyStyle(QStringLiteral("Fusion")) {}

void WorkbenchStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                   const QWidget* widget) const
{
    if (element == PE_PanelButtonCommand) return drawButton(*option, *painter);
    // The panels of pages; lists and text fields keep their own frame.
    if (element == PE_Frame && widget != nullptr && !widget->inherits("QAbstractScrollArea"))
        return drawPanel(*option, *painter);
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element == PE_FrameLineEdit) drawEdge(*option, *painter, kFieldRadius);
    if (element == PE_IndicatorCheckBox) drawEdge(*option, *painter, kFieldRadius);
}

void WorkbenchStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex* option,
                                        QPainter* painter, const QWidget* widget) const
{
    QProxyStyle::drawComplexControl(control, option, painter, widget);
    if (control == CC_SpinBox || control == CC_ComboBox) drawEdge(*option, *painter, kFieldRadius);
}

void WorkbenchStyle::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                                 const QWidget* widget) const
{
    if (element == CE_PushButtonLabel && isMain(option)) {
        QStyleOptionButton main = *qstyleoption_cast<const QStyleOptionButton*>(option);
        main.palette.setColor(QPalette::ButtonText, main.palette.color(QPalette::HighlightedText));
        return QProxyStyle::drawControl(element, &main, painter, widget);
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

QSize WorkbenchStyle::sizeFromContents(ContentsType type, const QStyleOption* option, const QSize& size,
                                       const QWidget* widget) const
{
    const QSize usual = QProxyStyle::sizeFromContents(type, option, size, widget);
    switch (type) {
    case CT_PushButton:
        return usual + QSize(8, kExtraHeight);
    case CT_LineEdit:
    case CT_ComboBox:
    case CT_SpinBox:
        return usual + QSize(0, kExtraHeight);
    case CT_ItemViewItem:
        return usual + QSize(0, kExtraItemHeight);
    default:
        return usual;
    }
}

QRect WorkbenchStyle::subElementRect(SubElement element, const QStyleOption* option,
                                     const QWidget* widget) const
{
    const QRect usual = QProxyStyle::subElementRect(element, option, widget);
    if (element != SE_LineEditContents) return usual;
    const auto* frame = qstyleoption_cast<const QStyleOptionFrame*>(option);
    const bool hasFrame = frame != nullptr && frame->lineWidth > 0; // those within other fields have none
    return hasFrame ? usual.adjusted(kFieldMargin, 0, -kFieldMargin, 0) : usual;
}

int WorkbenchStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const
{
    // Between the text of a cell, or of a header, and its edge.
    if (metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin) return kItemMargin;
    return QProxyStyle::pixelMetric(metric, option, widget);
}

int WorkbenchStyle::styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                              QStyleHintReturn* data) const
{
    // Mnemonics stay underlined: they are how the keyboard is learnt.
    if (hint == SH_UnderlineShortcut) return 1;
    if (hint == SH_DialogButtonBox_ButtonsHaveIcons) return 0; // the icons are dark in every theme
    return QProxyStyle::styleHint(hint, option, widget, data);
}

} // namespace boolab::ui
