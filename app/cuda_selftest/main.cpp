// SPDX-License-Identifier: Apache-2.0
// boolab_cuda_selftest: on every CUDA device, or the one named, the ops against the CPU's and against golden
// vectors, then their speed. No Qt, no LibTorch. Exit code 0: all is equal, or there is no device
// ("skipped: …"); 1: something differs; 2: wrong usage, golden vectors that cannot be read, or the device
// that was named is not there.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/cuda_selftest/best_seconds.h"
#include "app/cuda_selftest/measure_gemm.h"
#include "app/cuda_selftest/measure_training.h"
#include "tests/cuda/dense_checks.h"
#include "tests/cuda/gemm_checks.h"
#include "tests/cuda/training_checks.h"

namespace
{

using namespace boolab::kernels;
using boolab::kernels::cuda::BoolGemm;
using boolab::kernels::cuda::Converter;
using boolab::kernels::cuda::Device;
using boolab::kernels::cuda::TrainingOps;

constexpr std::int64_t kKernels = 3;

/// With the copies to and from the device, as a conversion sees it.
void measure(Converter& converter, std::int64_t M, std::int64_t N)
{
    std::mt19937 generator(1);
    std::normal_distribution<float> normal;
    std::vector<float> W(std::size_t(M * N)), scaleOut(std::size_t(kKernels * M)),
        scaleIn(std::size_t(kKernels * N));
    for (float& x : W)
        x = normal(generator);
    std::vector<std::uint8_t> bits(std::size_t(kKernels * M * row_bytes(N)));
    const BoolKernels layer{kKernels, M, N, bits.data(), scaleOut.data(), scaleIn.data()};
    const auto line = [&](const char* op, double seconds) {
        std::printf("  %-8s %6lld x %-6lld K = %lld  %9.3f ms  %7.2f GB/s of weights\n", op,
                    static_cast<long long>(M), static_cast<long long>(N), static_cast<long long>(kKernels),
                    seconds * 1e3, double(W.size()) * 4e-9 / seconds);
    };
    line("svid", best_seconds([&] { (void)converter.svid(W.data(), layer, nullptr); }));
    line("refine", best_seconds([&] { (void)converter.refine(W.data(), nullptr, {}, layer, nullptr); }));
}

/// Golden vectors in place of the CPU's answers; the number of checks that failed.
int testGolden(BoolGemm& gemm, TrainingOps& training, const GoldenVectors& golden)
{
    if (golden.gemm.empty() && golden.flips.empty()) return 0;
    const int failures = check_golden(gemm, golden.gemm) + check_golden(training, golden.flips);
    if (failures == 0)
        std::printf("  golden vectors: %zu products, %zu trainings: equal, bit for bit\n", golden.gemm.size(),
                    golden.flips.size());
    return failures;
}

/// The number of checks that failed.
int test(const Device& device, const GoldenVectors& golden)
{
    std::printf("cuda:%d %s, compute capability %d.%d, %lld MiB\n", device.index, device.name.c_str(),
                device.major, device.minor, static_cast<long long>(device.memoryBytes >> 20));
    auto converter = Converter::open(device.index);
    auto gemm = BoolGemm::open(device.index);
    auto training = TrainingOps::open(device.index);
    if (!converter || !gemm || !training) {
        const auto& error = !converter ? converter.error() : !gemm ? gemm.error() : training.error();
        std::printf("  FAILED: %s\n  %s\n", error.message.c_str(), error.hint.c_str());
        return 1;
    }
    const int failures = testGolden(**gemm, **training, golden) + check_gemm(**gemm, cuda::CheckSize::Full) +
                         cuda::check_dense(device) + check_training(**training, cuda::CheckSize::Full) +
                         check_ops(**converter, cuda::CheckSize::Full);
    if (failures > 0) {
        std::printf("  FAILED\n");
        return failures;
    }
    std::printf(
        "  bool_gemm, dense weights, scale gradients, flip steps, svid, refined, calibrated: equal to the "
        "CPU's, bit for bit\n");
    bool measured = true;
    for (const auto& [M, N] : {std::pair{576, 1536}, std::pair{2048, 5632}, std::pair{4096, 14336}}) {
        measure(**converter, M, N);
        measured = measured && measure_gemm(**gemm, M, N) && measure_training(**training, M, N);
    }
    return measured ? 0 : 1;
}

/// A device's number, all of the text.
std::optional<int> indexFrom(const char* text)
{
    int index = 0;
    const char* end = text + std::strlen(text);
    const auto [rest, error] = std::from_chars(text, end, index);
    if (error != std::errc() || rest != end || index < 0) return std::nullopt;
    return index;
}

int wrongUsage()
{
    std::fprintf(
        stderr,
        "usage: boolab_cuda_selftest [--golden PATH] [DEVICE]\n"
        "  DEVICE         the number of one: 0, 1, ...; all where none is named\n"
        "  --golden PATH  vectors that the ops must reproduce: a .safetensors file or a folder of\n"
        "                 them; docs/cuda.md, \"Your own vectors\", describes it. May be given again.\n");
    return 2;
}

struct Arguments {
    std::optional<int> device;
    std::vector<const char*> golden;
};

std::optional<Arguments> argumentsFrom(int count, char** texts)
{
    Arguments arguments;
    for (int i = 1; i < count; ++i) {
        if (std::strcmp(texts[i], "--golden") == 0) {
            if (++i == count) return std::nullopt;
            arguments.golden.push_back(texts[i]);
            continue;
        }
        const auto index = indexFrom(texts[i]);
        if (!index || arguments.device) return std::nullopt;
        arguments.device = index;
    }
    return arguments;
}

/// Those of all paths; a message on stderr where one cannot be read.
std::optional<GoldenVectors> vectorsFrom(const std::vector<const char*>& paths)
{
    GoldenVectors all;
    for (const char* path : paths) {
        auto vectors = readGoldenVectors(path);
        if (!vectors) {
            std::fprintf(stderr, "%s\n", vectors.error().text().c_str());
            return std::nullopt;
        }
        std::ranges::move(vectors->gemm, std::back_inserter(all.gemm));
        std::ranges::move(vectors->flips, std::back_inserter(all.flips));
    }
    return all;
}

/// To test nothing is no success where a device was named.
int noSuchDevice(int index, const char* why)
{
    std::fprintf(stderr, "there is no CUDA device %d: %s\n", index, why);
    return 2;
}

} // namespace

int main(int count, char** arguments)
{
    const auto parsed = argumentsFrom(count, arguments);
    if (!parsed) return wrongUsage();
    const auto golden = vectorsFrom(parsed->golden);
    if (!golden) return 2;
    const auto named = parsed->device;
    const auto devices = cuda::list_devices();
    if (!devices) {
        if (named) return noSuchDevice(*named, devices.error().message.c_str());
        std::printf("skipped: %s\n", devices.error().message.c_str());
        return 0;
    }
    if (named && std::ranges::none_of(*devices, [&](const Device& one) { return one.index == *named; }))
        return noSuchDevice(*named, ("this machine has " + std::to_string(devices->size())).c_str());
    int failures = 0;
    for (const Device& device : *devices)
        if (!named || *named == device.index) failures += test(device, *golden);
    return failures > 0;
}
