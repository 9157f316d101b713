// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/runs_model.h"

#include "core/base/json_field.h"
#include "core/store/kernel_count.h"
#include "widgets/base/bits_text.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/run_mime.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>
#include <limits>
#include <set>

#include <QFont>
#include <QIcon>

namespace boolab::ui
{
namespace
{

QString numberText(const std::optional<double>& value)
{
    return value ? valueText(*value) : QString();
}

/// Runs without the number stand last.
double orLast(const std::optional<double>& value)
{
    return value.value_or(std::numeric_limits<double>::max());
}

bool isNumber(int column)
{
    return column >= RunsModel::Duration && column <= RunsModel::Bits;
}

QFont slanted()
{
    QFont font;
    font.setItalic(true);
    return font;
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

RunRow RunRow::from(const RunRecord& run, double kernels)
{
    RunRow row;
    row.id = run.id;
    row.state = run.state;
    row.name = QString::fromStdString(run.name);
    row.kind = QString::fromStdString(run.kind);
    row.project = QString::fromStdString(run.project);
    row.message = QString::fromStdString(run.message);
    row.parent = run.parent;
    QStringList tags;
    for (const std::string& tag : run.tags)
        tags << QString::fromStdString(tag);
    row.tags = tags.join(QLatin1Char(' '));
    row.notes = QString::fromStdString(run.notes).section(QLatin1Char('\n'), 0, 0);
    row.pinned = run.pinned;
    row.aside = run.archivedAt > 0 || run.deletedAt > 0;
    row.step = run.step;
    row.totalSteps = run.totalSteps;
    row.startedAt = run.startedAt > 0 ? run.startedAt : run.createdAt;
    row.seconds = std::max(0.0, secondsAtWork(run));
    row.perplexity = numberAt(run.result, "perplexity");
    row.loss = numberAt(run.result, "loss");
    row.bits = numberAt(run.result, "bits_per_weight");
    const HonestBits bits = HonestBits::from(run.result, kernels);
    row.bitsShort = bits.shortText();
    row.bitsLong = bits.text();
    return row;
}

void RunRow::takePerplexity(const std::vector<const RunRecord*>& evaluations)
{
    if (perplexity) return;
    for (const RunRecord* evaluation : evaluations) {
        perplexity = numberAt(evaluation->result, "perplexity");
        if (!perplexity) continue;
        perplexityFrom = QString::fromStdString(evaluation->name);
        return;
    }
}

RunsModel::Snapshot RunsModel::arranged(const std::vector<RunRecord>& runs)
{
    std::set<RunId> all;
    for (const RunRecord& run : runs)
        all.insert(run.id);
    const RunRelations relations(runs);
    Snapshot snapshot;
    for (const RunRecord& run : runs) { // of a deleted sweep the parts stand alone
        Rows& rows = run.parent && all.contains(*run.parent) ? snapshot.children[*run.parent] : snapshot.rows;
        const bool hasBits = numberAt(run.result, "bits_per_weight").has_value();
        rows.push_back(RunRow::from(run, hasBits ? nominalKernels(run, relations) : 0));
        rows.back().takePerplexity(relations.evaluationsOf(run));
    }
    return snapshot;
}

void RunsModel::removeRowsNotIn(Rows& rows, const Rows& next, const QModelIndex& parent)
{
    for (int i = static_cast<int>(rows.size()) - 1; i >= 0; --i) {
        const RunId id = rows[static_cast<std::size_t>(i)].id;
        if (std::ranges::find(next, id, &RunRow::id) != next.end()) continue;
        beginRemoveRows(parent, i, i);
        rows.erase(rows.begin() + i);
        if (!parent.isValid()) m_shown.children.erase(id);
        endRemoveRows();
    }
}

bool RunsModel::merge(Rows& rows, const Rows& next, const QModelIndex& parent)
{
    if (!std::ranges::equal(next, rows, {}, &RunRow::id, &RunRow::id)) removeRowsNotIn(rows, next, parent);
    for (std::size_t i = 0; i < next.size(); ++i) {
        const int at = static_cast<int>(i);
        if (i < rows.size() && rows[i].id == next[i].id) {
            if (rows[i] == next[i]) continue;
            rows[i] = next[i];
            Q_EMIT dataChanged(index(at, 0, parent), index(at, ColumnCount - 1, parent));
        } else {
            beginInsertRows(parent, at, at);
            rows.insert(rows.begin() + at, next[i]);
            endInsertRows();
        }
    }
    return rows.size() == next.size();
}

void RunsModel::setRuns(const std::vector<RunRecord>& runs)
{
    Snapshot next = arranged(runs);
    bool isMerged = !m_shown.rows.empty() && merge(m_shown.rows, next.rows, {});
    for (const RunRow& row : next.rows) {
        if (!isMerged) break;
        const auto below = next.children.find(row.id);
        const bool hasNone = below == next.children.end() && !m_shown.children.contains(row.id);
        if (!hasNone)
            isMerged = merge(m_shown.children[row.id], below == next.children.end() ? Rows() : below->second,
                             indexOf(row.id));
    }
    if (isMerged) return;
    beginResetModel();
    m_shown = std::move(next);
    endResetModel();
}

void RunsModel::setDark(bool dark)
{
    if (dark == m_dark) return;
    m_dark = dark;
    const auto repaint = [this](const QModelIndex& parent) {
        if (const int count = rowCount(parent); count > 0)
            Q_EMIT dataChanged(index(0, 0, parent), index(count - 1, 0, parent), {Qt::DecorationRole});
    };
    repaint({});
    for (int i = 0; i < rowCount(); ++i)
        repaint(index(i, 0));
}

const RunsModel::Rows& RunsModel::rowsBelow(const QModelIndex& parent) const
{
    static const Rows none;
    if (!parent.isValid()) return m_shown.rows;
    if (parent.internalId() != 0 || parent.column() != 0) return none;
    const auto found = m_shown.children.find(m_shown.rows[static_cast<std::size_t>(parent.row())].id);
    return found == m_shown.children.end() ? none : found->second;
}

const RunRow* RunsModel::row(const QModelIndex& index) const
{
    if (!index.isValid()) return nullptr;
    const Rows& rows = rowsBelow(index.parent());
    const auto at = static_cast<std::size_t>(index.row());
    return at < rows.size() ? &rows[at] : nullptr;
}

const RunRow* RunsModel::find(RunId id) const
{
    return row(indexOf(id));
}

QModelIndex RunsModel::indexOf(RunId id) const
{
    const auto place = [id](const Rows& rows) {
        const auto found = std::ranges::find(rows, id, &RunRow::id);
        return found == rows.end() ? -1 : static_cast<int>(found - rows.begin());
    };
    if (const int row = place(m_shown.rows); row >= 0) return createIndex(row, 0, quintptr{0});
    for (const auto& [above, rows] : m_shown.children)
        if (const int row = place(rows); row >= 0) return createIndex(row, 0, static_cast<quintptr>(above));
    return {};
}

std::vector<RunId> RunsModel::below(RunId id) const
{
    std::vector<RunId> ids;
    if (const auto found = m_shown.children.find(id); found != m_shown.children.end())
        std::ranges::transform(found->second, std::back_inserter(ids), &RunRow::id);
    return ids;
}

QStringList RunsModel::kinds() const
{
    QStringList kinds;
    const auto add = [&](const Rows& rows) {
        for (const RunRow& row : rows)
            if (!kinds.contains(row.kind)) kinds << row.kind;
    };
    add(m_shown.rows);
    for (const auto& [above, rows] : m_shown.children)
        add(rows);
    return kinds;
}

QStringList RunsModel::projects() const
{
    QStringList projects;
    const auto add = [&](const Rows& rows) {
        for (const RunRow& row : rows)
            if (!projects.contains(row.project)) projects << row.project;
    };
    add(m_shown.rows);
    for (const auto& [above, rows] : m_shown.children)
        add(rows);
    projects.sort(Qt::CaseInsensitive);
    return projects;
}

/// An index below another carries the upper run's number, which stays while rows move.
QModelIndex RunsModel::index(int row, int column, const QModelIndex& parent) const
{
    const auto count = static_cast<int>(rowsBelow(parent).size());
    if (row < 0 || row >= count || column < 0 || column >= ColumnCount) return {};
    const RunId above = parent.isValid() ? m_shown.rows[static_cast<std::size_t>(parent.row())].id : 0;
    return createIndex(row, column, static_cast<quintptr>(above));
}

QModelIndex RunsModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == 0) return {};
    const auto above = static_cast<RunId>(index.internalId());
    const auto found = std::ranges::find(m_shown.rows, above, &RunRow::id);
    if (found == m_shown.rows.end()) return {};
    return createIndex(static_cast<int>(found - m_shown.rows.begin()), 0, quintptr{0});
}

int RunsModel::rowCount(const QModelIndex& parent) const
{
    return static_cast<int>(rowsBelow(parent).size());
}

int RunsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() && parent.internalId() != 0 ? 0 : int{ColumnCount};
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
    case Tags:
        return row.tags;
    case Notes:
        return row.notes;
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
    const RunRow* found = row(index);
    if (!found) return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return text(*found, index.column());
    case Qt::DecorationRole:
        if (index.column() == Name && found->pinned) return pinIcon(m_dark);
        return index.column() == State ? QVariant(stateIcon(found->state, m_dark)) : QVariant();
    case Qt::FontRole:
        return found->aside ? QVariant(slanted()) : QVariant();
    case Qt::ToolTipRole:
        if (index.column() == Bits && !found->bitsLong.isEmpty()) return found->bitsLong;
        if (index.column() == Perplexity && !found->perplexityFrom.isEmpty())
            return tr("%1, measured by %2").arg(numberText(found->perplexity), found->perplexityFrom);
        return found->message.isEmpty() ? text(*found, index.column()) : QVariant(found->message);
    case Qt::TextAlignmentRole:
        return isNumber(index.column()) ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    case PinnedRole:
        return found->pinned;
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
        tr("Started"), tr("Duration"), tr("Perplexity"), tr("Loss"),    tr("K · bits · whole file · size"),
        tr("Tags"),    tr("Notes")};
    if (role == Qt::DisplayRole) return kTitles.value(section);
    if (role == Qt::TextAlignmentRole && isNumber(section))
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Bits)
        return tr("Boolean kernels per weight (nominal bits), bits per weight of the converted layers with "
                  "their scales, bits per weight over the whole file, and its size");
    return {};
}

Qt::ItemFlags RunsModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    if (index.isValid()) flags |= Qt::ItemIsDragEnabled;
    if (index.column() == Name) flags |= Qt::ItemIsEditable;
    return flags;
}

QStringList RunsModel::mimeTypes() const
{
    return {QLatin1String(kRunsMimeType)};
}

QMimeData* RunsModel::mimeData(const QModelIndexList& indexes) const
{
    std::vector<RunId> ids;
    for (const QModelIndex& index : indexes) // one per column
        if (const RunRow* found = row(index); found && std::ranges::find(ids, found->id) == ids.end())
            ids.push_back(found->id);
    return ids.empty() ? nullptr : mimeDataOf(ids);
}

bool RunsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const QString name = value.toString().trimmed();
    if (role != Qt::EditRole || index.column() != Name || row(index) == nullptr || name.isEmpty())
        return false;
    const auto above = static_cast<RunId>(index.internalId());
    RunRow& target =
        (above == 0 ? m_shown.rows : m_shown.children[above])[static_cast<std::size_t>(index.row())];
    if (name == target.name) return true;
    target.name = name;
    Q_EMIT dataChanged(index, index);
    Q_EMIT renamed(target.id, name);
    return true;
}

} // namespace boolab::ui
