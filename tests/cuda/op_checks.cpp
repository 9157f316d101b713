// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/op_checks.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>

#include "kernels/isa.h"
#include "kernels/reference.h"

namespace boolab::kernels::cuda
{

namespace
{

/// A layer's outputs and the memory behind them; unwritten places are told apart.
struct Output {
    Output(std::int64_t K, std::int64_t M, std::int64_t N)
        : K(K), M(M), N(N), bits(std::size_t(K * M * row_bytes(N)), 0xa5),
          scaleOut(std::size_t(K * M), -7.0f), scaleIn(std::size_t(K * N), -7.0f),
          errors(std::size_t(K), -7.0)
    {
    }

    BoolKernels view() { return {K, M, N, bits.data(), scaleOut.data(), scaleIn.data()}; }

    std::int64_t K, M, N;
    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut, scaleIn;
    std::vector<double> errors;
};

struct Problem {
    std::string name;
    std::int64_t M, N;
    std::vector<float> W;
    std::vector<float> columnWeights = {}; ///< empty: none

    const float* weights() const { return columnWeights.empty() ? nullptr : columnWeights.data(); }
};

std::vector<float> gaussian(std::int64_t size, unsigned seed, float deviation)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0.0f, deviation);
    std::vector<float> values;
    for (std::int64_t i = 0; i < size; ++i)
        values.push_back(normal(generator));
    return values;
}

Problem random_problem(std::int64_t M, std::int64_t N, bool weighted)
{
    Problem problem{std::to_string(M) + " x " + std::to_string(N) + (weighted ? ", column weights" : ""), M,
                    N, gaussian(M * N, unsigned(31 * M + N), 0.02f)};
    if (weighted)
        for (const float x : gaussian(N, unsigned(N), 3.0f))
            problem.columnWeights.push_back(x * x);
    return problem;
}

class Checker
{
public:
    explicit Checker(Converter& converter) : m_converter(converter) {}

    int failures() const { return m_failures; }

    void fail(const std::string& what)
    {
        if (++m_failures <= 10) std::fprintf(stderr, "check failed: %s\n", what.c_str());
    }

    void sameAsVectorCode(const Problem& problem, std::int64_t K)
    {
        for (const int rounds : {-1, 3}) { // -1: svid
            Output actual(K, problem.M, problem.N), expected(K, problem.M, problem.N);
            const std::string name =
                (rounds < 0 ? "svid, " : "refine, ") + problem.name + ", K = " + std::to_string(K);
            const RefineConfig config{.maxRounds = rounds};
            if (rounds < 0) {
                if (!problem.columnWeights.empty()) continue;
                kernels::svid(problem.W.data(), expected.view(), expected.errors.data(), 1);
            } else {
                kernels::refine(problem.W.data(), problem.weights(), config, expected.view(),
                                expected.errors.data(), 1);
            }
            const auto done = rounds < 0
                                  ? m_converter.svid(problem.W.data(), actual.view(), actual.errors.data())
                                  : m_converter.refine(problem.W.data(), problem.weights(), config,
                                                       actual.view(), actual.errors.data());
            if (!done) {
                fail(name + ": " + done.error().message);
                continue;
            }
            same(name + ": bits", actual.bits, expected.bits);
            same(name + ": scaleOut", actual.scaleOut, expected.scaleOut);
            same(name + ": scaleIn", actual.scaleIn, expected.scaleIn);
            same(name + ": errors", actual.errors, expected.errors);
        }
    }

    /// The scalar loops share no code with the vector code: signs away from ties, scales within float
    /// rounding.
    void nearReference(const Problem& problem)
    {
        Output actual(1, problem.M, problem.N), expected(1, problem.M, problem.N);
        kernels::svid_ref(problem.W.data(), nullptr, expected.view(), expected.errors.data());
        const auto done = m_converter.svid(problem.W.data(), actual.view(), actual.errors.data());
        if (!done) return fail("reference, " + problem.name + ": " + done.error().message);
        same("reference, " + problem.name + ": signs", actual.bits, expected.bits);
        near("reference, " + problem.name + ": scaleOut", actual.scaleOut, expected.scaleOut);
        near("reference, " + problem.name + ": scaleIn", actual.scaleIn, expected.scaleIn);

        Output refined(3, problem.M, problem.N), reference(3, problem.M, problem.N);
        kernels::refine_ref(problem.W.data(), problem.weights(), {.maxRounds = 3}, reference.view(),
                            reference.errors.data());
        const auto again = m_converter.refine(problem.W.data(), problem.weights(), {.maxRounds = 3},
                                              refined.view(), refined.errors.data());
        // A weight between two levels may fall either way; the smaller the layer, the more it counts.
        if (!again ||
            !(std::abs(refined.errors[2] - reference.errors[2]) <= 0.02 * reference.errors[2] + 1e-9))
            fail("reference, " + problem.name + ": refine leaves " + std::to_string(refined.errors[2]) +
                 ", expected " + std::to_string(reference.errors[2]));
    }

    void refusesNotFinite(float bad)
    {
        Problem problem = random_problem(5, 40, false);
        problem.W[123] = bad;
        Output output(2, problem.M, problem.N);
        const auto done = m_converter.svid(problem.W.data(), output.view(), output.errors.data());
        if (done || done.error().kind != Failure::Kind::NotFinite) fail("a weight with NaN or Inf was taken");
    }

private:
    template <class T>
    void same(const std::string& name, const std::vector<T>& actual, const std::vector<T>& expected)
    {
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (std::memcmp(&actual[i], &expected[i], sizeof(T)) != 0)
                return fail(name + " differ at " + std::to_string(i) + ": " +
                            std::to_string(double(actual[i])) + ", expected " +
                            std::to_string(double(expected[i])));
    }

    void near(const std::string& name, const std::vector<float>& actual, const std::vector<float>& expected)
    {
        float largest = 0.0f;
        for (const float x : expected)
            largest = std::max(largest, std::abs(x));
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (!(std::abs(actual[i] - expected[i]) <= 1e-5f * largest))
                return fail(name + " differ at " + std::to_string(i));
    }

    Converter& m_converter;
    int m_failures = 0;
};

std::vector<Problem> special_problems()
{
    std::vector<Problem> problems;
    problems.push_back({"zero matrix", 20, 35, std::vector<float>(20 * 35)});
    Problem gaps = random_problem(21, 50, true);
    gaps.name = "zero rows, columns and column weights";
    for (std::int64_t i = 0; i < gaps.M; ++i)
        for (std::int64_t j = 0; j < gaps.N; ++j)
            if (i % 7 == 3 || j % 5 == 2) gaps.W[std::size_t(i * gaps.N + j)] = i % 2 ? -0.0f : 0.0f;
    for (std::size_t j = 0; j < gaps.columnWeights.size(); j += 4)
        gaps.columnWeights[j] = 0.0f;
    problems.push_back(gaps);
    Problem noWeights = random_problem(9, 17, true);
    noWeights.name = "column weights all zero";
    noWeights.columnWeights.assign(17, 0.0f);
    problems.push_back(noWeights);
    Problem ties = random_problem(33, 48, false);
    ties.name = "few distinct values";
    for (float& x : ties.W)
        x = std::round(x * 60.0f) * 0.25f;
    problems.push_back(ties);
    Problem tiny = random_problem(17, 33, false);
    tiny.name = "denormal weights";
    for (float& x : tiny.W)
        x *= 1e-38f;
    problems.push_back(tiny);
    Problem wild = random_problem(18, 530, false);
    wild.name = "weights from 1e-12 to 1e12";
    for (std::size_t i = 0; i < wild.W.size(); ++i)
        wild.W[i] *= std::pow(10.0f, float(int(i % 25) - 12));
    problems.push_back(wild);
    return problems;
}

} // namespace

int check_ops(Converter& converter, CheckSize size)
{
    if (const auto forced = force_isa(supported_isas().front()); !forced) return 1;
    Checker checker(converter);
    // Around the lanes, the words of bits, the pieces of 32 rows and the float sums' 512 columns.
    for (const auto& [M, N] : std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1},
                                                                                 {1, 600},
                                                                                 {300, 1},
                                                                                 {2, 15},
                                                                                 {8, 16},
                                                                                 {9, 17},
                                                                                 {31, 31},
                                                                                 {33, 33},
                                                                                 {64, 64},
                                                                                 {70, 531}}) {
        checker.sameAsVectorCode(random_problem(M, N, false), 3);
        checker.sameAsVectorCode(random_problem(M, N, true), 2);
    }
    for (std::int64_t K = 1; K <= 8; ++K)
        checker.sameAsVectorCode(random_problem(19, 45, K % 2 == 0), K);
    checker.sameAsVectorCode(random_problem(0, 5, false), 2);
    checker.sameAsVectorCode(random_problem(5, 0, false), 2);
    for (const Problem& problem : special_problems()) {
        checker.sameAsVectorCode(problem, 1);
        checker.sameAsVectorCode(problem, 3);
    }
    checker.nearReference(random_problem(37, 60, false));
    checker.refusesNotFinite(std::numeric_limits<float>::quiet_NaN());
    checker.refusesNotFinite(-std::numeric_limits<float>::infinity());
    if (size == CheckSize::Small) return checker.failures();
    for (const auto& [M, N] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {192, 576}, {576, 1536}, {1536, 577}, {4096, 1000}, {2048, 5632}}) {
        checker.sameAsVectorCode(random_problem(M, N, false), 3);
        checker.sameAsVectorCode(random_problem(M, N, true), 4);
    }
    return checker.failures();
}

} // namespace boolab::kernels::cuda
