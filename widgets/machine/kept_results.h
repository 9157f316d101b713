// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <QString>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace boolab::ui
{

/// An answer of `boolab-cli bench`, with when and where it was given.
struct KeptBench {
    nlohmann::json answer;
    double measuredAt = 0; ///< Unix seconds
    QString host;
    QString model; ///< of a decoding
};

/// What was measured last; of decoding one per model, the newest first.
struct KeptResults {
    std::optional<KeptBench> op;
    std::vector<KeptBench> decode;

    const KeptBench* decodingOf(const QString& model) const;
    /// Instead of the one of the same model.
    void addDecoding(KeptBench bench);
};

struct KeptReading {
    KeptResults results;
    QString problem; ///< why the file was ignored; empty: it was not, or there is none
};

/// May block: not for the GUI thread.
KeptReading readKeptResults(const std::filesystem::path& file);
Status writeKeptResults(const std::filesystem::path& file, const KeptResults& results);

} // namespace boolab::ui
