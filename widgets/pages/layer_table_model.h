// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractTableModel>
#include <nlohmann/json.hpp>
#include <vector>

namespace boolab::ui
{

/// The linear layers of an inspected model, one row each.
class LayerTableModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Shape, DType, Parameters, Bytes, Kernels, Bits, ColumnCount };
    /// The value to sort by: a text or a number.
    static constexpr int kSortRole = Qt::UserRole;

    using QAbstractTableModel::QAbstractTableModel;

    /// `layers` of inspectModel().
    void setLayers(const nlohmann::json& layers);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Layer {
        QString name, dtype;
        qint64 out = 0, in = 0, kernels = 0, bytes = 0;
        double bits = 0; ///< per weight, with scales
    };

    static QString shown(const Layer& layer, int column);
    static QVariant sortValue(const Layer& layer, int row, int column);

    std::vector<Layer> m_layers;
};

} // namespace boolab::ui
