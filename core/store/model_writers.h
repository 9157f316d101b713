// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <map>
#include <string>
#include <vector>

namespace boolab
{

/// The place that `run`'s job names by `key`, in one spelling (core/base/normal_path.h); empty: none.
std::string placeIn(const RunRecord& run, const char* key);

/// Which runs left a model where: a path stands for what its last writer before a reader had left there.
/// The runs outlive it.
class ModelWriters
{
public:
    /// A finished run that wrote its job's output; one without an output is left out.
    void add(const RunRecord& run);
    /// The last writer of `place` that had ended when `reader` began, the reader itself aside; nullptr: none.
    const RunRecord* before(const std::string& place, const RunRecord& reader) const;

private:
    std::map<std::string, std::vector<const RunRecord*>> m_writers;
};

} // namespace boolab
