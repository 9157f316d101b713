// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_layers.h"

#include "core/compare/comparison.h"
#include "widgets/charts/line_chart.h"
#include "widgets/compare/compare_tables.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedLayout>

namespace boolab::ui
{

namespace
{

constexpr std::size_t kLegendRuns = 4;
constexpr std::array kQuantities{"kernel_count", "relative_error", "scale_drift"};

QString titleOf(const std::string& quantity)
{
    if (quantity == "kernel_count") return CompareLayers::tr("Kernels per layer");
    if (quantity == "relative_error") return CompareLayers::tr("Relative error per layer");
    return CompareLayers::tr("Drift of the scales per layer");
}

bool hasValues(const std::vector<ComparedRun>& runs, const std::string& quantity)
{
    return std::ranges::any_of(runs,
                               [&](const ComparedRun& one) { return one.layerValues.contains(quantity); });
}

} // namespace

CompareLayers::CompareLayers(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedLayout(this)), m_quantity(new QComboBox), m_note(new QLabel),
      m_empty(
          new QLabel(tr("These runs tell nothing of single layers. Conversions do, and runs that work on a "
                        "converted model of this database: their conversion is looked up."))),
      m_chart(new LineChart(titleOf("kernel_count"))), m_table(new FactsTable(tr("Layers side by side")))
{
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(40);
    m_quantity->setAccessibleName(tr("What is compared layer by layer"));
    m_note->setWordWrap(true);
    m_chart->setXCaption(tr("layer"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_quantity);
    bar->addWidget(m_note, 1);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_chart);
    split->addWidget(m_table);
    split->setSizes({260, 320});
    split->setChildrenCollapsible(false);
    auto* full = new QWidget;
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(bar);
    column->addWidget(split, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(full);
    connect(m_quantity, &QComboBox::currentIndexChanged, this, &CompareLayers::showQuantity);
}

QString CompareLayers::emptyText() const
{
    return m_empty->text();
}

void CompareLayers::update(const CompareInput& input)
{
    m_input = input;
    {
        const QSignalBlocker blocker(m_quantity);
        const QVariant chosen = m_quantity->currentData();
        m_quantity->clear();
        for (const char* quantity : kQuantities)
            if (hasValues(input.runs, quantity))
                m_quantity->addItem(titleOf(quantity), QString::fromLatin1(quantity));
        m_quantity->setCurrentIndex(std::max(0, m_quantity->findData(chosen)));
    }
    m_stack->setCurrentIndex(m_quantity->count() > 0 ? 1 : 0);
    showQuantity();
}

void CompareLayers::showQuantity()
{
    const std::string quantity = m_quantity->currentData().toString().toStdString();
    if (quantity.empty()) return;
    draw(quantity);
    m_table->setFacts(layerFacts(m_input, quantity));
    QStringList borrowed;
    for (const ComparedRun& one : m_input.runs)
        if (one.layersFrom != one.run.id && one.layerValues.contains(quantity))
            borrowed << tr("%1 from run %2").arg(QString::fromStdString(one.run.name)).arg(one.layersFrom);
    QString note =
        borrowed.isEmpty() ? QString() : tr("Of the conversion behind: %1.").arg(borrowed.join(tr(", ")));
    if (quantity == "relative_error")
        note = tr("Errors of gptq and calibrated are of a layer's outputs, others of its weights. ") + note;
    m_note->setText(note);
}

void CompareLayers::draw(const std::string& quantity)
{
    const auto rows = compareLayers(m_input.runs, quantity);
    m_chart->setTitle(titleOf(quantity));
    m_chart->setLegendShown(m_input.runs.size() <= kLegendRuns);
    m_chart->removeCurves();
    for (std::size_t i = 0; i < m_input.runs.size(); ++i) {
        const RunRecord& run = m_input.runs[i].run;
        std::vector<Sample> samples;
        for (std::size_t l = 0; l < rows.size(); ++l)
            if (std::isfinite(rows[l].values[i]))
                samples.push_back({static_cast<double>(l), rows[l].values[i]});
        if (samples.empty()) continue;
        m_chart->append(m_chart->addCurve(QString::fromStdString(run.name), m_input.colorOf(run.id)),
                        samples);
    }
}

} // namespace boolab::ui
