// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/compare/compare_data.h"

#include <map>

#include <QWidget>

class QLabel;
class QListWidget;
class QListWidgetItem;
class QPushButton;

namespace boolab::ui
{

/// The runs that are compared, however they were found: each keeps its colour while it is here, can be left
/// out of the views for a while, be what the others are measured against, or be taken out.
class CompareTray : public QWidget
{
    Q_OBJECT

public:
    explicit CompareTray(QWidget* parent = nullptr);

    /// In the order in which they came; those that are here already stay as they are.
    void add(const std::vector<RunId>& ids);
    void remove(const std::vector<RunId>& ids);
    void clear();
    /// In place of all that is here; `colors` may be empty.
    void set(const std::vector<RunId>& ids, std::optional<RunId> baseline,
             const std::map<RunId, int>& colors);
    /// Names and states; runs that are there no more leave the tray.
    void update(const CompareData& data);

    const std::vector<RunId>& ids() const { return m_ids; }
    bool isShown(RunId id) const;
    void setShown(RunId id, bool shown);
    std::optional<RunId> baseline() const { return m_baseline; }
    void setBaseline(std::optional<RunId> id);
    const std::map<RunId, int>& colors() const { return m_colors; }
    QListWidget* list() const { return m_list; }
    QPushButton* baselineButton() const { return m_makeBaseline; }
    QPushButton* removeButton() const { return m_remove; }

Q_SIGNALS:
    /// Other runs are here: they must be read.
    void runsChanged();
    /// The same runs are to be shown in another way.
    void lookChanged();
    void told(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showItems();
    void showItem(QListWidgetItem* item, RunId id) const;
    void giveColor(RunId id);
    std::vector<RunId> selected() const;
    void takeTick(QListWidgetItem* item);
    void enableButtons();

    std::vector<RunId> m_ids;
    std::set<RunId> m_hidden;
    std::map<RunId, int> m_colors;
    std::map<RunId, RunRecord> m_records;
    std::optional<RunId> m_baseline;
    QListWidget* m_list;
    QPushButton *m_makeBaseline, *m_remove, *m_clear;
};

} // namespace boolab::ui
