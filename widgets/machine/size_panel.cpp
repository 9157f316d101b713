// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/size_panel.h"

#include "widgets/base/text_look.h"
#include "widgets/charts/layer_bars.h"
#include "widgets/machine/bench_bars.h"

#include <QEvent>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr std::size_t kMostBars = 42; // more layers than these stand on each other, block by block

} // namespace

SizePanel::SizePanel(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedWidget), m_empty(new QLabel), m_total(new BarChart(QString())),
      m_layers(new LayerBars(QString()))
{
    m_total->setObjectName(QStringLiteral("sizes"));
    m_total->setUnit(tr("MB"));
    m_layers->setObjectName(QStringLiteral("layerSizes"));
    m_layers->setUnit(tr("MB"));
    auto* charts = new QWidget;
    auto* both = new QVBoxLayout(charts);
    both->setContentsMargins(0, 0, 0, 0);
    both->setSpacing(8);
    both->addWidget(m_total, 1);
    both->addWidget(m_layers, 1);
    m_stack->addWidget(makeEmpty());
    m_stack->addWidget(charts);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
}

QWidget* SizePanel::makeEmpty()
{
    auto* page = new QWidget;
    m_empty->setText(tr("No model is open.\nDrop one onto this window to see what each of its layers takes, "
                        "and to measure how fast it generates."));
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    setTextColor(m_empty, quietTextColor(palette()));
    auto* open = new QPushButton(tr("Open a model…"));
    open->setObjectName(QStringLiteral("openModelForSizes"));
    connect(open, &QPushButton::clicked, this, &SizePanel::openRequested);
    auto* column = new QVBoxLayout(page);
    column->addStretch();
    column->addWidget(m_empty);
    column->addWidget(open, 0, Qt::AlignHCenter);
    column->addStretch();
    return page;
}

bool SizePanel::hasModel() const
{
    return m_stack->currentIndex() == 1;
}

void SizePanel::showModel(const QString& name, const ModelSizes& sizes)
{
    m_total->setTitle(tr("Size of %1").arg(name));
    m_total->setSeries(sizeSeries(sizes));
    m_total->setGroups(sizeBars(sizes));
    const bool isStacked = sizes.layers.size() > kMostBars;
    const QString per = isStacked ? tr("per block") : tr("per layer");
    m_layers->setTitle(sizes.isBoolean ? tr("Packed bits and scales %1, MB").arg(per)
                                       : tr("Stored size %1, MB (dense)").arg(per));
    m_layers->setStacked(isStacked);
    m_layers->setLayers(sizes.layers);
    m_layers->setValues(sizes.layerMegabytes);
    m_stack->setCurrentIndex(1);
}

void SizePanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) setTextColor(m_empty, quietTextColor(palette()));
}

} // namespace boolab::ui
