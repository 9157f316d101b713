// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/progress_delegate.h"

#include "widgets/charts/chart_colors.h"
#include "widgets/runs/run_state_look.h"
#include "widgets/runs/runs_model.h"

#include <QPainter>

namespace boolab::ui
{

namespace
{

constexpr double kSide = 6; // as far in as the text

} // namespace

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    QStyledItemDelegate::paint(painter, option, index);
    const double share = index.data(RunsModel::ProgressRole).toDouble();
    const auto state = static_cast<RunState>(index.data(RunsModel::StateRole).toInt());
    QRectF bar = QRectF(option.rect).adjusted(kSide, option.rect.height() - 4.0, -kSide, -1);
    const ChartColors colors(option.palette);
    painter->fillRect(bar, colors.grid);
    bar.setWidth(bar.width() * share);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    painter->fillRect(bar, selected ? option.palette.color(QPalette::HighlightedText)
                                    : stateColor(state, colors.dark));
}

} // namespace boolab::ui
