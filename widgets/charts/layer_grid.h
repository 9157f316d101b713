// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace boolab::ui
{

/// Layers by steps, bounded: when there are more columns than can be seen, neighbours are joined and hold
/// their mean.
class LayerGrid
{
public:
    static constexpr std::size_t kMaxColumns = 1024;

    struct Column {
        std::int64_t firstStep = 0, lastStep = 0;
        int steps = 0; ///< joined into this column
        std::vector<float> values;
    };

    void add(std::int64_t step, std::span<const float> values);
    void clear();

    const std::vector<Column>& columns() const { return m_columns; }
    std::size_t layerCount() const { return m_layerCount; }
    float highest() const;
    /// The step at which a column's part of the axis ends: where the next begins.
    double endOf(std::size_t column) const;

private:
    void joinNeighbours();

    std::vector<Column> m_columns;
    std::size_t m_layerCount = 0;
    int m_stepsPerColumn = 1;
};

} // namespace boolab::ui
