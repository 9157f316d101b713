// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "widgets/base/store_queue.h"

#include <QMenu>
#include <vector>

namespace boolab::ui
{

/// Models to add to the playground: the open one, relatives of those that are there, of late, of runs, and
/// from disk. Filled anew whenever it opens.
class ModelMenu : public QMenu
{
    Q_OBJECT

public:
    explicit ModelMenu(QWidget* parent = nullptr);

    void setOpenModel(const QString& path) { m_open = path; }
    void setRecentModels(const std::vector<ModelRecord>& models) { m_recent = models; }
    void setRunModels(const std::vector<RunModel>& models) { m_runs = models; }
    /// Those that are on the page already.
    void setShown(const QStringList& paths) { m_shown = paths; }

Q_SIGNALS:
    void chosen(const QString& path);

private:
    void fill();
    void addRelatives();
    void addRuns();
    void addRecent();
    void browse(bool folder);
    bool offers(const QString& path) const;
    /// Once per menu.
    void offer(QMenu& menu, const QString& text, const QString& path);

    QString m_open;
    std::vector<ModelRecord> m_recent;
    std::vector<RunModel> m_runs;
    QStringList m_shown, m_offered;
};

} // namespace boolab::ui
