// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/gemm_checks.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <iterator>
#include <limits>

#include "kernels/cuda/device_array.h"
#include "tests/cuda/gemm_problem.h"

namespace boolab::kernels::cuda
{

namespace
{

Outcome<std::vector<float>> computed(BoolGemm& gemm, GemmProblem& problem, GemmPath path)
{
    std::vector<float> y(std::size_t(problem.T * problem.M));
    auto layer = PackedLayer::upload(gemm.device(), problem.layer());
    if (!layer) return std::unexpected(layer.error());
    auto x = DeviceArray::allocate(gemm.device(), std::int64_t(problem.x.size() * sizeof(float)));
    auto result = DeviceArray::allocate(gemm.device(), std::int64_t(y.size() * sizeof(float)));
    if (!x) return std::unexpected(x.error());
    if (!result) return std::unexpected(result.error());
    // Every step on the way: a failure of one is the answer.
    if (auto done = x->write(problem.x.data()); !done) return std::unexpected(done.error());
    if (auto done = gemm.run(*layer, x->as<float>(), problem.T, result->as<float>(), nullptr, path); !done)
        return std::unexpected(done.error());
    if (auto done = result->read(y.data()); !done) return std::unexpected(done.error());
    return y;
}

class GemmChecker
{
public:
    explicit GemmChecker(BoolGemm& gemm) : m_gemm(gemm) {}

    int failures() const { return m_failures; }

    void sameAsTheCpu(GemmProblem problem) { sameAs(problem.expected(), problem); }

    void sameAs(const std::vector<float>& expected, GemmProblem& problem)
    {
        for (const GemmPath path : {GemmPath::Bits, GemmPath::Bytes}) {
            if (path == GemmPath::Bits && (!m_gemm.hasBits() || problem.T > 4)) continue;
            const std::string name =
                std::string("bool_gemm by ") + (path == GemmPath::Bits ? "bits, " : "bytes, ") + problem.name;
            const auto actual = computed(m_gemm, problem, path);
            if (!actual)
                fail(name + ": " + actual.error().message);
            else
                same(name, *actual, expected);
        }
    }

private:
    void fail(const std::string& what)
    {
        if (++m_failures <= 10) std::fprintf(stderr, "check failed: %s\n", what.c_str());
    }

    void same(const std::string& name, const std::vector<float>& actual, const std::vector<float>& expected)
    {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const bool bothNan = actual[i] != actual[i] && expected[i] != expected[i];
            if (!bothNan &&
                std::bit_cast<std::uint32_t>(actual[i]) != std::bit_cast<std::uint32_t>(expected[i]))
                return fail(name + " differs at " + std::to_string(i) + ": " + std::to_string(actual[i]) +
                            ", expected " + std::to_string(expected[i]));
        }
    }

    BoolGemm& m_gemm;
    int m_failures = 0;
};

/// Rows taken in two pieces (kernels/row_scale.h), beside others.
std::vector<GemmProblem> problems_with_outliers()
{
    std::vector<GemmProblem> problems;
    const auto add = [&](GemmProblem problem, const char* name, const auto& change) {
        problem.name += std::string(", ") + name;
        change(problem);
        problems.push_back(std::move(problem));
    };
    for (const std::int64_t K : {1, 3})
        for (const std::int64_t T : {1, 2, 5, 9})
            add({K, 20, 700, T}, "an outlier in one token",
                [](GemmProblem& p) { p.x[std::size_t(p.T / 2 * 700 + 699)] = 1e4f; });
    const GemmProblem usual(2, 35, 2100, 3);
    add(usual, "several outliers", [](GemmProblem& p) {
        // As many as there can be, alike: in one warp, at both ends of a block, in the next one.
        for (const std::size_t column : {0u, 1u, 31u, 255u, 256u}) {
            p.x[column] = p.x[4200 + column] = 3000.0f + float(column);
            p.scaleIn[column] = p.scaleIn[2100 + column] = -1.0f;
        }
    });
    add(usual, "one activation carries nearly all", [](GemmProblem& p) { p.x[2100 + 17] = 1e8f; });
    add(usual, "one activation carries all", [](GemmProblem& p) {
        std::fill_n(p.x.begin() + 2100, 2100, 0.0f);
        p.x[2100 + 17] = -3.0f;
    });
    add(usual, "an outlier beside tiny activations", [](GemmProblem& p) {
        for (float& x : p.x)
            x *= 1e-25f;
        p.x[2100 + 1033] = 1e-10f;
    });
    add(usual, "an outlier near the end of float32", [](GemmProblem& p) {
        p.x[2100 + 1033] = 3e37f;
        p.scaleOut[7] = std::numeric_limits<float>::infinity();
    });
    add(usual, "an outlier among the scales", [](GemmProblem& p) { p.scaleIn[2100 + 900] = 1e3f; });
    add({1, 2, 70001, 2}, "an outlier beyond 65,538 columns", [](GemmProblem& p) { p.x[70000] = 1e4f; });
    return problems;
}

std::vector<GemmProblem> special_problems()
{
    constexpr float kInf = std::numeric_limits<float>::infinity();
    constexpr float kMax = std::numeric_limits<float>::max();
    std::vector<GemmProblem> problems;
    const auto add = [&](GemmProblem problem, const char* name, const auto& change) {
        problem.name += std::string(", ") + name;
        change(problem);
        problems.push_back(std::move(problem));
    };
    const GemmProblem usual(2, 20, 300, 3);
    add(usual, "a token of zeros", [](GemmProblem& p) { std::fill_n(p.x.begin() + 300, 300, -0.0f); });
    add(usual, "denormal activations", [](GemmProblem& p) {
        for (float& x : p.x)
            x *= 1e-40f;
    });
    add(usual, "tiny activations", [](GemmProblem& p) {
        for (float& x : p.x)
            x *= 1e-25f;
    });
    add(usual, "huge activations", [](GemmProblem& p) {
        for (float& x : p.x)
            x *= 1e37f;
        p.x[10] = kMax;
    });
    add(usual, "products beyond float32", [](GemmProblem& p) {
        p.x[310] = kMax;
        p.scaleIn[10] = 2.0f;
    });
    add(usual, "NaN in one token, Inf in another", [](GemmProblem& p) {
        p.x[5] = std::numeric_limits<float>::quiet_NaN();
        p.x[899] = -kInf;
    });
    add(usual, "Inf among the scales", [](GemmProblem& p) {
        p.scaleOut[3] = kInf;
        p.scaleOut[25] = -kInf;
    });
    add(usual, "scales of zero", [](GemmProblem& p) {
        std::fill_n(p.scaleIn.begin(), 300, 0.0f);
        p.scaleOut[7] = 0.0f;
    });
    add(usual, "one activation carries all", [](GemmProblem& p) { p.x[17] = 1e8f; });
    add(usual, "ties of rounding", [](GemmProblem& p) {
        std::fill(p.scaleIn.begin(), p.scaleIn.end(), 1.0f);
        for (std::size_t i = 0; i < p.x.size(); ++i)
            p.x[i] = float(i % 200) + 0.5f;
        for (const std::size_t token : {0u, 300u, 600u})
            p.x[token] = 32767.0f;
    });
    for (const std::int64_t N : {65537, 70001})
        add(GemmProblem(1, 2, N, 1), "all equal: sums at the end of 32 bits", [](GemmProblem& p) {
            std::fill(p.x.begin(), p.x.end(), 1.0f);
            std::fill(p.scaleIn.begin(), p.scaleIn.end(), 1.0f);
            for (std::size_t i = 0; i < p.bits.size(); ++i)
                p.bits[i] = i < p.bits.size() / 2 ? 0xff : 0;
            p.bits[p.bits.size() / 2 - 1] = std::uint8_t((1 << p.N % 8) - 1);
        });
    std::ranges::move(problems_with_outliers(), std::back_inserter(problems));
    return problems;
}

} // namespace

int check_gemm(BoolGemm& gemm, CheckSize size)
{
    GemmChecker checker(gemm);
    for (const auto& [M, N] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {1, 1}, {1, 600}, {40, 1}, {15, 31}, {16, 256}, {17, 257}, {33, 520}, {48, 1100}})
        for (const std::int64_t T : {1, 2, 5})
            checker.sameAsTheCpu({2, M, N, T});
    for (std::int64_t K = 0; K <= 8; ++K)
        checker.sameAsTheCpu({K, 18, 290, K % 4 + 1});
    for (std::int64_t T = 1; T <= 17; ++T)
        checker.sameAsTheCpu({1, 19, 270, T});
    checker.sameAsTheCpu({2, 0, 5, 2});
    checker.sameAsTheCpu({2, 5, 0, 2});
    checker.sameAsTheCpu({2, 5, 7, 0});
    for (const GemmProblem& problem : special_problems())
        checker.sameAsTheCpu(problem);
    if (size == CheckSize::Small) return checker.failures();
    for (const auto& [M, N] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {576, 1536}, {1536, 577}, {4096, 4096}, {14336, 4096}, {4096, 14336}})
        for (const std::int64_t T : {1, 2, 4, 8, 16})
            checker.sameAsTheCpu({2, M, N, T});
    return checker.failures();
}

int check_golden(BoolGemm& gemm, const std::vector<GemmVectors>& vectors)
{
    GemmChecker checker(gemm);
    for (const GemmVectors& one : vectors) {
        GemmProblem problem(one);
        checker.sameAs(one.y, problem);
    }
    return checker.failures();
}

} // namespace boolab::kernels::cuda
