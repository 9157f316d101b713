// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/training.h"

#include <algorithm>
#include <bit>
#include <limits>

#include "kernels/cuda/explain.h"
#include "kernels/cuda/packed_layer.h"
#include "kernels/cuda/training_ops.h"
#include "kernels/flip_common.h"

namespace boolab::kernels::cuda
{

namespace
{

std::string layer_text(const BoolKernels& layer)
{
    return "a layer " + shape_text(layer.K, layer.M, layer.N);
}

/// Host memory, read after the stream's work.
template <class T> void read_back(T* to, const T* from, std::int64_t count, cudaStream_t stream)
{
    check(cudaMemcpyAsync(to, from, std::size_t(count) * sizeof(T), cudaMemcpyDeviceToHost, stream),
          "copying");
    check(cudaStreamSynchronize(stream), "waiting for the device");
}

} // namespace

struct TrainingOps::Impl {
    Device device;
    DeviceBuffer<float> partials, rowFactor, columnFactor, scores;
    DeviceBuffer<double> rowSquares, squarePartials;
    DeviceBuffer<std::uint16_t> places;
    DeviceBuffer<std::uint32_t> counts, offsets, digits, flipped;
    DeviceBuffer<FlipProgress> progress;
    GradientReading reading; ///< the last one

    void read(const BoolKernels& layer, const float* G, float* gradScaleOut, float* gradScaleIn,
              unsigned trained, cudaStream_t stream);
    std::int64_t flip(FlipPass& pass, cudaStream_t stream);
    bool hasRead(const BoolKernels& layer, const float* G, std::int64_t k) const
    {
        const BoolKernels& last = reading.layer;
        return G == reading.G && layer.bits == last.bits && layer.M == last.M && layer.N == last.N &&
               k >= 0 && k < layer.K && (reading.trained >> k & 1u) != 0;
    }

private:
    void findPlaces(FlipPass& pass);
};

void TrainingOps::Impl::read(const BoolKernels& layer, const float* G, float* gradScaleOut,
                             float* gradScaleIn, unsigned trained, cudaStream_t stream)
{
    const std::int64_t count = std::popcount(trained), chunks = chunk_count(layer.M);
    reading = {layer, G, gradScaleOut, gradScaleIn, trained, count};
    if (gradScaleIn) reading.partials = partials.reserve(chunks * layer.K * layer.N);
    reading.rowSquares = rowSquares.reserve(count * layer.M);
    reading.squarePartials = squarePartials.reserve(chunks * count * layer.N);
    if (layer.K > 0) read_gradient(reading, stream);
    check(cudaGetLastError(), "starting to read a gradient");
}

/// What belongs to kernel k of the last reading, and scratch.
void TrainingOps::Impl::findPlaces(FlipPass& pass)
{
    const std::int64_t M = pass.layer.M, N = pass.layer.N;
    const std::int64_t place = std::popcount(reading.trained & ((1u << pass.k) - 1u));
    pass.rowSquares = reading.rowSquares + place * M;
    pass.squarePartials = reading.squarePartials + place * N;
    pass.squareStride = reading.trainedCount * N;
    pass.progress = progress.reserve(1);
    pass.rowFactor = rowFactor.reserve(M);
    pass.columnFactor = columnFactor.reserve(N);
    if (pass.limit == 0) return;
    pass.scores = scores.reserve(pass.segments() * kSegmentSize);
    pass.places = places.reserve(pass.segments() * kSegmentSize);
    pass.counts = counts.reserve(pass.segments());
    pass.offsets = offsets.reserve(pass.segments());
    pass.digits = digits.reserve(kDigits);
    pass.flipped = flipped.reserve(std::int64_t(pass.limit));
}

std::int64_t TrainingOps::Impl::flip(FlipPass& pass, cudaStream_t stream)
{
    const auto whole = std::uint64_t(pass.layer.M * pass.layer.N);
    pass.keep = moment_keep(pass.config);
    pass.decay = momentum_decay(pass.config);
    pass.scoreScale = score_scale(pass.config);
    pass.bound = clip_bound(pass.config);
    pass.limit =
        may_flip(pass.config) ? std::min<std::uint64_t>(flip_limit(pass.layer, pass.config), whole) : 0;
    findPlaces(pass);
    move_flip_state(pass, stream);
    if (pass.limit > 0) flip_candidates(pass, stream);
    check(cudaGetLastError(), "starting a flip step");
    if (pass.limit == 0) return 0;
    FlipProgress end{};
    read_back(&end, pass.progress, 1, stream);
    std::vector<std::uint32_t> found(end.flips);
    if (pass.state.flipped && !found.empty()) {
        read_back(found.data(), pass.flipped, std::int64_t(found.size()), stream);
        std::sort(found.begin(), found.end());
        pass.state.flipped->insert(pass.state.flipped->end(), found.begin(), found.end());
    }
    return std::int64_t(end.flips);
}

Outcome<std::unique_ptr<TrainingOps>> TrainingOps::open(int index)
{
    auto device = find_device(index);
    if (!device) return std::unexpected(device.error());
    auto impl = std::make_unique<Impl>();
    impl->device = std::move(*device);
    return std::unique_ptr<TrainingOps>(new TrainingOps(std::move(impl)));
}

TrainingOps::TrainingOps(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
TrainingOps::~TrainingOps() = default;

const Device& TrainingOps::device() const
{
    return m_impl->device;
}

Outcome<void> TrainingOps::read(const BoolKernels& layer, const float* G, float* gradScaleOut,
                                float* gradScaleIn, unsigned trained, void* stream)
{
    const auto what = [&] { return layer_text(layer); };
    if (layer.K > kMaxPackedKernels) return too_many_kernels(m_impl->device, what());
    const std::int64_t needed = layer.M * layer.N * (layer.K + 2 * std::popcount(trained)) / 8;
    auto done = on_device(m_impl->device, what, needed, [&] {
        m_impl->read(layer, G, gradScaleOut, gradScaleIn, trained, static_cast<cudaStream_t>(stream));
    });
    if (!done) m_impl->reading = {};
    return done;
}

Outcome<std::int64_t> TrainingOps::flip(const BoolKernels& layer, std::int64_t k, const float* G,
                                        const FlipConfig& config, const FlipState& state, void* stream)
{
    const auto what = [&] { return layer_text(layer); };
    const std::string where = "CUDA device " + std::to_string(m_impl->device.index) + ": ";
    if (layer.M == 0 || layer.N == 0) return 0;
    if (layer.M * layer.N > std::int64_t(std::numeric_limits<std::uint32_t>::max()))
        return fail(Failure::Kind::Runtime, where + what() + " has 2^32 weights or more",
                    "Train it with --device cpu.");
    if (!m_impl->hasRead(layer, G, k))
        return fail(Failure::Kind::Runtime,
                    where + "a flip step of kernel " + std::to_string(k) + " of " + what() +
                        " whose gradient was not read before",
                    "Please report this with the model's name.");
    FlipPass pass;
    pass.layer = layer;
    pass.k = k;
    pass.G = G;
    pass.config = config;
    pass.state = state;
    std::int64_t flips = 0;
    const auto done = on_device(m_impl->device, what, layer.M * layer.N * 6,
                                [&] { flips = m_impl->flip(pass, static_cast<cudaStream_t>(stream)); });
    if (!done) return std::unexpected(done.error());
    return flips;
}

} // namespace boolab::kernels::cuda
