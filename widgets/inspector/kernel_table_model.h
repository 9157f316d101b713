// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/inspector/inspection_reading.h"

#include <QAbstractTableModel>

namespace boolab::ui
{

/// A row per kernel of the inspected layer: what it is, and what is left with it and those before.
class KernelTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        Kernel,
        PlusShare,
        WeightError,
        OutputError,
        InModelError,
        OutputRms,
        ScaleOut,
        ScaleIn,
        ColumnCount
    };

    using QAbstractTableModel::QAbstractTableModel;

    void setReading(const InspectionReading& reading);
    void setProbe(const ProbeResult& probe);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    QString shown(std::size_t kernel, int column) const;

    InspectionReading m_reading;
    ProbeResult m_probe;
};

} // namespace boolab::ui
