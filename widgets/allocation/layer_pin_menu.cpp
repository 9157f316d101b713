// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/layer_pin_menu.h"

#include "widgets/allocation/allocation_plan.h"
#include "widgets/charts/layer_name.h"

#include <functional>

#include <QCoreApplication>
#include <QMenu>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("LayerPinMenu", text);
}

using Chosen = std::function<bool(const LayerName&)>;

void pinAll(AllocationPlan& plan, const Chosen& chosen, std::optional<std::int64_t> count,
            const QString& what)
{
    AllocationSettings next = plan.settings();
    for (std::size_t i = 0; i < plan.layers().size(); ++i)
        if (chosen(LayerName::from(plan.layers()[i]))) next.pins[i] = count;
    plan.change(std::move(next), what);
}

void addCounts(QMenu& menu, AllocationPlan& plan, const QString& whom, const Chosen& chosen)
{
    const auto add = [&](const QString& text, std::optional<std::int64_t> count) {
        menu.addAction(text, &plan, [&plan, chosen, count, what = whom + QStringLiteral(": ") + text] {
            pinAll(plan, chosen, count, what);
        });
    };
    for (std::int64_t K = 1; K <= plan.settings().maxKernels; ++K)
        add(K == 1 ? tr("1 kernel") : tr("%1 kernels").arg(K), K);
    add(tr("Keep dense"), 0);
    menu.addSeparator();
    add(tr("Leave to the budget"), std::nullopt);
}

} // namespace

void fillPinMenu(QMenu& menu, AllocationPlan& plan, std::size_t layer)
{
    const LayerName name = LayerName::from(plan.layers()[layer]);
    menu.addSection(name.spoken());
    addCounts(menu, plan, name.spoken(), [name](const LayerName& other) { return other.full == name.full; });
    menu.addSeparator();
    const QString kind = tr("All %1").arg(name.part);
    addCounts(*menu.addMenu(kind), plan, kind,
              [name](const LayerName& other) { return other.part == name.part; });
    if (name.block < 0) return;
    const QString block = tr("All of block %1").arg(name.block);
    addCounts(*menu.addMenu(block), plan, block,
              [name](const LayerName& other) { return other.block == name.block; });
}

} // namespace boolab::ui
