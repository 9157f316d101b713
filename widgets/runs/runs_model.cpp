// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/runs_model.h"

#include "widgets/base/bits_text.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>
#include <limits>

#include <QIcon>

namespace boolab::ui
{
namespace
{

std::optional<double> numberIn(const nlohmann::json& result, const char* key)
{
    if (!result.is_object()) return std::nullopt;
    const auto found = result.find(key);
    if (found == result.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

QString numberText(const std::optional<double>& value)
{
    return value ? valueText(*value) : QString();
}

/// Runs without the number stand last.
double orLast(const std::optional<double>& value)
{
    return value.value_or(std::numeric_limits<double>::max());
}

QString progressText(const RunRow& row)
{
    if (row.totalSteps <= 0) return row.step > 0 ? QString::number(row.step) : QString();
    return QStringLiteral("%1 / %2").arg(row.step).arg(row.totalSteps);
}

double shareDone(const RunRow& row)
{
    if (row.totalSteps <= 0) return row.state == RunState::Done ? 1 : 0;
    return std::clamp(static_cast<double>(row.step) / static_cast<double>(row.totalSteps), 0.0, 1.0);
}

} // namespace

RunRow RunRow::from(const RunRecord& run)
{
    RunRow row;
    row.id = run.id;
    row.state = run.state;
    row.name = QString::fromStdString(run.name);
    row.kind = QString::fromStdString(run.kind);
    row.project = QString::fromStdString(run.project);
    row.message = QString::fromStdString(run.message);
    row.step = run.step;
    row.totalSteps = run.totalSteps;
    row.startedAt = run.startedAt > 0 ? run.startedAt : run.createdAt;
    const double until = run.endedAt > 0 ? run.endedAt : run.heartbeatAt;
    row.seconds = run.startedAt > 0 ? std::max(0.0, until - run.startedAt) : 0;
    row.perplexity = numberIn(run.result, "perplexity");
    row.loss = numberIn(run.result, "loss");
    row.bits = numberIn(run.result, "bits_per_weight");
    const HonestBits bits = HonestBits::from(run.result);
    row.bitsShort = bits.shortText();
    row.bitsLong = bits.text();
    return row;
}

void RunsModel::removeRowsNotIn(const std::vector<RunRow>& rows)
{
    for (int i = static_cast<int>(m_rows.size()) - 1; i >= 0; --i) {
        const RunId id = m_rows[static_cast<std::size_t>(i)].id;
        if (std::ranges::find(rows, id, &RunRow::id) != rows.end()) continue;
        beginRemoveRows({}, i, i);
        m_rows.erase(m_rows.begin() + i);
        endRemoveRows();
    }
}

void RunsModel::setRuns(const std::vector<RunRecord>& runs)
{
    std::vector<RunRow> rows;
    rows.reserve(runs.size());
    std::ranges::transform(runs, std::back_inserter(rows), &RunRow::from);
    const auto sameIds = [&] { return std::ranges::equal(rows, m_rows, {}, &RunRow::id, &RunRow::id); };
    if (m_rows.empty()) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    if (!sameIds()) removeRowsNotIn(rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const int at = static_cast<int>(i);
        if (i < m_rows.size() && m_rows[i].id == rows[i].id) {
            if (m_rows[i] == rows[i]) continue;
            m_rows[i] = rows[i];
            Q_EMIT dataChanged(index(at, 0), index(at, ColumnCount - 1));
        } else {
            beginInsertRows({}, at, at);
            m_rows.insert(m_rows.begin() + at, rows[i]);
            endInsertRows();
        }
    }
    if (m_rows.size() == rows.size()) return;
    beginResetModel(); // the order itself changed
    m_rows = std::move(rows);
    endResetModel();
}

void RunsModel::setDark(bool dark)
{
    if (dark == m_dark) return;
    m_dark = dark;
    if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0), {Qt::DecorationRole});
}

const RunRow* RunsModel::row(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

const RunRow* RunsModel::find(RunId id) const
{
    return row(rowOf(id));
}

int RunsModel::rowOf(RunId id) const
{
    const auto found = std::ranges::find(m_rows, id, &RunRow::id);
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

int RunsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RunsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int{ColumnCount};
}

QVariant RunsModel::text(const RunRow& row, int column) const
{
    switch (column) {
    case State:
        return stateText(row.state);
    case Name:
        return row.name;
    case Kind:
        return row.kind;
    case Project:
        return row.project;
    case Progress:
        return progressText(row);
    case Started:
        return dateTimeText(row.startedAt);
    case Duration:
        return row.seconds > 0 ? durationText(row.seconds) : QString();
    case Perplexity:
        return numberText(row.perplexity);
    case Loss:
        return numberText(row.loss);
    case Bits:
        return row.bitsShort;
    default:
        return {};
    }
}

QVariant RunsModel::sortValue(const RunRow& row, int column) const
{
    switch (column) {
    case State:
        return static_cast<int>(row.state);
    case Progress:
        return shareDone(row);
    case Started:
        return row.startedAt;
    case Duration:
        return row.seconds;
    case Perplexity:
        return orLast(row.perplexity);
    case Loss:
        return orLast(row.loss);
    case Bits:
        return orLast(row.bits);
    default:
        return text(row, column).toString().toLower();
    }
}

QVariant RunsModel::data(const QModelIndex& index, int role) const
{
    const RunRow* found = row(index.row());
    if (!found) return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return text(*found, index.column());
    case Qt::DecorationRole:
        return index.column() == State ? QVariant(stateIcon(found->state, m_dark)) : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == Bits && !found->bitsLong.isEmpty()) return found->bitsLong;
        return found->message.isEmpty() ? text(*found, index.column()) : QVariant(found->message);
    case Qt::TextAlignmentRole:
        return index.column() >= Duration ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case SortRole:
        return sortValue(*found, index.column());
    case IdRole:
        return QVariant::fromValue<qlonglong>(found->id);
    case StateRole:
        return static_cast<int>(found->state);
    case ProgressRole:
        return shareDone(*found);
    default:
        return {};
    }
}

QVariant RunsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    static const QStringList kTitles{
        tr("State"),   tr("Name"),     tr("Kind"),       tr("Project"), tr("Progress"),
        tr("Started"), tr("Duration"), tr("Perplexity"), tr("Loss"),    tr("Bits · whole file · size")};
    if (role == Qt::DisplayRole) return kTitles.value(section);
    if (role == Qt::TextAlignmentRole && section >= Duration)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Bits)
        return tr("Bits per weight of the converted layers with their scales, bits per weight over the whole "
                  "file, and its size");
    return {};
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.column() == Name) flags |= Qt::ItemIsEditable;
    return flags;
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const QString name = value.toString().trimmed();
    if (role != Qt::EditRole || index.column() != Name || !row(index.row()) || name.isEmpty()) return false;
    RunRow& target = m_rows[static_cast<std::size_t>(index.row())];
    if (name == target.name) return true;
    target.name = name;
    Q_EMIT dataChanged(index, index);
    Q_EMIT renamed(target.id, name);
    return true;
}

} // namespace boolab::ui
