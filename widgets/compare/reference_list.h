// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/reference_scores.h"

#include <QWidget>
#include <vector>

class QComboBox;
class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace boolab::ui
{

/// Published figures to choose from, each with its protocol and its source; the ticked ones are drawn.
class ReferenceList : public QWidget
{
    Q_OBJECT

public:
    explicit ReferenceList(QWidget* parent = nullptr);

    /// What the figures stand beside: a metric by a protocol, and the range of its values.
    void setScore(const std::string& metric, const std::string& protocol, double low, double high);
    void setModel(const QString& model);
    QString model() const;
    std::vector<ReferenceScore> ticked() const;
    QTreeWidget* tree() const { return m_tree; }
    QComboBox* models() const { return m_models; }

Q_SIGNALS:
    void changed();

private:
    void fillModels();
    void fill();
    QTreeWidgetItem* makeItem(const ReferenceScore& reference, std::size_t index, double value) const;

    std::optional<ReferenceKind> m_kind;
    std::string m_metric, m_protocol;
    double m_low = 0, m_high = 0;
    QComboBox* m_models;
    QTreeWidget* m_tree;
    QLabel* m_note;
};

} // namespace boolab::ui
