// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/machine/model_sizes.h"

#include <QWidget>

class QLabel;
class QStackedWidget;

namespace boolab::ui
{

class BarChart;
class LayerBars;

/// What the open model takes, as a whole and layer by layer; without one, how to get one.
class SizePanel : public QWidget
{
    Q_OBJECT

public:
    explicit SizePanel(QWidget* parent = nullptr);

    void showModel(const QString& name, const ModelSizes& sizes);
    bool hasModel() const;
    BarChart* total() const { return m_total; }
    LayerBars* layers() const { return m_layers; }

Q_SIGNALS:
    void openRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeEmpty();

    QStackedWidget* m_stack;
    QLabel* m_empty;
    BarChart* m_total;
    LayerBars* m_layers;
};

} // namespace boolab::ui
