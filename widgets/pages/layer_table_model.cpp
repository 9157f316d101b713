// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/layer_table_model.h"

#include "core/jobs/text_format.h"

namespace boolab::ui
{

namespace
{

QVariant alignmentOf(int column)
{
    const bool isText = column == LayerTableModel::Name || column == LayerTableModel::DType;
    return QVariant::fromValue((isText ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
}

} // namespace

void LayerTableModel::setLayers(const nlohmann::json& layers)
{
    beginResetModel();
    m_layers.clear();
    for (const auto& layer : layers)
        m_layers.push_back({.name = QString::fromStdString(layer.value("name", "")),
                            .dtype = QString::fromStdString(layer.value("dtype", "")),
                            .out = layer.value("out", qint64{0}),
                            .in = layer.value("in", qint64{0}),
                            .kernels = layer.value("kernels", qint64{0}),
                            .bytes = layer.value("bytes", qint64{0}),
                            .bits = layer.value("bits_per_weight", 0.0)});
    endResetModel();
}

int LayerTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_layers.size());
}

int LayerTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LayerTableModel::shown(const Layer& layer, int column)
{
    switch (column) {
    case Name:
        return layer.name;
    case Shape:
        return QStringLiteral("%1 × %2").arg(layer.out).arg(layer.in);
    case DType:
        return layer.dtype;
    case Parameters:
        return QString::fromStdString(formatCount(layer.out * layer.in));
    case Bytes:
        return QString::fromStdString(formatBytes(layer.bytes));
    case Kernels:
        return layer.kernels == 0 ? QStringLiteral("–") : QString::number(layer.kernels);
    case Bits:
        return QString::number(layer.bits, 'f', 2);
    default:
        return {};
    }
}

QVariant LayerTableModel::sortValue(const Layer& layer, int row, int column)
{
    switch (column) {
    case Name:
        return row; // the order of execution
    case DType:
        return layer.dtype;
    case Bytes:
        return layer.bytes;
    case Kernels:
        return layer.kernels;
    case Bits:
        return layer.bits;
    default:
        return layer.out * layer.in;
    }
}

QVariant LayerTableModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Layer& layer = m_layers[static_cast<std::size_t>(index.row())];
    if (role == Qt::DisplayRole) return shown(layer, index.column());
    if (role == kSortRole) return sortValue(layer, index.row(), index.column());
    if (role == Qt::ToolTipRole && index.column() == Name) return layer.name;
    if (role == Qt::TextAlignmentRole) return alignmentOf(index.column());
    return {};
}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole) return alignmentOf(section);
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Name:
        return tr("Layer");
    case Shape:
        return tr("Shape (out × in)");
    case DType:
        return tr("Type");
    case Parameters:
        return tr("Parameters");
    case Bytes:
        return tr("Size");
    case Kernels:
        return tr("Kernels");
    case Bits:
        return tr("Bits/weight with scales");
    default:
        return {};
    }
}

} // namespace boolab::ui
