// SPDX-License-Identifier: Apache-2.0
#include "core/runtime/bench_decode.h"

#include "core/base/system_info.h"
#include "core/runtime/finite_logits.h"
#include "core/runtime/memory_bandwidth.h"
#include "kernels/isa.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <limits>
#include <new>
#include <random>

namespace boolab
{

namespace
{

using Clock = std::chrono::steady_clock;
using Tokens = std::vector<std::int32_t>;

constexpr double kBandwidthSeconds = 0.3;

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

Tokens randomTokens(std::int64_t count, std::int64_t vocabulary)
{
    std::mt19937 random(1);
    std::uniform_int_distribution<std::int32_t> any(0, static_cast<std::int32_t>(vocabulary) - 1);
    Tokens tokens;
    for (std::int64_t i = 0; i < count; ++i)
        tokens.push_back(any(random));
    return tokens;
}

std::int32_t likeliest(std::span<const float> logits)
{
    return static_cast<std::int32_t>(std::ranges::max_element(logits) - logits.begin());
}

/// A step at a time gives what the whole text gives, and numbers.
Status checkSteps(Decoder& decoder, const std::string& model)
{
    const Tokens tokens =
        randomTokens(std::min<std::int64_t>(6, decoder.config().maxPositions), decoder.config().vocabSize);
    KeyValueCache whole = decoder.emptyCache(), steps = decoder.emptyCache();
    const DecoderInput all{&whole, tokens, false};
    const auto logits = decoder.forward({&all, 1});
    const std::vector<float> expected(logits.begin(), logits.end());
    std::span<const float> last;
    for (const std::int32_t& token : tokens) {
        const DecoderInput one{&steps, {&token, 1}, false};
        last = decoder.forward({&one, 1});
    }
    for (const std::span<const float> one : {std::span<const float>(expected), last})
        if (auto finite = checkFinite(one, model); !finite) return finite;
    if (std::ranges::equal(last, expected)) return {};
    return fail(ErrorCode::Internal,
                "bench decode: tokens one by one give other logits than the same text at once",
                "Please report this with the processor's name.");
}

struct Times {
    double prompt = 0, decode = 0; ///< seconds
};

/// `count` sequences read the same prompt and go on together.
Result<Times> runTogether(Decoder& decoder, const BenchDecodeConfig& config, std::int64_t count)
{
    const Tokens prompt = randomTokens(config.promptTokens, decoder.config().vocabSize);
    const std::int64_t V = decoder.config().vocabSize;
    std::vector<KeyValueCache> caches;
    for (std::int64_t i = 0; i < count; ++i)
        caches.push_back(decoder.emptyCache());
    std::vector<DecoderInput> inputs;
    Times times;
    auto start = Clock::now();
    Tokens next(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < caches.size(); ++i) {
        const DecoderInput input{&caches[i], prompt, false};
        next[i] = likeliest(decoder.forward({&input, 1}));
    }
    times.prompt = secondsSince(start);
    for (std::size_t i = 0; i < caches.size(); ++i)
        inputs.push_back({&caches[i], {&next[i], 1}, false});
    start = Clock::now();
    std::span<const float> logits;
    for (std::int64_t step = 0; step < config.newTokens; ++step) {
        logits = decoder.forward(inputs);
        for (std::size_t i = 0; i < next.size(); ++i)
            next[i] = likeliest(logits.subspan(i * static_cast<std::size_t>(V), static_cast<std::size_t>(V)));
    }
    times.decode = secondsSince(start);
    // A NaN on the way is still in the cache.
    if (auto finite = checkFinite(logits, config.model); !finite) return std::unexpected(finite.error());
    return times;
}

} // namespace

Result<nlohmann::json> benchDecode(const BenchDecodeConfig& config, JobObserver& observer)
try {
    observer.phase("loading the model", "models");
    const auto start = Clock::now();
    auto files = ModelFiles::open(config.model);
    if (!files) return std::unexpected(files.error());
    if (config.promptTokens + config.newTokens > files->config().maxPositions)
        return fail(ErrorCode::Usage,
                    fmt::format("{} + {} tokens are more than the {} that {} reads", config.promptTokens,
                                config.newTokens, files->config().maxPositions, config.model),
                    "Lower --prompt-tokens or --new-tokens.");
    auto decoder = Decoder::load(*files, config.options);
    if (!decoder) return std::unexpected(decoder.error());
    const double loadSeconds = secondsSince(start);
    if (auto same = checkSteps(*decoder, config.model); !same) return std::unexpected(same.error());
    const double firstToken = secondsSince(start);

    nlohmann::json decode = nlohmann::json::array();
    double prompt = std::numeric_limits<double>::infinity();
    observer.phase("measuring", "rounds");
    std::int64_t done = 0;
    for (const std::int64_t count : config.sequences) {
        double best = std::numeric_limits<double>::infinity();
        for (int i = 0; i < config.repeat; ++i) {
            if (observer.command() == JobObserver::Command::Stop)
                return fail(ErrorCode::Stopped, "Stopped while measuring.");
            const auto times = runTogether(*decoder, config, count);
            if (!times) return std::unexpected(times.error());
            prompt = std::min(prompt, times->prompt / static_cast<double>(count));
            best = std::min(best, times->decode);
            observer.progress(++done, static_cast<std::int64_t>(config.sequences.size()) * config.repeat);
        }
        const double steps = static_cast<double>(config.newTokens) / best;
        decode.push_back({{"sequences", count},
                          {"tokens_per_second", steps * static_cast<double>(count)},
                          {"seconds_per_step", 1 / steps},
                          {"bytes_per_second", steps * static_cast<double>(decoder->bytesReadPerToken())}});
    }
    const std::int64_t resident = peakResidentMemoryBytes(); // before memory is read at large
    return nlohmann::json{
        {"model", config.model},
        {"peak_resident_bytes", resident},
        {"load_seconds", loadSeconds},
        {"first_token_seconds", firstToken},
        {"weight_bytes", decoder->weightBytes()},
        {"bytes_read_per_token", decoder->bytesReadPerToken()},
        {"prompt_tokens", config.promptTokens},
        {"new_tokens", config.newTokens},
        {"prompt_tokens_per_second", static_cast<double>(config.promptTokens) / prompt},
        {"memory_bytes_per_second", memoryBandwidth(config.options.threads, kBandwidthSeconds)},
        {"threads", config.options.threads},
        {"isa", kernels::active_isa()},
        {"decode", decode}};
} catch (const std::bad_alloc&) {
    return fail(ErrorCode::OutOfMemory,
                fmt::format("bench decode: memory ran out beside the weights of {}: {:.1f} GB are available",
                            config.model, static_cast<double>(availableMemoryBytes()) / 1e9),
                "Lower --prompt-tokens, --new-tokens or --sequences, or close other programs.");
}

} // namespace boolab
