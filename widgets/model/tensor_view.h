// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/model/tensor_tree_model.h"

#include <QWidget>
#include <nlohmann/json_fwd.hpp>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QSortFilterProxyModel;
class QTreeView;

namespace boolab::ui
{

class ValueCheck;

/// All tensors of the opened model: tree, filter, check of the values, copy and export.
class TensorView : public QWidget
{
    Q_OBJECT

public:
    explicit TensorView(QWidget* parent = nullptr);

    /// `inspection` of inspectModel().
    void setModel(const QString& path, const nlohmann::json& inspection);
    bool isChecking() const;

Q_SIGNALS:
    /// Of a Boolean model.
    void inspectRequested(const QString& layer);

protected:
    void changeEvent(QEvent* event) override;

private:
    void makeFilter();
    void makeTree();
    void makeActions();
    void fillTypes();
    void applyFilter();
    void showFiltered(bool isWhole);
    void fitColumns();
    void activate(const QModelIndex& index);
    void updateInspect();
    void toggleCheck();
    void addValues(const std::string& tensor, const ValueFigures& figures);
    void endCheck(const QString& problem, bool wasStopped);
    QString checkedText() const;
    void showValueColumns(bool on);
    void say(const QString& text, bool isBad = false);
    void copySelected() const;
    void saveCsv();

    QLineEdit* m_name;
    QComboBox* m_type;
    QLineEdit* m_shape;
    QLabel* m_problem;
    QLabel* m_count;
    QLabel* m_told;
    QProgressBar* m_progress;
    QPushButton* m_inspect;
    QPushButton* m_check;
    QPushButton* m_save;
    TensorTreeModel* m_tensors;
    QSortFilterProxyModel* m_sorted;
    QTreeView* m_tree;
    ValueCheck* m_values;

    QString m_path;
    bool m_isBoolean = false, m_isToldBad = false;
    std::vector<TensorRow> m_all; ///< with the values that are known
    LinearLayers m_layers;
    std::int64_t m_bytes = 0;
};

} // namespace boolab::ui
