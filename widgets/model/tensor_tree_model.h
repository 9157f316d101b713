// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/tensor_tree.h"

#include <QAbstractItemModel>
#include <unordered_map>

namespace boolab::ui
{

/// "1 tensor", "272 tensors".
QString tensorCountText(std::size_t count);

/// The tensors of a model by part, block and module, with the sums of what is shown.
class TensorTreeModel final : public QAbstractItemModel
{
    Q_OBJECT

public:
    enum Column {
        Name,
        Shape,
        DType,
        Parameters,
        Bytes,
        Share,
        Kernels,
        Bits,
        NotFinite, ///< this and the following once values are checked
        Minimum,
        Maximum,
        MeanAbs,
        ColumnCount
    };
    /// The value to sort by: a text or a number.
    static constexpr int kSortRole = Qt::UserRole;
    /// The name of the linear layer that the row is or belongs to; empty for others.
    static constexpr int kLayerRole = Qt::UserRole + 1;
    /// What Ctrl+C copies: figures as plain numbers.
    static constexpr int kCopyRole = Qt::UserRole + 2;

    explicit TensorTreeModel(QObject* parent = nullptr);

    /// `wholeBytes`: what shares are of.
    void setTensors(std::vector<TensorRow> tensors, LinearLayers layers, std::int64_t wholeBytes);
    const std::vector<TensorRow>& tensors() const { return m_tensors; }
    /// Values of one tensor have been checked.
    void setValues(const std::string& name, const ValueFigures& values);

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Place {
        const TensorNode* parent = nullptr;
        int row = 0;
    };

    void place(const std::vector<TensorNode>& nodes, const TensorNode* parent);
    QModelIndex indexOf(const TensorNode* node, int column) const;
    QString title(const TensorNode& node) const;
    QString shown(const TensorNode& node, int column) const;
    QString valueText(const TensorNode& node, int column) const;
    QString tip(const TensorNode& node, int column) const;
    QVariant number(const TensorNode& node, int column) const;

    std::vector<TensorRow> m_tensors;
    LinearLayers m_layers;
    std::vector<TensorNode> m_tree;
    std::unordered_map<const TensorNode*, Place> m_places;
    std::unordered_map<std::string, std::vector<const TensorNode*>> m_nodesOf; ///< by a tensor's name
    std::unordered_map<std::string, std::size_t> m_rowOf;
    std::int64_t m_wholeBytes = 1;
};

} // namespace boolab::ui
