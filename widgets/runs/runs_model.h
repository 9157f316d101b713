// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <map>
#include <optional>
#include <vector>

#include <QAbstractItemModel>

namespace boolab::ui
{

/// One line of the runs list, ready to be shown.
struct RunRow {
    RunId id = 0;
    RunState state = RunState::Queued;
    QString name, kind, project, message;
    std::int64_t step = 0, totalSteps = 0;
    double startedAt = 0, seconds = 0;
    std::optional<RunId> parent;
    std::optional<double> perplexity, loss, bits;
    QString perplexityFrom; ///< the evaluation of the run's model that measured it; empty: the run itself
    QString tags, notes;    ///< joined by spaces; the first line
    bool pinned = false, aside = false; ///< aside: archived or deleted
    QString bitsShort, bitsLong;        ///< never without what the whole file takes, where that is known

    /// `kernels`: nominalKernels().
    static RunRow from(const RunRecord& run, double kernels = 0);
    /// The newest perplexity that was measured of the run's model, where the run did not measure it.
    void takePerplexity(const std::vector<const RunRecord*>& evaluations);
    friend bool operator==(const RunRow&, const RunRow&) = default;
};

/// The runs as a snapshot of values, the parts of a sweep below it; a new snapshot touches only the rows that
/// differ, so selection and scroll stay.
class RunsModel final : public QAbstractItemModel
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
        Tags,
        Notes,
        ColumnCount
    };
    enum Role { SortRole = Qt::UserRole, IdRole, StateRole, ProgressRole, PinnedRole };

    using QAbstractItemModel::QAbstractItemModel;

    void setRuns(const std::vector<RunRecord>& runs);
    void setDark(bool dark);
    const RunRow* row(const QModelIndex& index) const;
    const RunRow* find(RunId id) const;
    QModelIndex indexOf(RunId id) const; ///< invalid: no such run
    /// The parts of a sweep.
    std::vector<RunId> below(RunId id) const;
    QStringList kinds() const;
    /// In alphabetical order.
    QStringList projects() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QStringList mimeTypes() const override;
    /// Runs as run_mime.h has them.
    QMimeData* mimeData(const QModelIndexList& indexes) const override;

Q_SIGNALS:
    void renamed(boolab::RunId id, const QString& name);

private:
    using Rows = std::vector<RunRow>;
    struct Snapshot {
        Rows rows;                      ///< without those below others
        std::map<RunId, Rows> children; ///< by the run above
    };
    static Snapshot arranged(const std::vector<RunRecord>& runs);
    const Rows& rowsBelow(const QModelIndex& parent) const;
    /// False: the order itself changed.
    bool merge(Rows& rows, const Rows& next, const QModelIndex& parent);
    void removeRowsNotIn(Rows& rows, const Rows& next, const QModelIndex& parent);
    QVariant sortValue(const RunRow& row, int column) const;
    QVariant text(const RunRow& row, int column) const;

    Snapshot m_shown;
    bool m_dark = false;
};

} // namespace boolab::ui
