// SPDX-License-Identifier: Apache-2.0
#include "widgets/sweep/sweep_model.h"

#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/run_state_look.h"

#include <cmath>

#include <QIcon>

namespace boolab::ui
{

namespace
{

RunState stateOf(const SweepEntry& entry)
{
    switch (entry.state) {
    case SweepEntry::State::Waiting:
        return RunState::Queued;
    case SweepEntry::State::Running:
        return RunState::Running;
    case SweepEntry::State::Failed:
        return RunState::Failed;
    case SweepEntry::State::Done:
        break;
    }
    return RunState::Done;
}

/// The figure, or the state in a word where there is none; tooltips have the rest.
QString perplexityText(const SweepEntry& entry)
{
    const double value = entry.figure("perplexity");
    if (entry.state == SweepEntry::State::Done)
        return std::isnan(value) ? QStringLiteral("∞") : valueText(value);
    if (entry.state == SweepEntry::State::Failed) return SweepModel::tr("failed");
    // "converting, 45 of 210": the column has room for the word.
    return entry.status.isEmpty() ? SweepModel::tr("waiting") : entry.status.section(QLatin1Char(','), 0, 0);
}

QString bitsText(double bits)
{
    return std::isfinite(bits) ? QString::number(bits, 'f', 2) : QString();
}

QString text(const SweepEntry& entry, int column)
{
    const double ratio = entry.figure("ratio"), bytes = entry.figure("file_bytes");
    switch (column) {
    case SweepModel::Name:
        return entry.name();
    case SweepModel::Perplexity:
        return perplexityText(entry);
    case SweepModel::Ratio:
        return std::isfinite(ratio) ? valueText(ratio) : QString();
    case SweepModel::Bits:
        return bitsText(entry.figure("bits_per_weight"));
    case SweepModel::ScaleBits:
        return entry.bits > 0 ? bitsText(entry.figure("scale_bits")) : QString();
    case SweepModel::WholeFile:
        return bitsText(entry.figure("bits_per_weight_all"));
    case SweepModel::Size:
        return std::isfinite(bytes) ? byteText(static_cast<std::int64_t>(bytes)) : QString();
    default:
        return {};
    }
}

} // namespace

void SweepModel::setOverview(const SweepOverview& overview)
{
    std::vector<SweepEntry> rows{overview.reference};
    rows.insert(rows.end(), overview.points.begin(), overview.points.end());
    if (rows.size() != m_rows.size()) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    m_rows = std::move(rows);
    Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void SweepModel::setDark(bool dark)
{
    m_dark = dark;
    if (!m_rows.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, 0));
}

const SweepEntry* SweepModel::entry(int row) const
{
    return row >= 0 && row < rowCount() ? &m_rows[static_cast<std::size_t>(row)] : nullptr;
}

int SweepModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int SweepModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(ColumnCount);
}

QVariant SweepModel::data(const QModelIndex& index, int role) const
{
    const SweepEntry* found = entry(index.row());
    if (found == nullptr) return {};
    if (role == Qt::DisplayRole) return text(*found, index.column());
    if (role == Qt::ToolTipRole) return found->text();
    if (role == Qt::DecorationRole && index.column() == Name) return stateIcon(stateOf(*found), m_dark);
    if (role == Qt::TextAlignmentRole && index.column() > Name)
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

QVariant SweepModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal) return {};
    static const QStringList kTitles{tr("Model"),  tr("Perplexity"), tr("× full"), tr("Bits"),
                                     tr("Scales"), tr("File bits"),  tr("Size")};
    static const QStringList kTips{
        QString(),
        tr("On the sweep's text"),
        tr("Perplexity over that of the full-precision model"),
        tr("Bits per weight of the converted layers, with their scales"),
        tr("How much of them the scales take"),
        tr("Bits per weight over the whole file"),
        tr("Size of the model's file"),
    };
    if (role == Qt::DisplayRole) return kTitles.value(section);
    if (role == Qt::ToolTipRole) return kTips.value(section);
    if (role == Qt::TextAlignmentRole && section > Name) return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    return {};
}

} // namespace boolab::ui
