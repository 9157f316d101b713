// SPDX-License-Identifier: Apache-2.0
#include "kernels/cuda/dense_weight.h"

#include "kernels/cuda/dense_ops.h"
#include "kernels/cuda/explain.h"
#include "kernels/cuda/packed_layer.h"

namespace boolab::kernels::cuda
{

namespace
{

void start_dense(const PackedLayer& layer, bool rounded, void* W, cudaStream_t stream)
{
    dense_from_fragments(layer.impl().view, rounded, W, stream);
}

void start_dense(const BoolKernels& layer, bool rounded, void* W, cudaStream_t stream)
{
    dense_from_rows(layer, rounded, W, stream);
}

template <class Shape, class Layer>
Outcome<void> dense(const Device& device, const Shape& shape, const Layer& layer, bool rounded, void* W,
                    void* stream)
{
    const auto what = [&] { return "a layer " + shape_text(shape.K, shape.M, shape.N); };
    if (shape.K > kMaxPackedKernels) return too_many_kernels(device, what());
    if (shape.M == 0 || shape.N == 0) return {};
    return on_device(device, what, 0, [&] {
        start_dense(layer, rounded, W, static_cast<cudaStream_t>(stream));
        check(cudaGetLastError(), "starting dense_weight");
    });
}

} // namespace

Outcome<void> dense_weight_f32(const Device& device, const PackedLayer& layer, float* W, void* stream)
{
    return dense(device, layer.impl().view, layer, false, W, stream);
}

Outcome<void> dense_weight_bf16(const Device& device, const PackedLayer& layer, std::uint16_t* W,
                                void* stream)
{
    return dense(device, layer.impl().view, layer, true, W, stream);
}

Outcome<void> dense_weight_f32(const Device& device, const BoolKernels& layer, float* W, void* stream)
{
    return dense(device, layer, layer, false, W, stream);
}

Outcome<void> dense_weight_bf16(const Device& device, const BoolKernels& layer, std::uint16_t* W,
                                void* stream)
{
    return dense(device, layer, layer, true, W, stream);
}

} // namespace boolab::kernels::cuda
