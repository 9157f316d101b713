// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/bench_results.h"

#include <algorithm>
#include <cmath>

namespace boolab::ui
{

namespace
{

using Json = nlohmann::json;

/// A number above 0; else NaN, which no check lets pass.
double positive(const Json& json, const char* key)
{
    const double value = json.at(key).get<double>();
    return std::isfinite(value) && value > 0 ? value : NAN;
}

std::int64_t count(const Json& json, const char* key)
{
    const double value = positive(json, key);
    return value >= 1 && value < 1e15 ? static_cast<std::int64_t>(value) : 0;
}

/// False where the figure cannot be used.
bool take(const Json& one, OpBench& bench)
{
    const std::int64_t out = count(one, "out"), in = count(one, "in"), threads = count(one, "threads");
    const double rate = positive(one, "weights_per_second"), bytes = positive(one, "bytes_per_second");
    if (out == 0 || in == 0 || threads == 0 || !(rate > 0) || !(bytes > 0)) return false;
    const auto isOurs = [&](const OpFigure& figure) { return figure.out == out && figure.in == in; };
    auto figure = std::ranges::find_if(bench.figures, isOurs);
    if (figure == bench.figures.end()) {
        bench.figures.push_back({.out = out, .in = in, .packedBytes = count(one, "packed_bytes")});
        figure = bench.figures.end() - 1;
    }
    if (threads == 1) figure->oneThread = rate;
    if (threads == bench.threads) {
        figure->allThreads = rate;
        figure->ofMemory = bytes / bench.memoryBytesPerSecond;
        const double seconds = one.value("dense_seconds", 0.0);
        if (std::isfinite(seconds) && seconds > 0)
            figure->dense = static_cast<double>(out) * static_cast<double>(in) / seconds;
    }
    return true;
}

} // namespace

std::optional<OpBench> OpBench::from(const Json& json)
{
    try {
        OpBench bench;
        bench.threads = static_cast<int>(std::min<std::int64_t>(count(json, "threads"), 1 << 20));
        bench.memoryBytesPerSecond = positive(json, "memory_bytes_per_second");
        if (bench.threads == 0 || !(bench.memoryBytesPerSecond > 0)) return std::nullopt;
        const Json& figures = json.at("figures");
        const std::string isa = figures.at(0).at("isa");
        bench.isa = QString::fromStdString(isa);
        for (const Json& one : figures)
            if (one.at("isa") == isa && one.at("tokens") == 1 && !take(one, bench)) return std::nullopt;
        if (bench.figures.empty()) return std::nullopt;
        return bench;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::optional<DecodeBench> DecodeBench::from(const Json& json)
{
    try {
        DecodeBench bench;
        bench.threads = static_cast<int>(std::min<std::int64_t>(count(json, "threads"), 1 << 20));
        bench.isa = QString::fromStdString(json.at("isa"));
        bench.weightBytes = count(json, "weight_bytes");
        // Results kept by an older version took all for read, in their shares too.
        bench.bytesReadPerToken =
            json.contains("bytes_read_per_token") ? count(json, "bytes_read_per_token") : bench.weightBytes;
        bench.memoryBytesPerSecond = positive(json, "memory_bytes_per_second");
        bench.promptTokensPerSecond = positive(json, "prompt_tokens_per_second");
        if (bench.threads == 0 || bench.weightBytes == 0 || bench.bytesReadPerToken == 0 ||
            !(bench.memoryBytesPerSecond > 0))
            return std::nullopt;
        for (const Json& one : json.at("decode")) {
            const DecodeFigure figure{count(one, "sequences"), positive(one, "tokens_per_second"),
                                      positive(one, "bytes_per_second") / bench.memoryBytesPerSecond};
            if (figure.sequences == 0 || !(figure.tokensPerSecond > 0) || !(figure.ofMemory > 0))
                return std::nullopt;
            bench.figures.push_back(figure);
        }
        if (bench.figures.empty()) return std::nullopt;
        return bench;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

} // namespace boolab::ui
