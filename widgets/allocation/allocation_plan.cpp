// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/allocation_plan.h"

#include "widgets/charts/layer_name.h"

#include <algorithm>
#include <tuple>

#include <QUndoCommand>

namespace boolab::ui
{

class SettingsChange : public QUndoCommand
{
public:
    SettingsChange(AllocationPlan& plan, AllocationSettings next, const QString& what, int gesture)
        : QUndoCommand(what), m_plan(plan), m_before(plan.settings()), m_after(std::move(next)),
          m_gesture(gesture)
    {
    }

    void undo() override { m_plan.apply(m_before); }
    void redo() override { m_plan.apply(m_after); }
    int id() const override { return m_gesture > 0 ? m_gesture : -1; }
    bool mergeWith(const QUndoCommand* next) override
    {
        m_after = static_cast<const SettingsChange*>(next)->m_after;
        return true;
    }

private:
    AllocationPlan& m_plan;
    AllocationSettings m_before, m_after;
    int m_gesture;
};

AllocationPlan::AllocationPlan(QObject* parent) : QObject(parent) {}

void AllocationPlan::setTable(std::shared_ptr<const ErrorTable> table, AllocationSettings settings)
{
    m_table = std::move(table);
    m_layers.clear();
    for (const LayerErrors& layer : m_table->layers)
        m_layers.push_back(layer.name);
    settings.pins.resize(m_layers.size());
    m_allocation.reset();
    m_undo.clear();
    apply(settings);
}

void AllocationPlan::setStorage(const StorageCosts& storage)
{
    const auto parts = [](const StorageCosts& costs) {
        return std::tuple(costs.scaleBytes, costs.denseBytes, costs.otherBytes);
    };
    if (parts(storage) == parts(m_storage)) return;
    m_storage = storage;
    if (m_table) apply(m_settings);
}

void AllocationPlan::change(AllocationSettings settings, const QString& what, int gesture)
{
    if (m_table && settings != m_settings)
        m_undo.push(new SettingsChange(*this, std::move(settings), what, gesture));
}

void AllocationPlan::apply(const AllocationSettings& settings)
{
    m_settings = settings;
    solve();
    Q_EMIT changed();
}

void AllocationPlan::pin(std::size_t layer, std::optional<std::int64_t> count)
{
    if (layer >= m_layers.size()) return;
    AllocationSettings next = m_settings;
    next.pins[layer] = count;
    const QString name = LayerName::from(m_layers[layer]).spoken();
    change(std::move(next), !count        ? tr("free %1").arg(name)
                            : *count == 0 ? tr("keep %1 dense").arg(name)
                                          : tr("pin %1 to %2").arg(name).arg(*count));
}

void AllocationPlan::cyclePin(std::size_t layer)
{
    if (layer >= m_layers.size() || !m_allocation) return;
    const std::optional<std::int64_t> now = m_settings.pins[layer];
    if (!now)
        pin(layer, m_allocation->counts[layer]);
    else if (*now == 0)
        pin(layer, std::nullopt);
    else
        pin(layer, *now < m_settings.maxKernels ? *now + 1 : 0);
}

AllocationRequest AllocationPlan::request() const
{
    return {.importance = m_settings.importance,
            .bits = m_settings.bySize ? 0 : m_settings.bits,
            .targetBytes = m_settings.bytes,
            .maxKernels = m_settings.maxKernels,
            .pins = compactPins(m_settings.pins, m_layers),
            .storage = m_storage};
}

void AllocationPlan::solve()
{
    const auto solved = planAllocation(*m_table, request());
    m_problem = solved ? QString() : QString::fromStdString(solved.error().text());
    if (solved) m_allocation = *solved;
}

Allocation AllocationPlan::extreme(bool most) const
{
    std::vector<std::int64_t> counts;
    for (const auto& pinned : m_settings.pins)
        counts.push_back(pinned.value_or(most ? std::min(m_settings.maxKernels, m_table->maxKernels()) : 1));
    return describeAllocation(*m_table, std::move(counts), m_storage);
}

Range AllocationPlan::bitsRange() const
{
    return m_table ? Range{extreme(false).averageKernels, extreme(true).averageKernels} : Range{};
}

Range AllocationPlan::bytesRange() const
{
    return m_table ? Range{extreme(false).fileBytes, extreme(true).fileBytes} : Range{};
}

bool AllocationPlan::supports(Importance importance) const
{
    return m_table && std::ranges::all_of(m_table->layers, [&](const LayerErrors& layer) {
               return importance == Importance::Loss          ? !layer.lossError.empty()
                      : importance == Importance::OutputError ? !layer.outputError.empty()
                      : importance == Importance::Pwcca       ? layer.pwcca.has_value()
                                                              : true;
           });
}

std::string AllocationPlan::pinText() const
{
    return toText(compactPins(m_settings.pins, m_layers));
}

} // namespace boolab::ui
