// SPDX-License-Identifier: Apache-2.0
// record_launches FOLDER GOLDEN: runs the CUDA ops on the emulated device on small problems, checks the
// results against the CPU's, or golden vectors, and writes every launch to FOLDER/any.launches and
// FOLDER/training.launches (any device) and FOLDER/bits.launches (devices with a unit for single bits).
#include <algorithm>
#include <cstdio>
#include <cstring>

#include "kernels/cuda/bool_gemm.h"
#include "kernels/cuda/converter.h"
#include "kernels/cuda/dense_weight.h"
#include "kernels/cuda/device_array.h"
#include "kernels/dense_weight.h"
#include "kernels/scale_gradient.h"
#include "tests/cuda/gemm_problem.h"
#include "tests/cuda/ptx/launch_recorder.h"
#include "tests/cuda/training_problem.h"

using namespace boolab::kernels;
using namespace boolab::kernels::cuda;

namespace
{

bool equal(const std::vector<float>& a, const std::vector<float>& b)
{
    return std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

bool recordGemm(GemmProblem problem, const std::vector<float>& expected, GemmPath path)
{
    auto gemm = BoolGemm::open(0);
    auto layer = PackedLayer::upload((*gemm)->device(), problem.layer());
    std::vector<float> y(std::size_t(problem.T * problem.M));
    auto x = DeviceArray::allocate((*gemm)->device(), std::int64_t(problem.x.size() * sizeof(float)));
    auto result = DeviceArray::allocate((*gemm)->device(), std::int64_t(y.size() * sizeof(float)));
    return x->write(problem.x.data()) &&
           (*gemm)->run(*layer, x->as<float>(), problem.T, result->as<float>(), nullptr, path) &&
           result->read(y.data()) && equal(y, expected);
}

bool recordGemm(GemmProblem problem, GemmPath path)
{
    return recordGemm(problem, problem.expected(), path);
}

/// All but those with NaN: which one it is differs between a device and a CPU.
bool recordGolden(const std::vector<GemmVectors>& vectors, GemmPath path)
{
    bool done = true;
    for (const GemmVectors& one : vectors) {
        const bool nan = std::ranges::any_of(one.y, [](float y) { return y != y; });
        if (!nan && (path == GemmPath::Bytes || one.T <= 4))
            done = done && recordGemm(GemmProblem(one), one.y, path);
    }
    return done;
}

/// The first token has two outliers and the last one, of 810 columns.
GemmProblem with_outliers(GemmProblem problem)
{
    for (const std::size_t column : {3u, 290u})
        problem.scaleIn[column] = problem.scaleIn[810 + column] = 1.0f;
    problem.x[3] = 900.0f;
    problem.x[290] = -900.0f;
    problem.x.back() = 900.0f;
    return problem;
}

bool recordDense(GemmProblem problem)
{
    auto gemm = BoolGemm::open(0);
    const Device& device = (*gemm)->device();
    auto layer = PackedLayer::upload(device, problem.layer());
    std::vector<std::uint16_t> W(std::size_t(problem.M * problem.N)), expected = W;
    boolab::kernels::dense_weight_bf16(problem.layer(), expected.data(), 1);
    auto result = DeviceArray::allocate(device, std::int64_t(W.size() * sizeof(W[0])));
    auto wide = DeviceArray::allocate(device, std::int64_t(W.size() * sizeof(float)));
    return dense_weight_f32(device, *layer, wide->as<float>(), nullptr) &&
           dense_weight_bf16(device, *layer, result->as<std::uint16_t>(), nullptr) &&
           result->read(W.data()) && W == expected;
}

/// svid and one round of refine.
bool recordConversion(std::int64_t K, std::int64_t M, std::int64_t N)
{
    GemmProblem problem(K, M, N, M); // x serves as the weight
    std::vector<float> scaleOut = problem.scaleOut, scaleIn = problem.scaleIn;
    std::vector<double> errors(static_cast<std::size_t>(K));
    boolab::kernels::refine(problem.x.data(), nullptr, {.maxRounds = 1}, problem.layer(), errors.data(), 1);
    GemmProblem actual = problem;
    auto converter = Converter::open(0);
    return (*converter)
               ->refine(problem.x.data(), nullptr, {.maxRounds = 1}, actual.layer(), errors.data())
               .has_value() &&
           equal(actual.scaleOut, problem.scaleOut) && equal(actual.scaleIn, problem.scaleIn) &&
           actual.bits == problem.bits;
}

/// Scale gradients and two flip steps; in the second more bits could flip than may.
bool recordTraining(TrainingProblem problem)
{
    auto ops = TrainingOps::open(0);
    DeviceTraining device(**ops, problem);
    TrainingState expected = problem.start;
    std::int64_t flips = 0;
    for (FlipConfig config = problem.config; config.step <= 2; ++config.step) {
        config.flipsAllowed = config.step == 2;
        const std::vector<float> G = problem.gradient(config);
        scale_gradient(problem.view(expected), G.data(), expected.gradScaleOut.data(),
                       expected.gradScaleIn.data(), 1);
        flips =
            problem.flipAll(expected, [&](const BoolKernels& layer, std::int64_t k, const FlipState& state) {
                return flip_step(layer, k, G.data(), config, state, 1);
            });
        if (device.step(G, config) != flips) return false;
    }
    const auto actual = device.state();
    return actual && flips > 0 && actual->bits == expected.bits && actual->momentum == expected.momentum &&
           equal(actual->rowMoment, expected.rowMoment) &&
           equal(actual->columnMoment, expected.columnMoment) &&
           equal(actual->gradScaleOut, expected.gradScaleOut) &&
           equal(actual->gradScaleIn, expected.gradScaleIn);
}

/// The first steps up to one that flips bits.
bool recordGolden(const FlipVectors& golden)
{
    auto ops = TrainingOps::open(0);
    DeviceTraining device(**ops, TrainingProblem(golden));
    for (std::size_t i = 0; i < golden.steps.size(); ++i) {
        const FlipVectors::Step& expected = golden.steps[i];
        if (device.step(expected.G, golden.configOf(i)) != expected.flips) return false;
        const auto actual = device.state();
        if (!actual || actual->bits != expected.bits) return false;
        if (expected.flips > 0) return true;
    }
    return true;
}

} // namespace

int main(int count, char** arguments)
{
    if (count != 3) return 2;
    const auto golden = readGoldenVectors(arguments[2]);
    if (!golden) {
        std::fprintf(stderr, "%s\n", golden.error().text().c_str());
        return 2;
    }
    const std::string folder = arguments[1];
    bool done = true;
    {
        LaunchRecorder recorder(folder + "/bits.launches");
        for (const std::int64_t T : {1, 2, 3})
            done = done && recordGemm({2, 19, 300, T}, GemmPath::Bits);
        done = done && recordGemm(with_outliers({2, 19, 810, 3}), GemmPath::Bits) &&
               recordGolden(golden->gemm, GemmPath::Bits) && recorder.written();
    }
    {
        LaunchRecorder recorder(folder + "/any.launches");
        for (const std::int64_t T : {1, 3, 9})
            done = done && recordGemm({2, 19, 300, T}, GemmPath::Bytes);
        done = done && recordGemm(with_outliers({2, 19, 810, 3}), GemmPath::Bytes) &&
               recordGolden(golden->gemm, GemmPath::Bytes);
        done = done && recordDense({3, 18, 290, 0}) && recordConversion(2, 9, 37) && recorder.written();
    }
    {
        LaunchRecorder recorder(folder + "/training.launches");
        TrainingProblem extremes(1, 7, 20);
        make_extremes(extremes);
        done = done && recordTraining({1, 35, 45}) && recordTraining({3, 5, 270}) && recordTraining(extremes);
        for (const FlipVectors& one : golden->flips)
            done = done && recordGolden(one);
        done = done && recorder.written();
    }
    if (!done)
        std::fprintf(stderr, "the emulated device and the CPU differ, or %s is not writable\n",
                     folder.c_str());
    return done ? 0 : 1;
}
