// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <optional>
#include <set>

#include <QSortFilterProxyModel>

namespace boolab::ui
{

/// Sorts and filters RunsModel: those that a query has found; state, kind and project must match. Pinned runs
/// stand on top in any order.
class RunsFilter final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit RunsFilter(QObject* parent = nullptr);

    void setFound(std::set<RunId> ids);
    void setState(std::optional<RunState> state);
    void setKind(const QString& kind);
    void setProject(const QString& project); ///< empty: any
    /// Runs that are about to be deleted.
    void setHidden(std::set<RunId> ids);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

private:
    std::optional<std::set<RunId>> m_found; ///< none: all
    std::optional<RunState> m_state;
    QString m_kind, m_project;
    std::set<RunId> m_hidden;
};

} // namespace boolab::ui
