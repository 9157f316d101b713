// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/base/background.h"
#include "widgets/inspector/inspection_reading.h"

#include <QDialog>
#include <QTimer>
#include <filesystem>
#include <map>

class QComboBox;
class QLabel;
class QStackedWidget;
class QToolButton;
class QTreeView;

namespace boolab::ui
{

class BitPlanePanel;
class CorrelationMap;
class ErrorSteps;
class InspectorBar;
class KernelTableModel;
class LayerProbe;
class ScaleChart;

/// One layer of a Boolean model against its full-precision original: what its kernels leave of weight and
/// output, their signs as pictures, their scales, how their outputs are related. Reads files in a thread and
/// measures outputs in a process. Not modal: several may stand side by side. Left and Right go to the layers
/// beside, Escape closes.
class LayerInspector : public QDialog
{
    Q_OBJECT

public:
    LayerInspector(std::filesystem::path cli, std::filesystem::path database, QWidget* parent = nullptr);
    ~LayerInspector() override;

    void inspect(const InspectionRequest& request);
    const InspectionRequest& request() const { return m_request; }
    /// By so many layers, as far as there are.
    void step(int layers);

    bool isReading() const { return m_reads > 0; }
    bool isMeasuring() const;
    const InspectionReading& reading() const { return m_reading; }
    const ProbeResult& probe() const { return m_probe; }
    /// The reason that is shown in place of the charts; empty where there are charts.
    QString explanation() const;

    ErrorSteps* errors() const { return m_errors; }
    CorrelationMap* correlation() const { return m_correlation; }
    BitPlanePanel* planes() const { return m_planes; }
    ScaleChart* scalesOut() const { return m_scalesOut; }
    ScaleChart* scalesIn() const { return m_scalesIn; }
    InspectorBar* bar() const { return m_bar; }

Q_SIGNALS:
    void compareRequested(const boolab::ui::InspectionRequest& request);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeTop();
    QWidget* makeContent();
    QWidget* makeScales();
    QWidget* makeTable();
    void fillSaveMenu();
    void connectParts();

    void read();
    void take(const InspectionReading& reading);
    void showLayerNames();
    void explain(const QString& text);
    void showReading();
    void showErrors();
    void proposeMeasurement();
    void measure();
    void takeProbe(const ProbeResult& probe);
    void showProbe(const ProbeResult& probe);
    void failProbe(const QString& message);
    std::string probeKey() const;
    void save(QWidget* picture, const QString& title);
    void saveBitPlane();
    void saveText(const QString& text, const QString& name);
    void tellSaved(const Status& status, const QString& file);

    InspectionRequest m_request;
    InspectionReading m_reading;
    ProbeResult m_probe;
    std::map<std::string, ProbeResult> m_probes; ///< of this inspector's layers so far
    int m_reads = 0;
    LayerProbe* m_process;
    QTimer m_settle; ///< before a measurement starts by itself
    QComboBox* m_layers;
    QToolButton *m_back, *m_forth, *m_compare, *m_save;
    QLabel *m_name, *m_facts, *m_explanation;
    InspectorBar* m_bar;
    QStackedWidget* m_stack;
    ErrorSteps* m_errors;
    CorrelationMap* m_correlation;
    BitPlanePanel* m_planes;
    ScaleChart *m_scalesOut, *m_scalesIn;
    KernelTableModel* m_table;
    QTreeView* m_tableView;
    Background m_background;
};

} // namespace boolab::ui
