// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <filesystem>
#include <string>
#include <vector>

namespace boolab
{

/// What an evaluation has measured, with all that it depends on.
struct MeasuredPerplexity {
    double perplexity = 0;
    std::string text; ///< the file's path
    std::int64_t windows = 0, windowTokens = 0;
    std::string runtime;
    RunId run = 0;

    bool sameProtocol(const MeasuredPerplexity& other) const;
};

/// What the experiment database knows of a model.
struct ModelHistory {
    std::vector<RunRecord> steps; ///< that made it, the first one first: convert, finetune, export
    std::string original;         ///< the full-precision model; empty where unknown
    std::vector<MeasuredPerplexity> measured;      ///< of the model itself, newest first, one per protocol
    std::vector<MeasuredPerplexity> ofTheOriginal; ///< by the same protocols
};

/// By the newest finished runs; `runs` newest first. Evaluations of what stood there before do not count.
ModelHistory historyOf(const std::string& model, const std::vector<RunRecord>& runs);
/// The same from a database; nothing where there is none.
ModelHistory readHistory(const std::string& model, const std::filesystem::path& database);

} // namespace boolab
