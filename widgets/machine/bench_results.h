// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace boolab::ui
{

/// One matrix of `boolab-cli bench op`; rates in weights per second, 0 where not measured.
struct OpFigure {
    std::int64_t out = 0, in = 0, packedBytes = 0;
    double oneThread = 0, allThreads = 0, dense = 0;
    double ofMemory = 0; ///< share of the speed at which all threads read memory
};

/// What `boolab-cli bench op` measured, for one vector at a time and the first instruction set it names.
struct OpBench {
    std::vector<OpFigure> figures;
    int threads = 0;
    QString isa;
    double memoryBytesPerSecond = 0;

    /// Packed weights per second that memory can deliver.
    double memoryLimit() const { return 8 * memoryBytesPerSecond; }
    /// Nothing where `json` is not what bench op prints.
    static std::optional<OpBench> from(const nlohmann::json& json);
};

struct DecodeFigure {
    std::int64_t sequences = 0;
    double tokensPerSecond = 0, ofMemory = 0;
};

/// What `boolab-cli bench decode` measured.
struct DecodeBench {
    std::vector<DecodeFigure> figures;
    int threads = 0;
    QString isa;
    std::int64_t weightBytes = 0;       ///< in memory
    std::int64_t bytesReadPerToken = 0; ///< of them: an embedding apart from the head is not read whole
    double memoryBytesPerSecond = 0, promptTokensPerSecond = 0;

    /// Tokens per second of one sequence, were reading the weights all that takes time.
    double memoryLimit() const { return memoryBytesPerSecond / static_cast<double>(bytesReadPerToken); }
    /// Nothing where `json` is not what bench decode prints.
    static std::optional<DecodeBench> from(const nlohmann::json& json);
};

} // namespace boolab::ui
