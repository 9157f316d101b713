// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/converter.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/cuda/explain.h"
#include "kernels/cuda/refine_ops.h"
#include "kernels/cuda/svid_ops.h"
#include "kernels/refine_data.h"
#include "kernels/svid_start.h"

namespace boolab::kernels::cuda
{

namespace
{

struct WeightsNotFinite {
};

} // namespace

struct Converter::Impl {
    explicit Impl(Device found) : device(std::move(found)) {}

    Device device;
    Stream stream;
    DeviceBuffer<float> W, residual, weights, rowFactor, partials;
    DeviceBuffer<double> roots, columns, u, v, rowErrors, sums;
    DeviceBuffer<std::uint16_t> bits, bestBits;
    DeviceBuffer<float> scaleOut, scaleIn, bestScaleOut, bestScaleIn;

    /// A layer's memory on the device, everything it needs to be converted.
    DeviceLayer on;
    DeviceScratch scratch;

    Outcome<void> run(const float* weight, const std::vector<double>& weightRoots, const RefineConfig* config,
                      const BoolKernels& layer, double* errors);

private:
    void reserve(const BoolKernels& layer, bool refines);
    void upload(const float* weight, const std::vector<double>& weightRoots);
    void svid(double* errors);
    void rankOne(const float* R, std::int64_t k);
    void alternate(const RefineConfig& config, double* errors);
    double assign();
    std::vector<double> errorsLeft();
    void keepBest();
    void restoreBest();
    void download(const BoolKernels& layer);

    /// The first `count` sums of the last step, once it is done.
    std::vector<double> readSums(int count)
    {
        check(cudaGetLastError(), "starting an op");
        std::vector<double> values(static_cast<std::size_t>(count));
        copy(values.data(), scratch.sums, count, cudaMemcpyDeviceToHost, stream);
        stream.wait();
        return values;
    }
};

void Converter::Impl::reserve(const BoolKernels& layer, bool refines)
{
    on = {layer.K, layer.M, layer.N, nullptr, nullptr, nullptr};
    const std::int64_t M = on.M, width = on.width();
    W.reserve(M * on.N);
    on.bits = bits.reserve(on.K * M * on.words());
    on.scaleOut = scaleOut.reserve(on.K * M);
    on.scaleIn = scaleIn.reserve(on.K * width);
    scratch.residual = residual.reserve(M * on.N);
    scratch.weights = weights.reserve(width);
    scratch.roots = roots.reserve(width);
    scratch.rowFactor = rowFactor.reserve(width);
    scratch.partials = partials.reserve(chunk_count(M) * width);
    scratch.columns = columns.reserve(width);
    scratch.u = u.reserve(M);
    scratch.v = v.reserve(width);
    scratch.rowErrors = rowErrors.reserve(M * std::max<std::int64_t>(2, on.K + 1));
    scratch.sums = sums.reserve(kMaxSums);
    if (!refines) return;
    bestBits.reserve(on.K * M * on.words());
    bestScaleOut.reserve(on.K * M);
    bestScaleIn.reserve(on.K * width);
}

void Converter::Impl::upload(const float* weight, const std::vector<double>& weightRoots)
{
    std::vector<double> hostRoots(std::size_t(on.width()), 1.0);
    std::vector<float> hostWeights(std::size_t(on.width()), 0.0f);
    for (std::size_t j = 0; j < std::size_t(on.N); ++j) {
        if (!weightRoots.empty()) hostRoots[j] = weightRoots[j];
        hostWeights[j] = float(hostRoots[j] * hostRoots[j]);
    }
    copy(W.data(), weight, on.M * on.N, cudaMemcpyHostToDevice, stream);
    copy(scratch.roots, hostRoots.data(), on.width(), cudaMemcpyHostToDevice, stream);
    copy(scratch.weights, hostWeights.data(), on.width(), cudaMemcpyHostToDevice, stream);
    check(cudaMemsetAsync(on.scaleIn, 0, std::size_t(on.K * on.width()) * sizeof(float), stream.get()),
          "clearing");
    stream.wait(); // the host vectors end here
}

void Converter::Impl::rankOne(const float* R, std::int64_t k)
{
    start_power(on, scratch, stream.get());
    for (int iteration = 0; iteration < kMaxPowerIterations; ++iteration) {
        power_step(R, on, scratch, stream.get());
        const auto step = readSums(2);
        if (!(step[kColumnsLength] > 0.0) || step[kMoved] < kPowerTolerance) break;
    }
    rank_one_scales(on, k, scratch, stream.get());
}

void Converter::Impl::svid(double* errors)
{
    double whole = 0.0;
    for (std::int64_t k = 0; k < on.K; ++k) {
        const float* R = k == 0 ? W.data() : scratch.residual;
        rankOne(R, k);
        subtract_kernel(R, on, k, scratch, stream.get());
        const auto energies = readSums(2);
        if (k == 0) whole = energies[0];
        if (!std::isfinite(whole)) throw WeightsNotFinite{};
        if (errors) errors[k] = whole > 0.0 ? energies[1] / whole : 0.0;
    }
}

double Converter::Impl::assign()
{
    assign_signs(W.data(), on, scratch, stream.get());
    return readSums(1)[0];
}

std::vector<double> Converter::Impl::errorsLeft()
{
    measure_errors(W.data(), on, scratch, stream.get());
    return readSums(int(on.K) + 1);
}

void Converter::Impl::keepBest()
{
    copy(bestBits.data(), on.bits, on.K * on.M * on.words(), cudaMemcpyDeviceToDevice, stream);
    copy(bestScaleOut.data(), on.scaleOut, on.K * on.M, cudaMemcpyDeviceToDevice, stream);
    copy(bestScaleIn.data(), on.scaleIn, on.K * on.width(), cudaMemcpyDeviceToDevice, stream);
}

void Converter::Impl::restoreBest()
{
    copy(on.bits, bestBits.data(), on.K * on.M * on.words(), cudaMemcpyDeviceToDevice, stream);
    copy(on.scaleOut, bestScaleOut.data(), on.K * on.M, cudaMemcpyDeviceToDevice, stream);
    copy(on.scaleIn, bestScaleIn.data(), on.K * on.width(), cudaMemcpyDeviceToDevice, stream);
}

/// The rounds of kernels/refine.cpp.
void Converter::Impl::alternate(const RefineConfig& config, double* errors)
{
    double best = errorsLeft().back(), previous = 0.0;
    keepBest();
    for (int round = 0; round < config.maxRounds; ++round) {
        const double error = assign();
        if (error <= best) {
            keepBest();
            best = error;
        }
        if (error == 0.0 || (round > 0 && error > (1.0 - config.tolerance) * previous)) break;
        previous = error;
        for (int sweep = 0; sweep < kScaleSweeps; ++sweep)
            for (std::int64_t k = 0; k < on.K; ++k)
                solve_kernel(W.data(), on, k, scratch, stream.get());
    }
    auto left = errorsLeft();
    if (left.back() > best) {
        restoreBest();
        left = errorsLeft();
    }
    for (std::int64_t k = 0; errors && k < on.K; ++k)
        errors[k] = left[0] > 0.0 ? left[std::size_t(k + 1)] / left[0] : 0.0;
}

void Converter::Impl::download(const BoolKernels& layer)
{
    const auto rowBytes = std::size_t(row_bytes(on.N));
    check(cudaMemcpy2DAsync(layer.bits, rowBytes, on.bits, std::size_t(on.words()) * sizeof(std::uint16_t),
                            rowBytes, std::size_t(on.K * on.M), cudaMemcpyDeviceToHost, stream.get()),
          "copying");
    const auto scaleBytes = std::size_t(on.N) * sizeof(float);
    check(cudaMemcpy2DAsync(layer.scaleIn, scaleBytes, on.scaleIn, std::size_t(on.width()) * sizeof(float),
                            scaleBytes, std::size_t(on.K), cudaMemcpyDeviceToHost, stream.get()),
          "copying");
    copy(layer.scaleOut, on.scaleOut, on.K * on.M, cudaMemcpyDeviceToHost, stream);
    stream.wait();
}

Outcome<void> Converter::Impl::run(const float* weight, const std::vector<double>& weightRoots,
                                   const RefineConfig* config, const BoolKernels& layer, double* errors)
{
    if (layer.K < 1 || layer.M == 0 || layer.N == 0) {
        std::fill_n(layer.scaleOut, layer.K * layer.M, 0.0f);
        std::fill_n(layer.scaleIn, layer.K * layer.N, 0.0f);
        for (std::int64_t k = 0; errors && k < layer.K; ++k)
            errors[k] = 0.0;
        return {};
    }
    try {
        check(cudaSetDevice(device.index), "choosing the device");
        const bool refines = config && layer.K <= kMaxRefinedKernels;
        reserve(layer, refines);
        upload(weight, weightRoots);
        svid(errors);
        if (refines) alternate(*config, errors);
        download(layer);
    } catch (const RuntimeError& error) {
        const std::int64_t weights = layer.M * layer.N;
        return std::unexpected(explain(error, device, "a layer " + shape_text(layer.K, layer.M, layer.N),
                                       weights * 2 * std::int64_t(sizeof(float)) + weights * layer.K / 4));
    } catch (const WeightsNotFinite&) {
        return fail(Failure::Kind::NotFinite,
                    "the weight of a layer " + shape_text(layer.K, layer.M, layer.N) +
                        " holds NaN or Inf, or its squares exceed float32",
                    "The model file is damaged, or was saved after a training that diverged.");
    }
    return {};
}

Outcome<std::unique_ptr<Converter>> Converter::open(int index)
{
    auto device = find_device(index);
    if (!device) return std::unexpected(device.error());
    try {
        check(cudaSetDevice(index), "choosing the device");
        return std::unique_ptr<Converter>(new Converter(std::make_unique<Impl>(*device)));
    } catch (const RuntimeError& error) {
        return fail(Failure::Kind::Runtime,
                    "CUDA device " + std::to_string(index) + " (" + device->name +
                        "): " + cudaGetErrorString(error.code) + " while " + error.place,
                    "Check nvidia-smi for other programs on the GPU, or use --device cpu.");
    }
}

Converter::Converter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Converter::~Converter() = default;

const Device& Converter::device() const
{
    return m_impl->device;
}

Outcome<void> Converter::svid(const float* W, const BoolKernels& layer, double* errors)
{
    return m_impl->run(W, {}, nullptr, layer, errors);
}

Outcome<void> Converter::refine(const float* W, const float* columnWeights, const RefineConfig& config,
                                const BoolKernels& layer, double* errors)
{
    return m_impl->run(W, column_roots(columnWeights, layer.N), &config, layer, errors);
}

} // namespace boolab::kernels::cuda
