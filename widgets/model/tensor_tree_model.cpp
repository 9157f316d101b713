// SPDX-License-Identifier: Apache-2.0
#include "widgets/model/tensor_tree_model.h"

#include "core/jobs/text_format.h"
#include "widgets/base/text_look.h"

#include <algorithm>

#include <QApplication>
#include <QFont>
#include <QPalette>

namespace boolab::ui
{

namespace
{

bool isText(int column)
{
    return column == TensorTreeModel::Name || column == TensorTreeModel::DType;
}

QString text(const std::string& utf8)
{
    return QString::fromStdString(utf8);
}

} // namespace

QString tensorCountText(std::size_t count)
{
    return count == 1 ? TensorTreeModel::tr("1 tensor") : TensorTreeModel::tr("%1 tensors").arg(count);
}

TensorTreeModel::TensorTreeModel(QObject* parent) : QAbstractItemModel(parent) {}

void TensorTreeModel::setTensors(std::vector<TensorRow> tensors, LinearLayers layers, std::int64_t wholeBytes)
{
    beginResetModel();
    m_tensors = std::move(tensors);
    m_layers = std::move(layers);
    m_wholeBytes = std::max<std::int64_t>(1, wholeBytes);
    m_tree = tensorTree(m_tensors, m_layers);
    m_places.clear();
    m_nodesOf.clear();
    m_rowOf.clear();
    for (std::size_t row = 0; row < m_tensors.size(); ++row)
        m_rowOf[m_tensors[row].name] = row;
    place(m_tree, nullptr);
    endResetModel();
}

void TensorTreeModel::place(const std::vector<TensorNode>& nodes, const TensorNode* parent)
{
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        m_places[&nodes[i]] = {parent, static_cast<int>(i)};
        for (const std::size_t row : nodes[i].rows)
            m_nodesOf[m_tensors[row].name].push_back(&nodes[i]);
        place(nodes[i].children, &nodes[i]);
    }
}

void TensorTreeModel::setValues(const std::string& name, const ValueFigures& values)
{
    const auto row = m_rowOf.find(name);
    if (row == m_rowOf.end()) return;
    m_tensors[row->second].values = values;
    for (const TensorNode* node : m_nodesOf[name])
        Q_EMIT dataChanged(indexOf(node, NotFinite), indexOf(node, MeanAbs));
}

QModelIndex TensorTreeModel::indexOf(const TensorNode* node, int column) const
{
    return node == nullptr ? QModelIndex() : createIndex(m_places.at(node).row, column, node);
}

QModelIndex TensorTreeModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) return {};
    const auto& nodes =
        parent.isValid() ? static_cast<const TensorNode*>(parent.constInternalPointer())->children : m_tree;
    return createIndex(row, column, &nodes[static_cast<std::size_t>(row)]);
}

QModelIndex TensorTreeModel::parent(const QModelIndex& index) const
{
    if (!index.isValid()) return {};
    return indexOf(m_places.at(static_cast<const TensorNode*>(index.constInternalPointer())).parent, 0);
}

int TensorTreeModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid()) return static_cast<int>(m_tree.size());
    if (parent.column() > 0) return 0;
    return static_cast<int>(static_cast<const TensorNode*>(parent.constInternalPointer())->children.size());
}

int TensorTreeModel::columnCount(const QModelIndex& /*parent*/) const
{
    return ColumnCount;
}

QString TensorTreeModel::title(const TensorNode& node) const
{
    if (node.kind != TensorNode::Kind::Part) return text(node.label);
    switch (node.part) {
    case TensorPart::Embeddings:
        return tr("Embeddings");
    case TensorPart::Block:
        return tr("Block %1").arg(node.block);
    case TensorPart::FinalNorm:
        return tr("Final norm");
    case TensorPart::Head:
        return tr("Output head");
    case TensorPart::Other:
        return tr("Other tensors");
    }
    return {};
}

QString TensorTreeModel::shown(const TensorNode& node, int column) const
{
    switch (column) {
    case Name:
        return title(node);
    case Shape:
        if (!node.shape.empty() || node.kind == TensorNode::Kind::Tensor) return text(shapeText(node.shape));
        return tensorCountText(node.rows.size());
    case DType:
        return text(node.dtypes);
    case Parameters:
        return text(formatCount(node.parameters));
    case Bytes:
        return text(formatBytes(node.bytes));
    case Share:
        return QStringLiteral("%1 %").arg(number(node, Share).toDouble(), 0, 'f', 2);
    case Kernels:
        return node.kernels > 0 ? QString::number(node.kernels) : QString();
    case Bits:
        return node.bits > 0 ? QString::number(node.bits, 'f', 2) : QString();
    default:
        return valueText(node, column);
    }
}

QString TensorTreeModel::valueText(const TensorNode& node, int column) const
{
    const auto values = valuesOf(node, m_tensors);
    if (!values) return QStringLiteral("–");
    if (column == NotFinite) {
        if (values->isFinite()) return tr("none");
        QStringList parts;
        if (values->nans > 0) parts << tr("%1 NaN").arg(text(formatCount(values->nans)));
        if (values->infinities > 0) parts << tr("%1 Inf").arg(text(formatCount(values->infinities)));
        return parts.join(QStringLiteral(", "));
    }
    if (values->finite() == 0) return QStringLiteral("–");
    return text(formatNumber(column == Minimum   ? values->minimum
                             : column == Maximum ? values->maximum
                                                 : values->meanAbs));
}

QVariant TensorTreeModel::number(const TensorNode& node, int column) const
{
    switch (column) {
    case Shape:
    case Parameters:
        return QVariant::fromValue<qint64>(node.parameters);
    case Bytes:
        return QVariant::fromValue<qint64>(node.bytes);
    case Share:
        return 100.0 * static_cast<double>(node.bytes) / static_cast<double>(m_wholeBytes);
    case Kernels:
        return QVariant::fromValue<qint64>(node.kernels);
    case Bits:
        return node.bits;
    default:
        break;
    }
    const auto values = valuesOf(node, m_tensors);
    if (!values) return {};
    if (column == NotFinite) return QVariant::fromValue<qint64>(values->nans + values->infinities);
    if (values->finite() == 0) return {};
    return column == Minimum ? values->minimum : column == Maximum ? values->maximum : values->meanAbs;
}

QString TensorTreeModel::tip(const TensorNode& node, int column) const
{
    if (column == NotFinite && !valuesOf(node, m_tensors))
        return tr("Signs and integers cannot be NaN or infinite.");
    if (column != Name) return {};
    if (node.kind == TensorNode::Kind::Part)
        return tr("%1, %2").arg(title(node), tensorCountText(node.rows.size()));
    const std::string& stored =
        node.kind == TensorNode::Kind::Tensor ? m_tensors[node.rows[0]].storedName : std::string();
    return stored.empty() ? text(node.name) : tr("%1\nin the file: %2").arg(text(node.name), text(stored));
}

QVariant TensorTreeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const auto& node = *static_cast<const TensorNode*>(index.constInternalPointer());
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return shown(node, column);
    case kSortRole:
        if (column == Name) return m_places.at(&node).row; // the order of execution
        return column == DType ? QVariant(text(node.dtypes)) : number(node, column);
    case kLayerRole:
        return text(node.layer);
    case kCopyRole:
        if (column == Name) return node.name.empty() ? title(node) : text(node.name);
        return column == Shape || column == DType ? QVariant(shown(node, column)) : number(node, column);
    case Qt::ToolTipRole:
        return tip(node, column);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((isText(column) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::FontRole: {
        if (node.kind != TensorNode::Kind::Part || column != Name) return {};
        QFont font = QApplication::font("QAbstractItemView");
        font.setBold(true);
        return font;
    }
    case Qt::ForegroundRole: {
        if (column != NotFinite) return {};
        const auto values = valuesOf(node, m_tensors);
        return values && !values->isFinite() ? QVariant(badTextColor(QApplication::palette())) : QVariant();
    }
    default:
        return {};
    }
}

QVariant TensorTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((isText(section) ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Parameters)
        return tr("A Boolean layer counts as out × in, its scales and a tied head as nothing");
    if (role == Qt::ToolTipRole && section == Share) return tr("Of all tensors' bytes");
    if (role == Qt::ToolTipRole && section == Bits) return tr("Bits per weight, scales included");
    if (role != Qt::DisplayRole) return {};
    switch (section) {
    case Name:
        return tr("Tensor");
    case Shape:
        return tr("Shape");
    case DType:
        return tr("Type");
    case Parameters:
        return tr("Parameters");
    case Bytes:
        return tr("Size");
    case Share:
        return tr("Share");
    case Kernels:
        return tr("Kernels");
    case Bits:
        return tr("Bits/weight");
    case NotFinite:
        return tr("NaN, Inf");
    case Minimum:
        return tr("Min");
    case Maximum:
        return tr("Max");
    case MeanAbs:
        return tr("Mean |x|");
    default:
        return {};
    }
}

} // namespace boolab::ui
