// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/runs_filter.h"

#include "widgets/runs/runs_model.h"

#include <algorithm>

namespace boolab::ui
{

namespace
{

QString wordsOf(const QModelIndex& index)
{
    QString all;
    if (!index.isValid()) return all;
    for (const int column :
         {RunsModel::State, RunsModel::Name, RunsModel::Kind, RunsModel::Project, RunsModel::Started})
        all += index.siblingAtColumn(column).data().toString().toLower() + QLatin1Char('\n');
    return all;
}

} // namespace

RunsFilter::RunsFilter(QObject* parent) : QSortFilterProxyModel(parent)
{
    setSortRole(RunsModel::SortRole);
    setDynamicSortFilter(true);
    setRecursiveFilteringEnabled(true); // a sweep stays where one of its parts is wanted
}

void RunsFilter::setText(const QString& text)
{
    m_words = text.toLower().split(QLatin1Char(' '), Qt::SkipEmptyParts);
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

void RunsFilter::setHidden(std::set<RunId> ids)
{
    m_hidden = std::move(ids);
    invalidateFilter();
}

bool RunsFilter::filterAcceptsRow(int row, const QModelIndex& parent) const
{
    const QModelIndex first = sourceModel()->index(row, 0, parent);
    const auto at = [&](int column, int role) { return first.siblingAtColumn(column).data(role); };
    if (m_hidden.contains(at(0, RunsModel::IdRole).toLongLong())) return false;
    if (m_state && at(0, RunsModel::StateRole).toInt() != static_cast<int>(*m_state)) return false;
    if (!m_kind.isEmpty() && at(RunsModel::Kind, Qt::DisplayRole).toString() != m_kind) return false;
    if (m_words.isEmpty()) return true;
    const QString all = wordsOf(first) + wordsOf(parent); // a part is also found by its sweep
    return std::ranges::all_of(m_words, [&](const QString& word) { return all.contains(word); });
}

} // namespace boolab::ui
