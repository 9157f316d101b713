// SPDX-License-Identifier: Apache-2.0
// What a key of a query, or of a column, stands for in a run.
#pragma once

#include "core/store/records.h"

#include <functional>
#include <optional>
#include <span>
#include <string>

namespace boolab
{

/// Text, and a number where it is one.
struct RunValue {
    std::string text;
    std::optional<double> number;
};

/// "perplexity" for "ppl", "bits_per_weight" for "bits", …
std::string canonicalKey(const std::string& key);
/// The run's own columns, else its configuration (with defaults), its result and its curves, in this order;
/// `visit` ends it by true. `key` is canonical; "a.b" goes down into objects, lists are looked through,
/// "curve.min" is the lowest value of a curve.
void visitRunValues(const RunRecord& run, std::span<const MetricSummary> metrics, const std::string& key,
                    const std::function<bool(const RunValue&)>& visit);
/// The same of what says something of the run's model rather than of the run: the configuration of a run that
/// made one, and results.
void visitModelValues(const RunRecord& run, const std::string& key,
                      const std::function<bool(const RunValue&)>& visit);
/// The first number, else the first value; any spelling of the key.
std::optional<RunValue> firstRunValue(const RunRecord& run, std::span<const MetricSummary> metrics,
                                      const std::string& key);

} // namespace boolab
