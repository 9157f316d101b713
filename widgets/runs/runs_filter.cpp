// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/runs_filter.h"

#include "widgets/runs/runs_model.h"

namespace boolab::ui
{

RunsFilter::RunsFilter(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(RunsModel::SortRole);
    setDynamicSortFilter(true);
    setRecursiveFilteringEnabled(true); // a sweep stays where one of its parts is wanted
}

void RunsFilter::setFound(std::set<RunId> ids)
{
    if (ids == m_found) return;
    m_found = std::move(ids);
    invalidateFilter();
}

void RunsFilter::setState(std::optional<RunState> state)
{
    m_state = state;
    invalidateFilter();
}

void RunsFilter::setKind(const QString& kind)
{
    m_kind = kind;
    invalidateFilter();
}

void RunsFilter::setProject(const QString& project)
{
    m_project = project;
    invalidateFilter();
}

void RunsFilter::setHidden(std::set<RunId> ids)
{
    m_hidden = std::move(ids);
    invalidateFilter();
}

bool RunsFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex first = sourceModel()->index(row, 0, parent);
    const auto at = [&](int column, int role) { return first.siblingAtColumn(column).data(role); };
    const RunId id = at(0, RunsModel::IdRole).toLongLong();
    if (m_hidden.contains(id) || (m_found && !m_found->contains(id))) return false;
    if (m_state && at(0, RunsModel::StateRole).toInt() != static_cast<int>(*m_state)) return false;
    if (!m_project.isEmpty() && at(RunsModel::Project, Qt::DisplayRole).toString() != m_project) return false;
    return m_kind.isEmpty() || at(RunsModel::Kind, Qt::DisplayRole).toString() == m_kind;
}

bool RunsFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const
{
    const bool leftPinned = left.data(RunsModel::PinnedRole).toBool();
    if (leftPinned != right.data(RunsModel::PinnedRole).toBool())
        return leftPinned == (sortOrder() == Qt::AscendingOrder);
    return QSortFilterProxyModel::lessThan(left, right);
}

} // namespace boolab::ui
