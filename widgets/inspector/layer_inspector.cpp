// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/layer_inspector.h"

#include "core/jobs/job_spec.h"
#include "widgets/base/text_look.h"
#include "widgets/charts/layer_name.h"
#include "widgets/inspector/bit_plane_panel.h"
#include "widgets/inspector/correlation_map.h"
#include "widgets/inspector/error_steps.h"
#include "widgets/inspector/inspector_bar.h"
#include "widgets/inspector/inspector_tables.h"
#include "widgets/inspector/kernel_table_model.h"
#include "widgets/inspector/layer_probe.h"
#include "widgets/inspector/scale_chart.h"

#include <QComboBox>
#include <QFileInfo>
#include <QKeyEvent>
#include <QLabel>
#include <QStackedWidget>
#include <QToolButton>

namespace boolab::ui
{

namespace
{

constexpr int kSettleMs = 400;
/// Up to this much is read without being asked for: more takes long and fills the memory.
constexpr std::int64_t kSmallModels = 3'000'000'000;

} // namespace

bool LayerInspector::isMeasuring() const
{
    return m_process->isRunning();
}

QString LayerInspector::explanation() const
{
    return m_stack->currentWidget() == m_explanation ? m_explanation->text().remove(QChar(0x200b))
                                                     : QString();
}

void LayerInspector::inspect(const InspectionRequest& request)
{
    m_request = request;
    m_bar->setSources(request.original, request.text);
    m_reading = {};
    if (request.unavailable.isEmpty()) return read();
    m_process->cancel();
    m_bar->setRunning(false);
    m_name->setText(wrappable(request.layer));
    m_facts->clear();
    explain(request.unavailable);
}

void LayerInspector::step(int layers)
{
    const int next = m_layers->currentIndex() + layers;
    if (next >= 0 && next < m_layers->count()) m_layers->setCurrentIndex(next);
}

void LayerInspector::read()
{
    m_settle.stop();
    m_process->cancel();
    m_bar->setRunning(false);
    m_bar->tell({});
    m_request.original = m_bar->original();
    if (!m_reading.layer) explain(tr("Reading %1…").arg(m_request.model));
    ++m_reads;
    m_background.run([request = m_request] { return readInspection(request); },
                     [this](const InspectionReading& reading) {
                         if (--m_reads == 0) take(reading); // else of a layer before the last one asked for
                     });
}

void LayerInspector::take(const InspectionReading& reading)
{
    m_reading = reading;
    m_probe = {};
    showLayerNames();
    if (!reading.layer) {
        m_name->setText(wrappable(m_request.layer));
        m_facts->clear();
        explain(reading.problem);
        return;
    }
    m_request.layer = QString::fromStdString(reading.layer->name);
    showReading();
}

void LayerInspector::showLayerNames()
{
    const QSignalBlocker blocker(m_layers);
    m_layers->clear();
    for (const std::string& name : m_reading.layerNames)
        m_layers->addItem(QString::fromStdString(name));
    const QString shown = m_reading.layer ? QString::fromStdString(m_reading.layer->name) : m_request.layer;
    m_layers->setCurrentIndex(m_layers->findText(shown));
    m_layers->setEnabled(m_layers->count() > 0);
    m_back->setEnabled(m_layers->currentIndex() > 0);
    m_forth->setEnabled(m_layers->currentIndex() + 1 < m_layers->count());
}

void LayerInspector::explain(const QString& text)
{
    m_explanation->setText(wrappable(text));
    m_stack->setCurrentWidget(m_explanation);
    m_bar->setEnabled(false);
    m_save->setEnabled(false);
    m_compare->setEnabled(m_reading.layer != nullptr);
}

void LayerInspector::showReading()
{
    const LayerInspection& layer = *m_reading.layer;
    const QString spoken = LayerName::from(layer.name).spoken();
    m_name->setText(spoken);
    m_name->setToolTip(QString::fromStdString(layer.name));
    m_facts->setText(layerLine(layer));
    setWindowTitle(tr("%1 – %2").arg(spoken, QFileInfo(m_request.model).fileName()));
    if (layer.isDense())
        return explain(
            tr("%1 stays in full precision: it was kept out of the conversion (pinned or excluded), so it "
               "has no Boolean kernels and loses nothing. The arrows above lead to the other layers.")
                .arg(spoken));
    m_bar->setEnabled(true);
    m_save->setEnabled(true);
    m_compare->setEnabled(true);
    m_planes->setLayer(m_reading.layer);
    std::vector<std::vector<float>> out, in;
    for (const KernelInspection& kernel : layer.kernels) {
        out.push_back(kernel.scaleOut);
        in.push_back(kernel.scaleIn);
    }
    m_scalesOut->setScales(std::move(out));
    m_scalesIn->setScales(std::move(in));
    for (KernelChart* chart : {static_cast<KernelChart*>(m_scalesOut), static_cast<KernelChart*>(m_scalesIn)})
        chart->setKernel(0);
    m_table->setReading(m_reading);
    m_correlation->setValues({});
    showErrors();
    m_stack->setCurrentIndex(0);
    proposeMeasurement();
}

void LayerInspector::showErrors()
{
    m_errors->setEmptyText(
        m_reading.originalProblem.isEmpty()
            ? tr("Name the full-precision model above to see what the kernels leave of it.")
            : tr("The full-precision model above cannot be compared with."));
    m_errors->setLines({{tr("weight"), m_reading.weightErrors},
                        {tr("output"), m_probe.outputError},
                        {tr("output in the model"), m_probe.outputErrorInModel}});
}

void LayerInspector::proposeMeasurement()
{
    m_process->cancel();
    m_bar->setRunning(false);
    if (!m_reading.originalProblem.isEmpty()) {
        m_correlation->setEmptyText(tr("Not measured: the full-precision model cannot be used."));
        return m_bar->tell(m_reading.originalProblem, true);
    }
    if (const auto known = m_probes.find(probeKey()); known != m_probes.end())
        return showProbe(known->second);
    if (m_bar->text() == QLatin1String(kNoProbe)) {
        m_correlation->setEmptyText(tr("Name a probe text to measure outputs."));
        return m_bar->tell(tr("No probe text: outputs are not measured."));
    }
    if (m_reading.fileBytes > kSmallModels) {
        m_correlation->setEmptyText(tr("“Measure outputs” runs a text through the models."));
        return m_bar->tell(tr("Outputs are measured when you ask for it: the models are large."));
    }
    m_correlation->setEmptyText(tr("Being measured…"));
    m_settle.start(kSettleMs);
}

void LayerInspector::measure()
{
    if (!m_reading.layer || m_reading.layer->isDense()) return;
    m_settle.stop();
    m_request.text = m_bar->text();
    m_bar->setRunning(true);
    m_bar->tell(tr("Running the probe text through the model up to this layer…"));
    m_correlation->setEmptyText(tr("Being measured…"));
    m_process->start(m_request, m_bar->tokens());
}

std::string LayerInspector::probeKey() const
{
    return QStringList{m_request.model, m_request.layer, m_request.original, m_bar->text(),
                       QString::number(m_bar->tokens())}
        .join(QChar(0))
        .toStdString();
}

void LayerInspector::takeProbe(const ProbeResult& probe)
{
    m_probes[probeKey()] = probe;
    showProbe(probe);
}

void LayerInspector::showProbe(const ProbeResult& probe)
{
    m_probe = probe;
    m_bar->setRunning(false);
    const QString text = probe.text == QLatin1String(kBuiltinProbe) ? tr("the built-in text")
                                                                    : QFileInfo(probe.text).fileName();
    m_bar->tell(m_request.original.isEmpty()
                    ? tr("Probed with %1 tokens of %2. Output errors need the full-precision model.")
                          .arg(probe.tokens)
                          .arg(text)
                    : tr("Probed with %1 tokens of %2.").arg(probe.tokens).arg(text));
    m_correlation->setValues(probe.correlation);
    m_table->setProbe(probe);
    showErrors();
}

void LayerInspector::failProbe(const QString& message)
{
    m_bar->setRunning(false);
    m_correlation->setEmptyText(tr("Not measured."));
    m_bar->tell(message, true);
}

void LayerInspector::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Left)
        step(-1);
    else if (event->key() == Qt::Key_Right)
        step(1);
    else
        QDialog::keyPressEvent(event);
}

} // namespace boolab::ui
