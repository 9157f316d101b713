// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/compare/compare_view.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QStackedLayout;

namespace boolab::ui
{

class FactsTable;
class LineChart;

/// Kernel counts and errors of all runs, layer by layer: a curve per run over the layers, the figures below.
class CompareLayers : public QWidget
{
    Q_OBJECT

public:
    explicit CompareLayers(QWidget* parent = nullptr);
    void update(const CompareInput& input);

    QComboBox* quantities() const { return m_quantity; }
    LineChart* chart() const { return m_chart; }
    FactsTable* table() const { return m_table; }
    QString emptyText() const;

private:
    void showQuantity();
    void draw(const std::string& quantity);

    CompareInput m_input;
    QStackedLayout* m_stack;
    QComboBox* m_quantity;
    QLabel *m_note, *m_empty;
    LineChart* m_chart;
    FactsTable* m_table;
};

} // namespace boolab::ui
