// SPDX-License-Identifier: Apache-2.0
#include "widgets/sweep/kernel_curve_view.h"

#include "widgets/base/bits_text.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/charts/picture_export.h"
#include "widgets/charts/point_chart.h"
#include "widgets/runs/save_file.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QToolButton>

namespace boolab::ui
{

namespace
{

QString textOf(const KernelCurve::Point& point, std::int64_t all)
{
    QStringList lines{KernelCurveView::tr("first %1 of %2 kernels").arg(point.kernels).arg(all)};
    lines << KernelCurveView::tr("perplexity %1").arg(valueText(point.perplexity));
    if (const QString bits = HonestBits::from(point.result).text(); !bits.isEmpty()) lines << bits;
    lines << KernelCurveView::tr("Click opens its run.");
    return lines.join(QLatin1Char('\n'));
}

} // namespace

KernelCurveView::KernelCurveView(QWidget* parent)
    : QWidget(parent), m_chart(new PointChart), m_log(new QCheckBox(tr("&Log axis"))), m_note(new QLabel),
      m_missing(new QComboBox), m_measure(new QPushButton(tr("&Measure")))
{
    m_chart->setTitle(tr("Perplexity over the first k kernels"));
    m_chart->setXCaption(tr("kernels"));
    m_chart->setWholeX(true);
    m_chart->setEmptyText(tr("Nothing has been measured yet."));
    m_note->setObjectName(QStringLiteral("kernelCurveNote"));
    m_note->setWordWrap(true);
    m_log->setChecked(true);
    auto* saveButton = new QToolButton;
    saveButton->setText(tr("Save…"));
    saveButton->setToolTip(tr("The chart as PNG or SVG, the points as CSV"));
    saveButton->setFocusPolicy(Qt::StrongFocus);
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_log);
    bar->addStretch(1);
    bar->addWidget(saveButton);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(bar);
    column->addWidget(m_chart, 1);
    column->addWidget(makeFooter());
    connect(m_log, &QCheckBox::toggled, m_chart, &PointChart::setLogY);
    connect(saveButton, &QToolButton::clicked, this, &KernelCurveView::save);
    connect(m_chart, &PointChart::activated, this,
            [this](int point) { Q_EMIT runRequested(m_curve.points[static_cast<std::size_t>(point)].run); });
}

QWidget* KernelCurveView::makeFooter()
{
    auto* box = new QWidget;
    m_missing->setObjectName(QStringLiteral("missingKernels"));
    m_missing->setAccessibleName(tr("Kernels to measure with"));
    m_measure->setObjectName(QStringLiteral("measureKernels"));
    m_measure->setToolTip(tr("Starts the same evaluation with the first kernels only"));
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_note, 1);
    row->addWidget(m_missing);
    row->addWidget(m_measure);
    connect(m_measure, &QPushButton::clicked, this, &KernelCurveView::measure);
    return box;
}

void KernelCurveView::setEvaluation(const RunRecord& evaluation, const std::vector<RunRecord>& runs)
{
    m_curve = KernelCurve::from(evaluation, runs);
    m_job = evaluation.job;
    std::vector<PlotPoint> points;
    int current = -1;
    for (const KernelCurve::Point& point : m_curve.points) {
        if (point.run == evaluation.id) current = static_cast<int>(points.size());
        points.push_back(
            {0, static_cast<double>(point.kernels), point.perplexity, textOf(point, m_curve.kernels)});
    }
    m_chart->setSeries({tr("Perplexity")});
    m_chart->setPoints(std::move(points));
    m_chart->setCurrent(current);
    m_chart->setReference(m_curve.fullPrecision,
                          tr("full precision %1").arg(valueText(m_curve.fullPrecision.value_or(0))));
    showMissing();
}

void KernelCurveView::showMissing()
{
    const auto missing = m_curve.missing();
    const QSignalBlocker blocker(m_missing);
    const QVariant chosen = m_missing->currentData();
    m_missing->clear();
    for (const std::int64_t k : missing)
        m_missing->addItem(k == 1 ? tr("first kernel only") : tr("first %1 kernels").arg(k),
                           QVariant::fromValue<qlonglong>(k));
    if (const int at = m_missing->findData(chosen); at >= 0) m_missing->setCurrentIndex(at);
    m_missing->setVisible(!missing.empty());
    m_measure->setVisible(!missing.empty());
    m_note->setText(missing.empty()
                        ? tr("All of the model's %1 kernel counts are measured.").arg(m_curve.kernels)
                        : tr("%1 of %2 kernel counts are measured on this text.")
                              .arg(m_curve.points.size())
                              .arg(m_curve.kernels));
}

void KernelCurveView::measure()
{
    const qlonglong k = m_missing->currentData().toLongLong();
    auto job = Job::fromJson(m_job, "the evaluation");
    if (!job) return Q_EMIT told(QString::fromStdString(job.error().text()));
    if (k == m_curve.kernels)
        job->unset("first_kernels");
    else
        (void)job->set("first_kernels", static_cast<std::int64_t>(k)); // 1 to 8, as the model has them
    (void)job->set("name", tr("first %1 of %2 kernels").arg(k).arg(m_curve.kernels).toStdString());
    Q_EMIT measurementRequested(*job);
}

QString KernelCurveView::note() const
{
    return m_note->text();
}

QString KernelCurveView::csv() const
{
    QString csv = QStringLiteral("kernels,perplexity,bits_per_weight,bits_per_weight_all,file_bytes,run\n");
    for (const KernelCurve::Point& point : m_curve.points) {
        const HonestBits bits = HonestBits::from(point.result);
        csv += QStringLiteral("%1,%2,%3,%4,%5,%6\n")
                   .arg(point.kernels)
                   .arg(point.perplexity, 0, 'g', 10)
                   .arg(bits.perWeight, 0, 'g', 6)
                   .arg(bits.perWeightAll, 0, 'g', 6)
                   .arg(bits.fileBytes, 0, 'f', 0)
                   .arg(point.run);
    }
    return csv;
}

void KernelCurveView::save()
{
    const QString file = askSaveFile(this, tr("Save the curve"), QStringLiteral("first-kernels.png"),
                                     tr("Picture (*.png);;Vector graphic (*.svg);;Table (*.csv)"));
    if (file.isEmpty()) return;
    const Status written = file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)
                               ? writeText(csv(), file)
                               : exportPicture(*m_chart, m_chart->title(), file);
    Q_EMIT told(written ? tr("Saved %1").arg(file) : QString::fromStdString(written.error().text()));
}

} // namespace boolab::ui
