// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/run_query.h"

#include <vector>

#include <QWidget>

class QLabel;
class QLineEdit;
class QMenu;
class QToolButton;

namespace boolab::ui
{

/// The field that runs are searched by, what is wrong with the query in it, and the filters that are kept.
class RunSearch : public QWidget
{
    Q_OBJECT

public:
    explicit RunSearch(QWidget* parent = nullptr);

    /// The last query that could be read.
    const RunQuery& query() const { return m_query; }
    void setText(const QString& text);
    QString text() const;
    void setFilters(const std::vector<SavedFilter>& filters);
    /// What the query's keys do not fit; empty: nothing.
    void setHint(const QString& hint);

    QLineEdit* field() const { return m_field; }
    QLabel* complaint() const { return m_complaint; }
    QMenu* menu() const { return m_menu; }

Q_SIGNALS:
    void queryChanged();
    void filterSaved(const QString& name, const QString& query);
    void filterRemoved(const QString& name);

private:
    void read();
    void fillMenu();
    void saveFilter();

    RunQuery m_query;
    std::vector<SavedFilter> m_filters;
    QLineEdit* m_field;
    QLabel* m_complaint;
    QToolButton* m_button;
    QMenu* m_menu;
};

} // namespace boolab::ui
