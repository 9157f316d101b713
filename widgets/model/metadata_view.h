// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>
#include <nlohmann/json_fwd.hpp>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QStackedWidget;
class QStandardItem;
class QStandardItemModel;
class QSortFilterProxyModel;
class QTreeView;

namespace boolab::ui
{

/// What a model's files say besides weights: config.json, metadata of safetensors, keys of a GGUF.
class MetadataView : public QWidget
{
    Q_OBJECT

public:
    explicit MetadataView(QWidget* parent = nullptr);

    /// "metadata" of inspectModel().
    void setMetadata(const nlohmann::json& metadata);

private:
    void makeTree();
    void showCurrent();
    void copySelected() const;
    void applyFilter(const QString& text);

    QStandardItemModel* m_model;
    QSortFilterProxyModel* m_shown;
    QLineEdit* m_filter;
    QTreeView* m_tree;
    QLabel* m_empty;
    QPlainTextEdit* m_whole; ///< the chosen value
};

} // namespace boolab::ui
