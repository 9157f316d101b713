// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/allocation/plan_allocation.h"
#include "widgets/allocation/pin_text.h"

#include <QObject>
#include <QUndoStack>
#include <memory>
#include <optional>

namespace boolab::ui
{

/// What the user decides about an allocation.
struct AllocationSettings {
    Importance importance = Importance::OutputError;
    bool bySize = false; ///< `bytes` is the budget, else `bits`
    double bits = 2.5, bytes = 0;
    std::int64_t maxKernels = 4;
    PinnedCounts pins;

    friend bool operator==(const AllocationSettings&, const AllocationSettings&) = default;
};

struct Range {
    double low = 0, high = 0;
};

/// An allocation under way: a table, the settings with their undo stack, and the solution, made anew at every
/// change.
class AllocationPlan : public QObject
{
    Q_OBJECT

public:
    explicit AllocationPlan(QObject* parent = nullptr);

    /// Begins anew, without a past.
    void setTable(std::shared_ptr<const ErrorTable> table, AllocationSettings settings);
    void setStorage(const StorageCosts& storage);

    const ErrorTable* table() const { return m_table.get(); }
    const std::vector<std::string>& layers() const { return m_layers; }
    const AllocationSettings& settings() const { return m_settings; }
    /// As one step of the past, called `what`. Steps with the same `gesture` above 0 that follow each other
    /// are one.
    void change(AllocationSettings settings, const QString& what, int gesture = 0);
    void pin(std::size_t layer, std::optional<std::int64_t> count);
    /// What a click does: pinned as it is, then one more up to K_max, then dense, then free again.
    void cyclePin(std::size_t layer);
    QUndoStack* undoStack() { return &m_undo; }

    /// The last one that could be solved: while problem() is not empty it is older than the settings.
    const std::optional<Allocation>& allocation() const { return m_allocation; }
    const QString& problem() const { return m_problem; }
    /// What the budget may be with the pins as they are.
    Range bitsRange() const;
    Range bytesRange() const;
    bool supports(Importance importance) const;
    std::string pinText() const;
    /// What the solver is asked.
    AllocationRequest request() const;

Q_SIGNALS:
    void changed();

private:
    friend class SettingsChange;
    void apply(const AllocationSettings& settings);
    void solve();
    Allocation extreme(bool most) const;

    std::shared_ptr<const ErrorTable> m_table;
    std::vector<std::string> m_layers;
    StorageCosts m_storage;
    AllocationSettings m_settings;
    QUndoStack m_undo;
    std::optional<Allocation> m_allocation;
    QString m_problem;
};

} // namespace boolab::ui
