// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/budget_charts.h"

#include "core/allocation/budget_curve.h"
#include "core/jobs/text_format.h"
#include "widgets/allocation/allocation_plan.h"
#include "widgets/charts/line_chart.h"

#include <cmath>

#include <QHBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kPoints = 41;

std::vector<Sample> samplesOf(const std::vector<Allocation>& curve, double (*value)(const Allocation&))
{
    std::vector<Sample> samples;
    for (const Allocation& allocation : curve)
        if (samples.empty() || allocation.averageKernels > samples.back().x)
            samples.push_back({allocation.averageKernels, value(allocation)});
    return samples;
}

double megabytesOf(const Allocation& allocation)
{
    return allocation.fileBytes / 1e6;
}

double perplexityRatioOf(const Allocation& allocation)
{
    return std::exp(allocation.lossRise.value_or(0));
}

} // namespace

BudgetCharts::BudgetCharts(QWidget* parent)
    : QWidget(parent), m_size(new LineChart(tr("File size"))),
      m_loss(new LineChart(tr("Expected perplexity over full precision")))
{
    m_size->addCurve(tr("MB"), 0);
    m_loss->addCurve(tr("ratio"), 1);
    m_loss->setLogY(true);
    m_loss->setEmptyText(tr("Only a table measured with importance “loss” can predict the perplexity."));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    for (LineChart* chart : {m_size, m_loss}) {
        chart->setXCaption(tr("average bits"));
        row->addWidget(chart, 1);
    }
}

void BudgetCharts::show(const AllocationPlan& plan)
{
    if (!plan.table()) return;
    const AllocationRequest request = plan.request();
    // All but the budget, which moves at every step of the slider.
    const QByteArray asked = QByteArray::number(reinterpret_cast<quintptr>(plan.table())) + ' ' +
                             QByteArray::number(static_cast<int>(request.importance)) + ' ' +
                             QByteArray::number(static_cast<qlonglong>(request.maxKernels)) + ' ' +
                             QByteArray::number(request.storage.otherBytes) + ' ' +
                             QByteArray::number(request.storage.scaleBytes) + ' ' +
                             QByteArray::fromStdString(plan.pinText());
    if (asked != m_shown) {
        m_shown = asked;
        draw(budgetCurve(*plan.table(), request, kPoints).value_or(std::vector<Allocation>()));
    }
    const auto& now = plan.allocation();
    if (!now || !plan.problem().isEmpty()) return;
    const QString bits = QString::number(now->averageKernels, 'f', 2);
    m_size->setTitle(tr("File size: %1 at %2 bits")
                         .arg(QString::fromStdString(formatBytes(std::llround(now->fileBytes))), bits));
    m_loss->setTitle(now->lossRise ? tr("Expected perplexity: × %1 at %2 bits")
                                         .arg(QString::number(perplexityRatioOf(*now), 'f', 2), bits)
                                   : tr("Expected perplexity"));
    for (LineChart* chart : {m_size, m_loss}) {
        chart->refresh();
        chart->showCursorAt(now->averageKernels);
    }
}

void BudgetCharts::draw(const std::vector<Allocation>& curve)
{
    m_size->clearSamples();
    m_loss->clearSamples();
    m_size->append(0, samplesOf(curve, megabytesOf));
    if (!curve.empty() && curve.front().lossRise) m_loss->append(0, samplesOf(curve, perplexityRatioOf));
}

} // namespace boolab::ui
