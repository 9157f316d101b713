// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/name_pattern.h"
#include "core/inspect/tensor_list.h"

namespace boolab
{

/// Lengths as a person writes them: "576x*" (two dimensions, 576 rows), "576" (576 anywhere), empty for all.
class ShapePattern
{
public:
    static Result<ShapePattern> parse(std::string_view text);
    bool matches(const std::vector<std::int64_t>& shape) const;

private:
    std::vector<std::int64_t> m_lengths; ///< -1: any
};

/// Which tensors to show.
struct TensorFilter {
    NamePattern name;  ///< of either of a tensor's names
    std::string dtype; ///< upper and lower case alike; empty: any
    ShapePattern shape;

    bool accepts(const TensorRow& tensor) const;
};

std::vector<TensorRow> filtered(std::vector<TensorRow> tensors, const TensorFilter& filter);

} // namespace boolab
