// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/estimate_panel.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>

#include "core/jobs/text_format.h"
#include "widgets/base/text_look.h"

namespace boolab::ui
{

namespace
{

QString bytesText(std::int64_t bytes)
{
    return QString::fromStdString(formatBytes(bytes));
}

QLabel* plainLabel(const QString& text = {})
{
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QString firstUpper(const std::string& name)
{
    QString text = QString::fromStdString(name);
    if (!text.isEmpty()) text[0] = text[0].toUpper();
    return text;
}

} // namespace

EstimatePanel::EstimatePanel(QWidget* parent)
    : QFrame(parent), m_headline(plainLabel()), m_advice(plainLabel()), m_parts(new QGridLayout)
{
    setFrameShape(QFrame::StyledPanel);
    setAccessibleName(tr("What the run needs"));
    m_headline->setObjectName(QStringLiteral("estimate_headline"));
    m_advice->setObjectName(QStringLiteral("estimate_advice"));
    auto* title = plainLabel(tr("What it needs"));
    setTextScale(title, 1.1, true);
    setTextScale(m_headline, 1.0, true);
    for (QLabel* label : {m_headline, m_advice})
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_parts->setColumnStretch(0, 1);
    m_parts->setHorizontalSpacing(10);
    m_parts->setVerticalSpacing(4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(m_headline);
    column->addWidget(m_advice);
    column->addLayout(m_parts);
    column->addStretch(1);
    showNothing({});
}

QString EstimatePanel::headline() const
{
    return m_headline->text();
}

void EstimatePanel::showNothing(const QString& why)
{
    m_mayStart = true;
    clearParts();
    showVerdict(Verdict::None, why, {});
}

void EstimatePanel::showEstimate(const Job& job, const ModelConfig& config, const Resources& resources)
{
    const MemoryEstimate estimate = estimateMemory(config, job);
    const bool forced = job.on("force");
    Job unforced = job;
    unforced.unset("force");
    const Status fits = checkResources(unforced, config, resources);
    m_mayStart = fits || forced;
    showParts(estimate, resources);
    const QString needs = bytesText(estimate.totalBytes());
    if (fits) {
        const QString text =
            resources.memoryBytes < 0
                ? tr("Needs %1; this machine does not tell what is available").arg(needs)
                : tr("Fits: needs %1 of %2 available").arg(needs, bytesText(resources.memoryBytes));
        showVerdict(resources.memoryBytes < 0 ? Verdict::None : Verdict::Fits, text, {});
        return;
    }
    const bool disk = fits.error().code == ErrorCode::OutOfDisk;
    const QString text =
        disk ? tr("Does not fit on the disk: needs %1, %2 are free")
                   .arg(bytesText(estimate.diskBytes), bytesText(resources.diskBytes))
             : tr("Does not fit: needs %1, %2 are available").arg(needs, bytesText(resources.memoryBytes));
    showVerdict(Verdict::TooLarge, text,
                forced ? tr("It starts all the same, as you asked.")
                       : QString::fromStdString(fits.error().hint));
}

void EstimatePanel::showVerdict(Verdict verdict, const QString& headline, const QString& advice)
{
    m_verdict = verdict;
    m_headline->setText(headline);
    m_advice->setText(advice);
    m_advice->setVisible(!advice.isEmpty());
    setAccessibleDescription(headline + QLatin1Char(' ') + advice);
    colorTexts();
}

void EstimatePanel::showParts(const MemoryEstimate& estimate, const Resources& resources)
{
    std::vector<MemoryEstimate::Part> parts = estimate.parts;
    std::ranges::stable_sort(parts, std::greater{}, &MemoryEstimate::Part::bytes);
    QString shown = bytesText(estimate.diskBytes) + bytesText(resources.diskBytes);
    for (const auto& part : parts)
        shown += QString::fromStdString(part.name) + bytesText(part.bytes);
    if (shown == m_shown) return; // the resources are read again and again: no flicker
    clearParts();
    m_shown = shown;
    for (const auto& part : parts)
        addPart(firstUpper(part.name), bytesText(part.bytes));
    addPart(tr("Memory in all"), bytesText(estimate.totalBytes()), true);
    if (estimate.diskBytes > 0) addPart(tr("Disk for the output"), bytesText(estimate.diskBytes), true);
    if (resources.diskBytes >= 0) addPart(tr("Free on that disk"), bytesText(resources.diskBytes));
    colorTexts();
}

void EstimatePanel::addPart(const QString& name, const QString& size, bool bold)
{
    auto* sizeLabel = new QLabel(size);
    sizeLabel->setAlignment(Qt::AlignRight | Qt::AlignTop);
    auto* nameLabel = plainLabel(name);
    for (QLabel* label : {nameLabel, sizeLabel})
        setTextScale(label, 0.95, bold);
    m_parts->addWidget(nameLabel, m_rows, 0, Qt::AlignTop);
    m_parts->addWidget(sizeLabel, m_rows++, 1);
}

void EstimatePanel::clearParts()
{
    m_shown.clear();
    m_rows = 0;
    while (QLayoutItem* item = m_parts->takeAt(0)) {
        if (item->widget() != nullptr) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
}

void EstimatePanel::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colorTexts();
}

void EstimatePanel::colorTexts()
{
    QColor color = palette().color(QPalette::WindowText);
    if (m_verdict == Verdict::Fits) color = goodTextColor(palette());
    if (m_verdict == Verdict::TooLarge) color = badTextColor(palette());
    setTextColor(m_headline, color);
}

} // namespace boolab::ui
