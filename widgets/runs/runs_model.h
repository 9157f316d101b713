// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <optional>
#include <vector>

#include <QAbstractTableModel>

namespace boolab::ui
{

/// One line of the runs list, ready to be shown.
struct RunRow {
    RunId id = 0;
    RunState state = RunState::Queued;
    QString name, kind, project, message;
    std::int64_t step = 0, totalSteps = 0;
    double startedAt = 0, seconds = 0;
    std::optional<double> perplexity, loss, bits;
    QString bitsShort, bitsLong; ///< never without what the whole file takes, where that is known

    static RunRow from(const RunRecord& run);
    friend bool operator==(const RunRow&, const RunRow&) = default;
};

/// The runs as a snapshot of values; a new snapshot touches only the rows that differ, so selection and
/// scroll stay.
class RunsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        State,
        Name,
        Kind,
        Project,
        Progress,
        Started,
        Duration,
        Perplexity,
        Loss,
        Bits,
        ColumnCount
    };
    enum Role { SortRole = Qt::UserRole, IdRole, StateRole, ProgressRole };

    using QAbstractTableModel::QAbstractTableModel;

    void setRuns(const std::vector<RunRecord>& runs);
    void setDark(bool dark);
    const RunRow* row(int row) const;
    const RunRow* find(RunId id) const;
    int rowOf(RunId id) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void renamed(boolab::RunId id, const QString& name);

private:
    void removeRowsNotIn(const std::vector<RunRow>& rows);
    QVariant sortValue(const RunRow& row, int column) const;
    QVariant text(const RunRow& row, int column) const;

    std::vector<RunRow> m_rows;
    bool m_dark = false;
};

} // namespace boolab::ui
