// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/text_look.h"

namespace boolab::ui
{

bool isDark(const QPalette& palette)
{
    return palette.color(QPalette::Window).lightnessF() < 0.5F;
}

QColor goodTextColor(const QPalette& palette)
{
    return isDark(palette) ? QColor(0x6f, 0xd9, 0x8b) : QColor(0x14, 0x6c, 0x2e);
}

QColor badTextColor(const QPalette& palette)
{
    return isDark(palette) ? QColor(0xff, 0x9a, 0x8f) : QColor(0xb0, 0x1f, 0x14);
}

QColor quietTextColor(const QPalette& palette)
{
    constexpr float kShare = 0.72F; // 4.5:1 and more on the usual light and dark windows
    const QColor text = palette.color(QPalette::WindowText), ground = palette.color(QPalette::Window);
    const auto mix = [](float a, float b) { return kShare * a + (1 - kShare) * b; };
    return QColor::fromRgbF(mix(text.redF(), ground.redF()), mix(text.greenF(), ground.greenF()),
                            mix(text.blueF(), ground.blueF()));
}

QString wrappable(const QString& text)
{
    constexpr QChar kZeroWidthSpace(0x200b);
    QString wrapped;
    for (const QChar c : text) {
        wrapped += c;
        if (c == QLatin1Char('/') || c == QLatin1Char('_') || c == QLatin1Char('.'))
            wrapped += kZeroWidthSpace;
    }
    return wrapped;
}

void setTextColor(QLabel* label, const QColor& color)
{
    QPalette palette = label->palette();
    if (palette.color(QPalette::WindowText) == color) return;
    palette.setColor(QPalette::WindowText, color);
    label->setPalette(palette);
}

void setTextScale(QLabel* label, double factor, bool bold)
{
    QFont font = label->font();
    if (font.pointSizeF() > 0) font.setPointSizeF(font.pointSizeF() * factor);
    font.setBold(bold);
    label->setFont(font);
}

} // namespace boolab::ui
