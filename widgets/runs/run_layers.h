// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/base/background.h"
#include "widgets/inspector/inspection_reading.h"
#include "widgets/runs/run_layer_values.h"
#include "widgets/runs/run_update.h"

#include <QWidget>

class QLabel;
class QSplitter;
class QToolButton;

namespace boolab::ui
{

class BlockBars;
class ErrorCurves;
class LayerBars;
class LayerHeatmap;
class LayerScatter;

/// The layers of a run: kernels, error and drift of the scales as bars; of a conversion also the error left
/// after every kernel and the error against the size; of a training the flips over the steps. The charts of
/// a conversion share the chosen layer.
class RunLayers : public QWidget
{
    Q_OBJECT

public:
    explicit RunLayers(QWidget* parent = nullptr);
    void clear();
    void update(const RunUpdate& update);

    BlockBars* kernelBars() const { return m_kernels; }
    LayerBars* errorBars() const { return m_errors; }
    ErrorCurves* errorCurves() const { return m_curves; }
    LayerScatter* scatter() const { return m_scatter; }
    LayerHeatmap* flipMap() const { return m_flips; }
    const RunLayerValues& values() const { return m_values; }
    QString chosenText() const;
    void choose(int layer);

Q_SIGNALS:
    void told(const QString& text);
    void inspectRequested(const boolab::ui::InspectionRequest& request);

private:
    QWidget* makeToolBar();
    QWidget* makeCharts();
    void connectChoice();
    void inspect(int layer);
    void setLayers(const std::vector<std::string>& names);
    void take(const LayerStats& stats);
    void showCounts();
    void findShapes(const RunUpdate& update);
    void explainEmpty(const RunRecord& run);
    void showChosen();
    void save(QWidget* chart, const QString& title);
    void saveTable();

    RunRecord m_run;
    RunLayerValues m_values;
    std::string m_shapesOf; ///< the model that shapes were asked of
    int m_chosen = -1;
    QWidget* m_tools;
    QLabel* m_chosenLabel;
    QToolButton* m_save;
    QSplitter *m_split, *m_conversion;
    BlockBars* m_kernels;
    LayerBars *m_errors, *m_drift;
    ErrorCurves* m_curves;
    LayerScatter* m_scatter;
    LayerHeatmap* m_flips;
    Background m_background;
};

} // namespace boolab::ui
