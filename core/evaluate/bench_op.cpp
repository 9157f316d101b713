// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/bench_op.h"

#include "core/base/system_info.h"
#include "core/jobs/text_format.h"
#include "core/runtime/memory_bandwidth.h"
#include "kernels/bool_gemm.h"
#include "kernels/huge_buffer.h"
#include "kernels/isa.h"
#include "kernels/reference.h"
#include "kernels/row_gemm.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <c10/util/Exception.h>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <set>
#include <torch/utils.h>
#include <unistd.h>

namespace boolab
{

namespace
{

constexpr double kLargestError = 2e-4;           ///< of the output's root mean square
constexpr std::int64_t kCheckedRows = 128;       ///< the scalar loops are slow
constexpr std::int64_t kDenseAtMost = 256 << 20; ///< bytes of a dense weight that is measured beside

const std::vector<MatrixShape> kUsualShapes = {
    {576, 576}, {1536, 576}, {576, 1536}, {4096, 4096}, {16384, 32768}};

/// Rows in both layouts, scales, vectors and what the check of some rows takes.
std::int64_t bytesNeeded(const MatrixShape& shape, std::int64_t K, std::int64_t T)
{
    constexpr std::int64_t kTableBytes = 12; // of a column's share of the tables of sums
    const auto [M, N] = shape;
    const std::int64_t dense = M * N * 4 > kDenseAtMost ? 0 : M * N * 4;
    const std::int64_t checked = std::min(M, kCheckedRows) * (K * N / 4 + 16 * N) + 8 * T * N;
    return K * M * kernels::row_bytes(N) + kernels::packed_bytes(K, M, N) + 4 * K * (M + N) +
           4 * T * (M + N) + kTableBytes * K * T * N + checked + dense;
}

Status checkMemory(const MatrixShape& shape, std::int64_t K, std::int64_t T)
{
    const std::int64_t needed = bytesNeeded(shape, K, T), available = availableMemoryBytes();
    if (available < 0 || needed <= available) return {};
    return fail(
        ErrorCode::OutOfMemory,
        fmt::format("bench op: {} x {} with K = {} and {} {} at once needs {} of memory, {} are available",
                    shape.outFeatures, shape.inFeatures, K, T, T == 1 ? "vector" : "vectors",
                    formatBytes(needed), formatBytes(available)),
        "Choose a smaller --shape, fewer --kernels or fewer --tokens.");
}

/// What the processor may keep of a matrix between two calls. A virtual machine names the whole of a cache
/// that it shares with others: no more than kShared of that counts.
std::int64_t cacheBytes(int threads)
{
    constexpr std::int64_t kShared = 32 << 20;
    std::int64_t own = 0, shared = kShared;
#if defined(_SC_LEVEL2_CACHE_SIZE) && defined(_SC_LEVEL3_CACHE_SIZE)
    own = std::max(sysconf(_SC_LEVEL2_CACHE_SIZE), 0L) * threads;
    if (const long all = sysconf(_SC_LEVEL3_CACHE_SIZE); all > 0)
        shared = std::min<std::int64_t>(all, kShared);
#endif
    return std::max(own, shared);
}

/// A layer of random bits in both layouts.
struct Sample {
    MatrixShape shape;
    at::Tensor bits, scaleOut, scaleIn, x;
    kernels::HugeBuffer memory;
    kernels::PackedKernels packed;
};

Sample randomSample(const MatrixShape& shape, std::int64_t K, std::int64_t T)
{
    const auto [M, N] = shape;
    Sample sample{shape,
                  at::randint(0, 256, {K, M, kernels::row_bytes(N)}, at::kByte),
                  at::rand({K, M}) + 0.5,
                  at::rand({K, N}) + 0.5,
                  at::randn({T, N}),
                  kernels::HugeBuffer(kernels::packed_bytes(K, M, N)),
                  {}};
    if (N % 8 != 0) sample.bits.select(2, N / 8).bitwise_and_((1 << N % 8) - 1);
    const kernels::BoolKernels layer{K,
                                     M,
                                     N,
                                     sample.bits.mutable_data_ptr<std::uint8_t>(),
                                     sample.scaleOut.mutable_data_ptr<float>(),
                                     sample.scaleIn.mutable_data_ptr<float>()};
    sample.packed = kernels::pack_kernels(layer, sample.memory.data(), at::get_num_threads());
    return sample;
}

kernels::BoolKernels firstRows(const Sample& sample, at::Tensor& bits, at::Tensor& scaleOut)
{
    const std::int64_t rows = std::min(sample.shape.outFeatures, kCheckedRows);
    bits = sample.bits.narrow(1, 0, rows).contiguous();
    scaleOut = sample.scaleOut.narrow(1, 0, rows).contiguous();
    return {sample.packed.K,
            rows,
            sample.packed.N,
            bits.mutable_data_ptr<std::uint8_t>(),
            scaleOut.mutable_data_ptr<float>(),
            const_cast<float*>(sample.packed.scaleIn)};
}

/// W of the first rows in float64.
at::Tensor exactWeight(const kernels::BoolKernels& layer)
{
    at::Tensor W = at::zeros({layer.M, layer.N}, at::kDouble);
    auto values = W.accessor<double, 2>();
    for (std::int64_t k = 0; k < layer.K; ++k)
        for (std::int64_t i = 0; i < layer.M; ++i)
            for (std::int64_t j = 0; j < layer.N; ++j)
                values[i][j] += double(layer.scaleOut[k * layer.M + i]) * double(layer.sign(k, i, j)) *
                                double(layer.scaleIn[k * layer.N + j]);
    return W;
}

/// The error against float64 over the output's root mean square; Internal where bits differ from the
/// reference's.
Result<double> check(const Sample& sample, std::int64_t T)
{
    at::Tensor bits, scaleOut;
    const kernels::BoolKernels layer = firstRows(sample, bits, scaleOut);
    kernels::HugeBuffer memory(kernels::packed_bytes(layer.K, layer.M, layer.N));
    const auto packed = kernels::pack_kernels(layer, memory.data(), 1);
    at::Tensor fast = at::empty({T, layer.M}), slow = at::empty({T, layer.M});
    kernels::GemmScratch scratch;
    const kernels::GemmTask task{packed, sample.x.const_data_ptr<float>(), fast.mutable_data_ptr<float>()};
    kernels::bool_gemm({&task, 1}, T, scratch, at::get_num_threads());
    kernels::bool_gemm_ref(packed, task.x, T, slow.mutable_data_ptr<float>());
    if (std::memcmp(fast.const_data_ptr(), slow.const_data_ptr(), fast.nbytes()) != 0)
        return fail(
            ErrorCode::Internal,
            fmt::format("bool_gemm on {}: its bits differ from the reference's", kernels::active_isa()),
            "Please report this with the processor's name.");
    const at::Tensor exact = at::mm(sample.x.narrow(0, 0, T).to(at::kDouble), exactWeight(layer).t());
    return ((fast.to(at::kDouble) - exact).square().mean().sqrt() / exact.square().mean().sqrt())
        .item<double>();
}

template <class Body> double bestSeconds(double budget, const Body& body)
{
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::duration time) { return std::chrono::duration<double>(time).count(); };
    body();
    double best = std::numeric_limits<double>::infinity();
    const auto start = Clock::now();
    do {
        const auto before = Clock::now();
        body();
        best = std::min(best, seconds(Clock::now() - before));
    } while (seconds(Clock::now() - start) < budget);
    return best;
}

nlohmann::json timed(const Sample& sample, std::int64_t T, int threads, double budget)
{
    const auto [M, N] = sample.shape;
    at::Tensor y = at::empty({T, M});
    kernels::GemmScratch scratch;
    const kernels::GemmTask task{sample.packed, sample.x.const_data_ptr<float>(),
                                 y.mutable_data_ptr<float>()};
    const double seconds = bestSeconds(budget, [&] { kernels::bool_gemm({&task, 1}, T, scratch, threads); });
    const std::int64_t K = sample.packed.K;
    return {{"out", M},
            {"in", N},
            {"kernels", K},
            {"tokens", T},
            {"threads", threads},
            {"isa", kernels::active_isa()},
            {"seconds", seconds},
            {"packed_bytes", kernels::packed_bytes(K, M, N)},
            {"in_cache", kernels::packed_bytes(K, M, N) <= cacheBytes(threads)},
            {"weights_per_second", static_cast<double>(K * M * N * T) / seconds},
            {"bytes_per_second", static_cast<double>(kernels::packed_bytes(K, M, N)) / seconds}};
}

/// Seconds of the same product by a dense weight: of LibTorch's or of our own op, whichever is faster, since
/// on a busy machine LibTorch's threads may wait for each other. 0 where the weight would be too large.
double denseSeconds(const Sample& sample, std::int64_t T, int threads, double budget)
{
    const auto [M, N] = sample.shape;
    if (M * N * 4 > kDenseAtMost) return 0.0;
    const at::Tensor W = at::randn({M, N}), x = sample.x.narrow(0, 0, T);
    at::Tensor y = at::empty({T, M});
    const kernels::RowMatrix rows{kernels::RowMatrix::Type::Float32, M, N, W.const_data_ptr(), nullptr};
    return std::min(bestSeconds(budget / 2, [&] { at::linear(x, W); }), bestSeconds(budget / 2, [&] {
                        kernels::row_gemm(rows, x.const_data_ptr<float>(), T, y.mutable_data_ptr<float>(),
                                          threads);
                    }));
}

std::vector<std::string> vectorIsas()
{
    auto names = kernels::supported_isas();
    names.pop_back(); // the reference
    if (names.size() > 1 && names.back() == "SCALAR") names.pop_back();
    return names;
}

/// As force_isa understands it.
std::string spelled(const std::string& isa)
{
    return isa == "auto" ? "" : isa;
}

struct RestoredIsa {
    ~RestoredIsa() { std::ignore = kernels::force_isa(""); }
};

} // namespace

namespace
{

Result<nlohmann::json> measureOps(const BenchOpConfig& config, JobObserver& observer)
{
    const torch::NoGradGuard noGrad;
    const RestoredIsa restored;
    torch::manual_seed(1);
    const auto& shapes = config.shapes.empty() ? kUsualShapes : config.shapes;
    const std::int64_t most = std::ranges::max(config.tokens);
    const int all = at::get_num_threads();
    nlohmann::json figures = nlohmann::json::array();
    double error = 0.0;
    const auto isas = config.isas.empty() ? vectorIsas() : config.isas;
    observer.phase("measuring", "shapes");
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        observer.progress(static_cast<std::int64_t>(i), static_cast<std::int64_t>(shapes.size()));
        if (auto fits = checkMemory(shapes[i], config.kernels, most); !fits)
            return std::unexpected(fits.error());
        const Sample sample = randomSample(shapes[i], config.kernels, most);
        for (const std::string& isa : isas) {
            if (auto forced = kernels::force_isa(spelled(isa)); !forced)
                return fail(ErrorCode::Usage, forced.error());
            const auto checked = check(sample, most);
            if (!checked) return std::unexpected(checked.error());
            error = std::max(error, *checked);
            for (const std::int64_t T : config.tokens)
                for (const int threads : std::set{1, all}) {
                    if (observer.command() == JobObserver::Command::Stop)
                        return fail(ErrorCode::Stopped, "Stopped while measuring.");
                    figures.push_back(timed(sample, T, threads, config.seconds));
                    if (threads == all)
                        figures.back()["dense_seconds"] = denseSeconds(sample, T, all, config.seconds);
                }
        }
    }
    observer.progress(static_cast<std::int64_t>(shapes.size()), static_cast<std::int64_t>(shapes.size()));
    if (!(error < kLargestError))
        return fail(
            ErrorCode::Internal,
            fmt::format("bool_gemm: differs from float64 by {:.2g} of its output, expected less than {:.2g}",
                        error, kLargestError),
            "Please report this with the processor's name.");
    return nlohmann::json{{"figures", figures},
                          {"error", error},
                          {"threads", all},
                          {"cache_bytes", cacheBytes(all)},
                          {"memory_bytes_per_second", memoryBandwidth(all, config.seconds)},
                          {"memory_bytes_per_second_one_thread", memoryBandwidth(1, config.seconds)}};
}

} // namespace

Result<nlohmann::json> benchOp(const BenchOpConfig& config, JobObserver& observer)
{
    try {
        return measureOps(config, observer);
    } catch (const c10::Error& error) {
        // Most often memory, where the system grants a process less than it has.
        return fail(ErrorCode::Internal,
                    fmt::format("bench op: LibTorch failed: {}", error.what_without_backtrace()),
                    "Choose a smaller --shape or fewer --tokens.");
    }
}

} // namespace boolab
