// SPDX-License-Identifier: Apache-2.0
// Stands in for the CUDA ops where there was no nvcc.
#include "kernels/cuda/bool_gemm.h"
#include "kernels/cuda/converter.h"
#include "kernels/cuda/dense_weight.h"
#include "kernels/cuda/device_array.h"
#include "kernels/cuda/training.h"

namespace boolab::kernels::cuda
{

namespace
{

std::unexpected<Failure> not_built()
{
    return fail(Failure::Kind::NotBuilt, "this build has no CUDA ops",
                "Install the CUDA Toolkit 13 (nvcc), configure again and rebuild, or use --device cpu.");
}

} // namespace

struct Converter::Impl {
    Device device;
};
struct PackedLayer::Impl {
};
struct BoolGemm::Impl {
    Device device;
};
struct TrainingOps::Impl {
    Device device;
};

Outcome<std::vector<Device>> list_devices()
{
    return not_built();
}

Outcome<Device> find_device(int)
{
    return not_built();
}

Outcome<std::unique_ptr<Converter>> Converter::open(int)
{
    return not_built();
}

Converter::Converter(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Converter::~Converter() = default;

const Device& Converter::device() const
{
    return m_impl->device;
}

Outcome<void> Converter::svid(const float*, const BoolKernels&, double*)
{
    return not_built();
}

Outcome<void> Converter::refine(const float*, const float*, const RefineConfig&, const BoolKernels&, double*)
{
    return not_built();
}

Outcome<DeviceArray> DeviceArray::allocate(const Device&, std::int64_t)
{
    return not_built();
}

DeviceArray::~DeviceArray() = default;

Outcome<void> DeviceArray::write(const void*)
{
    return not_built();
}

Outcome<void> DeviceArray::read(void*) const
{
    return not_built();
}

Outcome<void> wait_for(const Device&)
{
    return not_built();
}

Outcome<PackedLayer> PackedLayer::upload(const Device&, const BoolKernels&)
{
    return not_built();
}

PackedLayer::PackedLayer(PackedLayer&&) noexcept = default;
PackedLayer& PackedLayer::operator=(PackedLayer&&) noexcept = default;
PackedLayer::~PackedLayer() = default;

Outcome<std::unique_ptr<BoolGemm>> BoolGemm::open(int)
{
    return not_built();
}

BoolGemm::~BoolGemm() = default;

const Device& BoolGemm::device() const
{
    return m_impl->device;
}

bool BoolGemm::hasBits() const
{
    return false;
}

Outcome<void> BoolGemm::run(const PackedLayer&, const float*, std::int64_t, float*, void*, GemmPath)
{
    return not_built();
}

Outcome<void> dense_weight_f32(const Device&, const PackedLayer&, float*, void*)
{
    return not_built();
}

Outcome<void> dense_weight_bf16(const Device&, const PackedLayer&, std::uint16_t*, void*)
{
    return not_built();
}

Outcome<void> dense_weight_f32(const Device&, const BoolKernels&, float*, void*)
{
    return not_built();
}

Outcome<void> dense_weight_bf16(const Device&, const BoolKernels&, std::uint16_t*, void*)
{
    return not_built();
}

Outcome<std::unique_ptr<TrainingOps>> TrainingOps::open(int)
{
    return not_built();
}

TrainingOps::~TrainingOps() = default;

const Device& TrainingOps::device() const
{
    return m_impl->device;
}

Outcome<void> TrainingOps::read(const BoolKernels&, const float*, float*, float*, unsigned, void*)
{
    return not_built();
}

Outcome<std::int64_t> TrainingOps::flip(const BoolKernels&, std::int64_t, const float*, const FlipConfig&,
                                        const FlipState&, void*)
{
    return not_built();
}

} // namespace boolab::kernels::cuda
