// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/training_checks.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

#include "kernels/reference.h"
#include "kernels/scale_gradient.h"
#include "tests/cuda/training_problem.h"

namespace boolab::kernels::cuda
{

namespace
{

constexpr float kInf = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

class TrainingChecker
{
public:
    explicit TrainingChecker(TrainingOps& ops) : m_ops(ops) {}

    int failures() const { return m_failures; }

    /// The number of flips over all steps.
    std::int64_t sameAsTheCpu(TrainingProblem problem)
    {
        m_name = "training, " + problem.name;
        DeviceTraining device(m_ops, problem);
        TrainingState vector = problem.start, reference = problem.start;
        FlipConfig config = problem.config;
        std::int64_t all = 0;
        for (config.step = 1; config.step <= problem.steps; ++config.step)
            for (config.part = 0; config.part < config.parts; ++config.part) {
                const std::vector<float> G = problem.gradient(config);
                const std::int64_t expected = stepOnCpu(problem, vector, G, config);
                stepByReference(problem, reference, G, config);
                const auto flips = device.step(G, config);
                const auto actual = device.state();
                if (!flips || !actual) {
                    fail((flips ? actual.error() : flips.error()).message);
                    return all;
                }
                if (*flips != expected)
                    fail(std::to_string(*flips) + " flips, expected " + std::to_string(expected));
                compare(*actual, vector, reference);
                if (m_failures > 0) return all; // the next steps would differ too
                all += expected;
            }
        return all;
    }

    void sameAsGolden(const FlipVectors& golden)
    {
        const TrainingProblem problem(golden);
        DeviceTraining device(m_ops, problem);
        for (std::size_t i = 0; i < golden.steps.size() && m_failures == 0; ++i) {
            m_name = golden.name + ", step " + std::to_string(i + 1);
            const FlipVectors::Step& expected = golden.steps[i];
            const auto flips = device.step(expected.G, golden.configOf(i));
            const auto actual = device.state();
            if (!flips || !actual) return fail((flips ? actual.error() : flips.error()).message);
            if (*flips != expected.flips)
                fail(std::to_string(*flips) + " flips, expected " + std::to_string(expected.flips));
            same("bits", actual->bits, expected.bits);
            same("momentum", of(golden.kernel, actual->momentum, expected.momentum), expected.momentum);
            same("row moments", of(golden.kernel, actual->rowMoment, expected.rowMoment), expected.rowMoment);
            same("column moments", of(golden.kernel, actual->columnMoment, expected.columnMoment),
                 expected.columnMoment);
        }
    }

    void fail(const std::string& what)
    {
        if (++m_failures <= 10) std::fprintf(stderr, "check failed: %s: %s\n", m_name.c_str(), what.c_str());
    }

private:
    static std::int64_t stepOnCpu(TrainingProblem& problem, TrainingState& state, const std::vector<float>& G,
                                  const FlipConfig& config)
    {
        scale_gradient(problem.view(state), G.data(), state.gradScaleOut.data(), state.gradScaleIn.data(), 1);
        return problem.flipAll(state, [&](const BoolKernels& layer, std::int64_t k, const FlipState& flips) {
            return flip_step(layer, k, G.data(), config, flips, 1);
        });
    }

    static void stepByReference(TrainingProblem& problem, TrainingState& state, const std::vector<float>& G,
                                const FlipConfig& config)
    {
        scale_gradient_ref(problem.view(state), G.data(), state.gradScaleOut.data(),
                           state.gradScaleIn.data());
        problem.flipAll(state, [&](const BoolKernels& layer, std::int64_t k, const FlipState& flips) {
            return flip_step_ref(layer, k, G.data(), config, flips);
        });
    }

    void compare(const TrainingState& actual, const TrainingState& vector, const TrainingState& reference)
    {
        same("scaleOut's gradient", actual.gradScaleOut, vector.gradScaleOut);
        same("scaleIn's gradient", actual.gradScaleIn, vector.gradScaleIn);
        near("scaleOut's gradient, reference", actual.gradScaleOut, reference.gradScaleOut);
        near("scaleIn's gradient, reference", actual.gradScaleIn, reference.gradScaleIn);
        for (const TrainingState* expected : {&vector, &reference}) {
            same("row moments", actual.rowMoment, expected->rowMoment);
            same("column moments", actual.columnMoment, expected->columnMoment);
            same("momentum", actual.momentum, expected->momentum);
            same("bits", actual.bits, expected->bits);
            if (actual.flipped != expected->flipped) fail("other places have flipped");
        }
    }

    template <class T>
    void same(const char* what, const std::vector<T>& actual, const std::vector<T>& expected)
    {
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const bool bothNan = actual[i] != actual[i] && expected[i] != expected[i];
            if (!bothNan && std::memcmp(&actual[i], &expected[i], sizeof(T)) != 0)
                return fail(std::string(what) + " differ at " + std::to_string(i) + ": " +
                            std::to_string(double(actual[i])) + ", expected " +
                            std::to_string(double(expected[i])));
        }
    }

    /// One kernel's part of what all have, which is as large as `part`.
    template <class T>
    static std::vector<T> of(std::int64_t kernel, const std::vector<T>& all, const std::vector<T>& part)
    {
        const auto size = std::ptrdiff_t(part.size());
        return {all.begin() + kernel * size, all.begin() + (kernel + 1) * size};
    }

    /// Against sums in double.
    void near(const char* what, const std::vector<float>& actual, const std::vector<float>& expected)
    {
        float largest = 0.0f;
        for (const float x : expected)
            largest = std::isfinite(x) ? std::max(largest, std::abs(x)) : largest;
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (std::isfinite(expected[i]) && !(std::abs(actual[i] - expected[i]) <= 1e-5f * largest))
                return fail(std::string(what) + " differ at " + std::to_string(i));
    }

    TrainingOps& m_ops;
    std::string m_name;
    int m_failures = 0;
};

template <class Change>
TrainingProblem changed(TrainingProblem problem, const char* name, const Change& change)
{
    problem.name += std::string(", ") + name;
    change(problem);
    return problem;
}

/// From the second step on G holds `value`.
TrainingProblem with_value(float value, const char* name)
{
    return changed(TrainingProblem(2, 34, 70), name, [=](TrainingProblem& p) {
        p.steps = 3;
        p.changeGradient = [=](const FlipConfig& config, std::vector<float>& G) {
            if (config.step == 2) G[71] = value;
        };
    });
}

/// G and scales of equal size: all candidates of a step have one score.
void make_ties(TrainingProblem& p)
{
    std::fill(p.layer.scaleOut.begin(), p.layer.scaleOut.end(), 1.0f);
    std::fill(p.layer.scaleIn.begin(), p.layer.scaleIn.end(), 0.5f);
    p.changeGradient = [](const FlipConfig&, std::vector<float>& G) {
        for (float& g : G)
            g = g < 0.0f ? -1e-3f : 1e-3f;
    };
    p.config.threshold = 0.9f;
}

/// Those that show nothing unless bits flip.
std::vector<TrainingProblem> flipping_problems()
{
    std::vector<TrainingProblem> problems;
    const TrainingProblem usual(2, 35, 280);
    problems.push_back(changed(usual, "micro-batches", [](TrainingProblem& p) {
        p.config.parts = 3;
        p.steps = 3;
    }));
    problems.push_back(changed(usual, "the first kernel", [](TrainingProblem& p) { p.trained = {0}; }));
    problems.push_back(changed(TrainingProblem(5, 33, 70), "three kernels", [](TrainingProblem& p) {
        p.trained = {0, 2, 3};
    }));
    problems.push_back(
        changed(usual, "cap of one bit", [](TrainingProblem& p) { p.config.cap = 1.5 / 9800; }));
    problems.push_back(changed(usual, "cap 1", [](TrainingProblem& p) { p.config.cap = 1.0; }));
    problems.push_back(changed(usual, "every bit a candidate", [](TrainingProblem& p) {
        p.config.threshold = -10.0f;
        p.config.cap = 0.7;
    }));
    problems.push_back(changed(usual, "all bits flip", [](TrainingProblem& p) {
        p.config.threshold = -10.0f;
        p.config.cap = 3.0;
    }));
    problems.push_back(changed(usual, "ties", make_ties));
    problems.push_back(changed(usual, "scores of both zeros", [](TrainingProblem& p) {
        p.config.threshold = 0.0f;
        p.config.cap = 0.6;
        p.changeGradient = [](const FlipConfig&, std::vector<float>& G) {
            for (std::size_t i = 0; i < G.size(); ++i)
                if (i % 3 != 0) G[i] = i % 2 ? 0.0f : -0.0f;
        };
    }));
    problems.push_back(changed(usual, "beta 1", [](TrainingProblem& p) { p.config.beta = 1.0f; }));
    problems.push_back(changed(usual, "momenta at work", [](TrainingProblem& p) { p.steps = 6; }));
    problems.push_back(changed(usual, "zero rows, columns and scales", [](TrainingProblem& p) {
        for (std::size_t i = 0; i < 20; ++i)
            p.layer.scaleOut[i * 3] = 0.0f;
        std::fill_n(p.layer.scaleIn.begin() + 300, 20, -0.0f);
        p.changeGradient = [](const FlipConfig&, std::vector<float>& G) {
            std::fill_n(G.begin() + 840, 280, 0.0f);
            for (std::size_t i = 0; i < G.size(); i += 280)
                G[i + 17] = 0.0f;
        };
    }));
    return problems;
}

std::vector<TrainingProblem> special_problems()
{
    std::vector<TrainingProblem> problems;
    const TrainingProblem usual(2, 33, 70);
    problems.push_back(
        changed(usual, "no flips allowed", [](TrainingProblem& p) { p.config.flipsAllowed = false; }));
    problems.push_back(changed(usual, "cap 0", [](TrainingProblem& p) { p.config.cap = 0.0; }));
    problems.push_back(changed(usual, "cap below a bit", [](TrainingProblem& p) { p.config.cap = 1e-9; }));
    problems.push_back(changed(usual, "negative cap", [](TrainingProblem& p) { p.config.cap = -1.0; }));
    problems.push_back(changed(usual, "denormal scales", [](TrainingProblem& p) {
        for (float& x : p.layer.scaleOut)
            x *= 1e-39f;
    }));
    problems.push_back(changed(usual, "denormal gradients", [](TrainingProblem& p) {
        p.changeGradient = [](const FlipConfig&, std::vector<float>& G) {
            for (float& g : G)
                g *= 1e-37f;
        };
    }));
    problems.push_back(changed(usual, "momenta that are not finite", make_extremes));
    problems.push_back(with_value(kNan, "NaN in a gradient"));
    problems.push_back(with_value(-kInf, "Inf in a gradient"));
    problems.push_back(with_value(3e38f, "squares beyond float32"));
    return problems;
}

} // namespace

int check_training(TrainingOps& ops, CheckSize size)
{
    TrainingChecker checker(ops);
    for (const auto& [M, N] : std::vector<std::pair<std::int64_t, std::int64_t>>{{1, 1},
                                                                                 {1, 600},
                                                                                 {70, 1},
                                                                                 {2, 15},
                                                                                 {31, 32},
                                                                                 {32, 33},
                                                                                 {33, 256},
                                                                                 {64, 257},
                                                                                 {65, 513},
                                                                                 {5, 1100},
                                                                                 {0, 5},
                                                                                 {5, 0}})
        checker.sameAsTheCpu({2, M, N});
    for (std::int64_t K = 1; K <= 8; ++K)
        checker.sameAsTheCpu({K, 35, 45});
    for (const TrainingProblem& problem : flipping_problems())
        if (checker.sameAsTheCpu(problem) == 0) checker.fail("nothing flips: the check shows nothing");
    for (const TrainingProblem& problem : special_problems())
        checker.sameAsTheCpu(problem);
    if (size == CheckSize::Small) return checker.failures();
    for (const auto& [M, N] : std::vector<std::pair<std::int64_t, std::int64_t>>{
             {576, 1536}, {1536, 577}, {4096, 4096}, {2048, 5632}, {14336, 4096}}) {
        checker.sameAsTheCpu({2, M, N});
        checker.sameAsTheCpu(changed({1, M, N}, "ties", make_ties));
    }
    return checker.failures();
}

int check_golden(TrainingOps& ops, const std::vector<FlipVectors>& vectors)
{
    TrainingChecker checker(ops);
    for (const FlipVectors& one : vectors)
        checker.sameAsGolden(one);
    return checker.failures();
}

} // namespace boolab::kernels::cuda
