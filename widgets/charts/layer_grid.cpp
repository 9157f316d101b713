// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_grid.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{
namespace
{

/// Mean weighted by the number of steps; values that are not finite count as nothing.
void joinInto(LayerGrid::Column& left, const LayerGrid::Column& right)
{
    left.values.resize(std::max(left.values.size(), right.values.size()));
    const auto total = static_cast<float>(left.steps + right.steps);
    for (std::size_t i = 0; i < right.values.size(); ++i) {
        const float a = std::isfinite(left.values[i]) ? left.values[i] : 0;
        const float b = std::isfinite(right.values[i]) ? right.values[i] : 0;
        left.values[i] = (a * static_cast<float>(left.steps) + b * static_cast<float>(right.steps)) / total;
    }
    left.lastStep = right.lastStep;
    left.steps += right.steps;
}

} // namespace

void LayerGrid::add(std::int64_t step, std::span<const float> values)
{
    m_layerCount = std::max(m_layerCount, values.size());
    Column column{step, step, 1, {values.begin(), values.end()}};
    if (!m_columns.empty() && m_columns.back().steps < m_stepsPerColumn)
        joinInto(m_columns.back(), column);
    else
        m_columns.push_back(std::move(column));
    if (m_columns.size() > kMaxColumns) joinNeighbours();
}

void LayerGrid::clear()
{
    *this = LayerGrid();
}

float LayerGrid::highest() const
{
    float highest = 0;
    for (const Column& column : m_columns)
        for (const float value : column.values)
            if (std::isfinite(value)) highest = std::max(highest, value);
    return highest;
}

double LayerGrid::endOf(std::size_t column) const
{
    if (column + 1 < m_columns.size()) return static_cast<double>(m_columns[column + 1].firstStep);
    const auto last = static_cast<double>(m_columns[column].lastStep);
    const auto& columns = m_columns;
    const double stride =
        column > 0 ? static_cast<double>(columns[column].firstStep - columns[column - 1].lastStep) : 1;
    return last + std::max(1.0, stride);
}

void LayerGrid::joinNeighbours()
{
    std::vector<Column> joined;
    joined.reserve(m_columns.size() / 2 + 1);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (i % 2 == 0)
            joined.push_back(std::move(m_columns[i]));
        else
            joinInto(joined.back(), m_columns[i]);
    }
    m_columns = std::move(joined);
    m_stepsPerColumn *= 2;
}

} // namespace boolab::ui
