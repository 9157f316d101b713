// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/sweep/sweep_overview.h"

#include <QAbstractTableModel>

namespace boolab::ui
{

/// The full-precision model and every point of a sweep as a table, a snapshot of values.
class SweepModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Perplexity, Ratio, Bits, ScaleBits, WholeFile, Size, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setOverview(const SweepOverview& overview);
    void setDark(bool dark);
    /// Row 0 is the full-precision model, row i + 1 point i.
    const SweepEntry* entry(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<SweepEntry> m_rows;
    bool m_dark = false;
};

} // namespace boolab::ui
