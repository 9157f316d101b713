// SPDX-License-Identifier: Apache-2.0
// A Boolean layer in training for the checks of the CUDA ops: on the host, or its copy on a device.
#pragma once

#include <algorithm>
#include <functional>

#include "kernels/cuda/device_array.h"
#include "kernels/cuda/training.h"
#include "tests/cuda/gemm_problem.h"

namespace boolab::kernels::cuda
{

/// What a training step changes.
struct TrainingState {
    std::vector<std::uint8_t> bits;
    std::vector<std::uint16_t> momentum;          ///< (K, M, N), of those kernels that are trained
    std::vector<float> rowMoment, columnMoment;   ///< (K, M), (K, N)
    std::vector<float> gradScaleOut, gradScaleIn; ///< (K, M), (K, N)
    std::vector<std::int64_t> flipped;            ///< at the last step, per trained kernel ascending
};

struct TrainingProblem {
    TrainingProblem(std::int64_t K, std::int64_t M, std::int64_t N)
        : layer(K, M, N, 0), start{layer.bits,
                                   std::vector<std::uint16_t>(std::size_t(K * M * N)),
                                   std::vector<float>(std::size_t(K * M)),
                                   std::vector<float>(std::size_t(K * N)),
                                   std::vector<float>(std::size_t(K * M), 0.5f),
                                   std::vector<float>(std::size_t(K * N), -0.25f),
                                   {}},
          name(std::to_string(M) + " x " + std::to_string(N) + ", K = " + std::to_string(K))
    {
        trained = {K - 1};
    }

    explicit TrainingProblem(const FlipVectors& golden) : TrainingProblem(golden.K, golden.M, golden.N)
    {
        layer.scaleOut = golden.scaleOut;
        layer.scaleIn = golden.scaleIn;
        start.bits = golden.bits;
        trained = {golden.kernel};
        name = golden.name;
    }

    /// G of one micro-batch of one step.
    std::vector<float> gradient(const FlipConfig& config) const
    {
        std::mt19937 generator(static_cast<unsigned>(config.step * 97 + config.part * 7 + layer.M));
        std::normal_distribution<float> normal(0.0f, 1e-3f);
        std::vector<float> G(std::size_t(layer.M * layer.N));
        for (float& g : G)
            g = normal(generator);
        changeGradient(config, G);
        return G;
    }

    BoolKernels view(TrainingState& state)
    {
        return {layer.K, layer.M, layer.N, state.bits.data(), layer.scaleOut.data(), layer.scaleIn.data()};
    }

    /// A flip step, `flip` as kernels::flip_step, of every trained kernel; the number of flips.
    template <class Flip> std::int64_t flipAll(TrainingState& state, const Flip& flip)
    {
        std::int64_t flips = 0;
        state.flipped.clear();
        for (const std::int64_t k : trained) {
            std::vector<std::int64_t> places;
            flips += flip(view(state), k,
                          FlipState{state.momentum.data() + k * layer.M * layer.N,
                                    state.rowMoment.data() + k * layer.M,
                                    state.columnMoment.data() + k * layer.N, &places});
            std::sort(places.begin(), places.end());
            state.flipped.insert(state.flipped.end(), places.begin(), places.end());
        }
        return flips;
    }

    GemmProblem layer;
    TrainingState start;
    std::vector<std::int64_t> trained; ///< kernels
    FlipConfig config{.beta = 0.9f, .threshold = 1.5f, .clip = 1.75f, .cap = 0.02, .seed = 99};
    std::int64_t steps = 2;
    std::function<void(const FlipConfig&, std::vector<float>&)> changeGradient = [](const FlipConfig&,
                                                                                    std::vector<float>&) {};
    std::string name;
};

/// The moments of one row and of all lie so far apart that its factor is Inf: Inf in the momenta, and NaN
/// where G is 0.
inline void make_extremes(TrainingProblem& p)
{
    const std::int64_t M = p.layer.M, N = p.layer.N;
    p.steps = 3;
    p.config.threshold = 0.0f;
    p.config.clip = 0.0f;
    std::fill(p.layer.scaleOut.begin(), p.layer.scaleOut.end(), 1.0f);
    std::fill(p.layer.scaleIn.begin(), p.layer.scaleIn.end(), 1.0f);
    p.layer.scaleOut[std::size_t((p.layer.K - 1) * M + 5)] = 100.0f;
    p.changeGradient = [N](const FlipConfig&, std::vector<float>& G) {
        for (std::int64_t j = 0; j < N; ++j) {
            G[std::size_t(5 * N + j)] = j % 7 == 0 ? 0.0f : 5e-24f;
            G[std::size_t(6 * N + j)] = 1e18f;
        }
    };
}

/// A problem on a device.
class DeviceTraining
{
public:
    DeviceTraining(TrainingOps& ops, const TrainingProblem& problem)
        : m_ops(ops), m_trained(problem.trained), m_now(problem.start)
    {
        const GemmProblem& layer = problem.layer;
        put(m_bits, m_now.bits);
        put(m_momentum, m_now.momentum);
        put(m_rowMoment, m_now.rowMoment);
        put(m_columnMoment, m_now.columnMoment);
        put(m_gradScaleOut, m_now.gradScaleOut);
        put(m_gradScaleIn, m_now.gradScaleIn);
        put(m_scaleOut, layer.scaleOut);
        put(m_scaleIn, layer.scaleIn);
        m_view = {layer.K,
                  layer.M,
                  layer.N,
                  m_bits.as<std::uint8_t>(),
                  m_scaleOut.as<float>(),
                  m_scaleIn.as<float>()};
    }

    /// Scale gradients and a flip step; the number of flips.
    Outcome<std::int64_t> step(const std::vector<float>& G, const FlipConfig& config)
    {
        put(m_G, G);
        return again(config);
    }

    /// A step with the same G.
    Outcome<std::int64_t> again(const FlipConfig& config)
    {
        m_now.flipped.clear();
        if (!m_failed.message.empty()) return std::unexpected(m_failed);
        unsigned trained = 0;
        for (const std::int64_t k : m_trained)
            trained |= 1u << k;
        if (const auto read = m_ops.read(m_view, m_G.as<float>(), m_gradScaleOut.as<float>(),
                                         m_gradScaleIn.as<float>(), trained, nullptr);
            !read)
            return std::unexpected(read.error());
        std::int64_t all = 0;
        for (const std::int64_t k : m_trained) {
            const FlipState state{m_momentum.as<std::uint16_t>() + k * m_view.M * m_view.N,
                                  m_rowMoment.as<float>() + k * m_view.M,
                                  m_columnMoment.as<float>() + k * m_view.N, &m_now.flipped};
            const auto flips = m_ops.flip(m_view, k, m_G.as<float>(), config, state, nullptr);
            if (!flips) return flips;
            all += *flips;
        }
        return all;
    }

    Outcome<TrainingState> state()
    {
        get(m_bits, m_now.bits);
        get(m_momentum, m_now.momentum);
        get(m_rowMoment, m_now.rowMoment);
        get(m_columnMoment, m_now.columnMoment);
        get(m_gradScaleOut, m_now.gradScaleOut);
        get(m_gradScaleIn, m_now.gradScaleIn);
        if (!m_failed.message.empty()) return std::unexpected(m_failed);
        return m_now;
    }

private:
    void note(const Outcome<void>& done)
    {
        if (!done && m_failed.message.empty()) m_failed = done.error();
    }

    template <class T> void put(DeviceArray& array, const std::vector<T>& values)
    {
        const auto bytes = std::int64_t(values.size() * sizeof(T));
        if (bytes != array.bytes()) {
            auto made = DeviceArray::allocate(m_ops.device(), bytes);
            if (!made) return note(std::unexpected(made.error()));
            array = std::move(*made);
        }
        note(array.write(values.data()));
    }

    template <class T> void get(const DeviceArray& array, std::vector<T>& values)
    {
        note(array.read(values.data()));
    }

    TrainingOps& m_ops;
    std::vector<std::int64_t> m_trained;
    TrainingState m_now;
    DeviceArray m_bits, m_momentum, m_rowMoment, m_columnMoment, m_gradScaleOut, m_gradScaleIn, m_scaleOut,
        m_scaleIn, m_G;
    BoolKernels m_view;
    Failure m_failed;
};

} // namespace boolab::kernels::cuda
