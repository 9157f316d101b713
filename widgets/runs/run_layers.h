// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/runs/run_update.h"

#include <QWidget>

class QSplitter;

namespace boolab::ui
{

class LayerBars;
class LayerHeatmap;

/// The layers of a run: kernels, error and drift of the scales as bars, flips over the steps as a map.
class RunLayers : public QWidget
{
    Q_OBJECT

public:
    explicit RunLayers(QWidget* parent = nullptr);
    void clear();
    void update(const RunUpdate& update);

    LayerBars* kernelBars() const { return m_kernels; }
    LayerBars* errorBars() const { return m_errors; }
    LayerHeatmap* flipMap() const { return m_flips; }

private:
    void setLayers(const std::vector<std::string>& names);
    void take(const LayerStats& stats);
    void explainEmpty(const RunRecord& run);

    QSplitter* m_split;
    LayerBars *m_kernels, *m_errors, *m_drift;
    LayerHeatmap* m_flips;
};

} // namespace boolab::ui
