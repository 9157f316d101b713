// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/tensor_text.h"

#include "core/jobs/text_format.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

class Table
{
public:
    explicit Table(const std::vector<TensorRow>& tensors) : m_tensors(tensors)
    {
        for (const TensorRow& tensor : tensors) {
            m_bytes += tensor.bytes;
            m_parameters += tensor.parameters;
            m_withValues |= tensor.values.has_value();
        }
        m_rows = {{"tensor", "shape", "stored as", "parameters", "size", "share"}};
        if (m_withValues) m_rows[0].insert(m_rows[0].end(), {"NaN", "Inf", "min", "max", "mean |x|"});
    }

    void add(const TensorNode& node, std::size_t depth)
    {
        const bool isPart = node.kind == TensorNode::Kind::Part;
        addRow(std::string(2 * depth, ' ') + (isPart ? partName(node) : node.label),
               node.shape.empty() ? std::string() : shapeText(node.shape), node.dtypes, node.parameters,
               node.bytes, valuesOf(node, m_tensors));
        for (const TensorNode& child : node.children)
            add(child, depth + 1);
    }

    std::string text()
    {
        std::optional<ValueFigures> values;
        if (m_withValues) {
            TensorNode all;
            for (std::size_t row = 0; row < m_tensors.size(); ++row)
                all.rows.push_back(row);
            values = valuesOf(all, m_tensors);
        }
        addRow(fmt::format("{} tensor{}", m_tensors.size(), m_tensors.size() == 1 ? "" : "s"), "", "",
               m_parameters, m_bytes, values);
        return textTable(m_rows);
    }

private:
    void addRow(std::string name, std::string shape, std::string dtypes, std::int64_t parameters,
                std::int64_t bytes, const std::optional<ValueFigures>& values)
    {
        const double share =
            100.0 * static_cast<double>(bytes) / static_cast<double>(std::max<std::int64_t>(1, m_bytes));
        std::vector<std::string> row = {std::move(name),    std::move(shape),
                                        std::move(dtypes),  formatCount(parameters),
                                        formatBytes(bytes), fmt::format("{:.2f} %", share)};
        if (m_withValues) {
            if (values)
                row.insert(row.end(), {std::to_string(values->nans), std::to_string(values->infinities)});
            const bool hasRange = values && values->finite() > 0;
            if (hasRange)
                for (const double figure : {values->minimum, values->maximum, values->meanAbs})
                    row.push_back(formatNumber(figure));
            row.resize(m_rows[0].size(), "-");
        }
        m_rows.push_back(std::move(row));
    }

    const std::vector<TensorRow>& m_tensors;
    Rows m_rows;
    std::int64_t m_bytes = 0, m_parameters = 0;
    bool m_withValues = false;
};

} // namespace

std::string tensorText(const std::vector<TensorRow>& tensors, const LinearLayers& layers)
{
    if (tensors.empty()) return "No tensor fits the filter.\n";
    Table table(tensors);
    for (const TensorNode& node : tensorTree(tensors, layers))
        table.add(node, 0);
    return table.text();
}

std::string valueCheckText(const std::vector<TensorRow>& tensors)
{
    std::int64_t checked = 0, bad = 0;
    std::string names;
    for (const TensorRow& tensor : tensors) {
        if (!tensor.values) continue;
        ++checked;
        if (tensor.values->isFinite()) continue;
        ++bad;
        names += fmt::format("  {}: {} NaN, {} Inf of {} values\n", tensor.name, tensor.values->nans,
                             tensor.values->infinities, formatCount(tensor.values->values));
    }
    if (checked == 0) return {};
    if (bad == 0) return fmt::format("No NaN and no Inf in {} tensors.\n", checked);
    return fmt::format("NaN or Inf in {} of {} tensors:\n{}", bad, checked, names);
}

} // namespace boolab
