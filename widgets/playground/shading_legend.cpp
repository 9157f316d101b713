// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/shading_legend.h"

#include "widgets/playground/token_shading.h"

#include <QPainter>

namespace boolab::ui
{

namespace
{

struct Swatch {
    double probability;
    QString text;
};

const QList<Swatch>& swatches()
{
    static const QList<Swatch> all = {{1.0, QStringLiteral("100 %")},
                                      {0.1, QStringLiteral("10 %")},
                                      {0.01, QStringLiteral("1 %")},
                                      {0.001, QStringLiteral("≤ 0.1 %")}};
    return all;
}

} // namespace

ShadingLegend::ShadingLegend(QWidget* parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setToolTip(tr("The ground of a token shows how probable its model held it: the model's own probability, "
                  "before temperature, top k and top p.\nThe dark mark shows where answers part."));
    setAccessibleName(tr("Legend: the more orange a token's ground, the less probable its model held it"));
}

int ShadingLegend::swatchWidth() const
{
    return fontMetrics().horizontalAdvance(swatches().back().text) + 8;
}

QSize ShadingLegend::sizeHint() const
{
    return {swatchWidth() * static_cast<int>(swatches().size()), fontMetrics().height() + 6};
}

void ShadingLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const int width = swatchWidth();
    for (int i = 0; i < swatches().size(); ++i) {
        const QRect box(i * width, 0, width, height());
        painter.fillRect(box, tokenShade(swatches()[i].probability, palette()));
        painter.setPen(palette().color(QPalette::Text));
        painter.drawText(box, Qt::AlignCenter, swatches()[i].text);
    }
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

} // namespace boolab::ui
