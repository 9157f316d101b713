// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/bit_plane_panel.h"

#include "widgets/base/text_look.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace boolab::ui
{

BitPlanePanel::BitPlanePanel(QWidget* parent)
    : QWidget(parent), m_kernels(new QComboBox), m_zoom(new QLabel), m_view(new BitPlaneView)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(makeTop());
    column->addWidget(m_view, 1);
    connect(m_kernels, &QComboBox::currentIndexChanged, this, &BitPlanePanel::choose);
    connect(m_view, &BitPlaneView::zoomChanged, this, [this] { m_zoom->setText(m_view->zoomText()); });
}

QWidget* BitPlanePanel::makeTop()
{
    auto* top = new QWidget;
    m_kernels->setAccessibleName(tr("Kernel whose bit plane is shown"));
    m_kernels->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_zoom->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_zoom->setToolTip(tr("Blue is +1. Zoomed out, a pixel is shaded by the mean of its signs: full at three "
                          "standard deviations of random signs. Wheel, +, − and 0 zoom; drag to move."));
    setTextColor(m_zoom, quietTextColor(palette()));
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(new QLabel(tr("Bit plane of")));
    row->addWidget(m_kernels);
    row->addStretch(1);
    row->addWidget(m_zoom);
    const auto button = [&](const QString& text, const QString& name, auto act) {
        auto* made = new QToolButton;
        made->setText(text);
        made->setToolTip(name);
        made->setAccessibleName(name);
        connect(made, &QToolButton::clicked, this, act);
        row->addWidget(made);
    };
    button(QStringLiteral("−"), tr("Zoom out"), [this] { m_view->zoomBy(-1); });
    button(QStringLiteral("+"), tr("Zoom in"), [this] { m_view->zoomBy(1); });
    button(tr("Fit"), tr("Show the whole bit plane"), [this] { m_view->fit(); });
    return top;
}

void BitPlanePanel::setLayer(std::shared_ptr<const LayerInspection> layer)
{
    const QSignalBlocker blocker(m_kernels);
    m_kernels->clear();
    for (std::int64_t k = 0; layer && k < layer->kernelCount(); ++k)
        m_kernels->addItem(tr("kernel %1, %2 % are +1")
                               .arg(k + 1)
                               .arg(100 * layer->kernels[static_cast<std::size_t>(k)].plusShare, 0, 'f', 2));
    m_view->setLayer(std::move(layer));
}

void BitPlanePanel::choose(int kernel)
{
    if (kernel < 0) return;
    m_view->setKernel(kernel);
    Q_EMIT kernelChanged(kernel);
}

} // namespace boolab::ui
