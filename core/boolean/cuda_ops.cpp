// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/cuda_ops.h"

#include "core/boolean/cuda_gemm_check.h"
#include "core/boolean/cuda_ops_check.h"
#include "core/boolean/packed_tensor.h"
#include "kernels/cuda/dense_weight.h"

#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Exception.h>
#include <map>

namespace boolab
{

namespace
{

/// Null, the default stream, for tensors that are not CUDA's: those of the tests' emulated device.
void* currentStream(const at::Tensor& tensor)
{
    if (!tensor.is_cuda()) return nullptr;
    const c10::impl::VirtualGuardImpl guard(tensor.device().type());
    return guard.getStream(tensor.device()).native_handle();
}

template <class T> T valueOf(kernels::cuda::Outcome<T> outcome)
{
    TORCH_CHECK(outcome, outcome.error().message, "\n", outcome.error().hint);
    if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

class CudaProduct final : public LayerProduct
{
public:
    CudaProduct(std::shared_ptr<kernels::cuda::BoolGemm> gemm, kernels::cuda::PackedLayer layer,
                std::int64_t M)
        : m_gemm(std::move(gemm)), m_layer(std::move(layer)), m_M(M)
    {
    }

    at::Tensor multiply(const at::Tensor& x) override
    {
        const at::Tensor wide = x.to(at::kFloat).contiguous();
        const at::Tensor y = at::empty({wide.size(0), m_M}, wide.options());
        valueOf(m_gemm->run(m_layer, wide.const_data_ptr<float>(), wide.size(0), y.mutable_data_ptr<float>(),
                            currentStream(wide)));
        return y;
    }

private:
    std::shared_ptr<kernels::cuda::BoolGemm> m_gemm; ///< all layers use its memory for activations
    kernels::cuda::PackedLayer m_layer;
    std::int64_t m_M;
};

class CudaOps final : public LayerOps
{
public:
    CudaOps(std::unique_ptr<kernels::cuda::TrainingOps> ops, std::shared_ptr<kernels::cuda::BoolGemm> gemm,
            const at::Device& device)
        : m_ops(std::move(ops)), m_gemm(std::move(gemm)), m_device(device)
    {
    }

    void denseWeight(const kernels::BoolKernels& layer, const at::Tensor& W) override
    {
        const kernels::cuda::Device& device = m_ops->device();
        if (W.scalar_type() == at::kBFloat16)
            valueOf(kernels::cuda::dense_weight_bf16(
                device, layer, static_cast<std::uint16_t*>(W.mutable_data_ptr()), currentStream(W)));
        else
            valueOf(kernels::cuda::dense_weight_f32(device, layer, W.mutable_data_ptr<float>(),
                                                    currentStream(W)));
    }

    /// The bits are laid out anew on the host, once per layer.
    std::unique_ptr<LayerProduct> product(const kernels::BoolKernels& layer) override
    {
        const LayerTensors there(layer, m_device);
        const at::Device host(at::kCPU);
        const at::Tensor bits = there.bits.to(host), scaleOut = there.scaleOut.to(host),
                         scaleIn = there.scaleIn.to(host);
        return std::make_unique<CudaProduct>(
            m_gemm,
            valueOf(kernels::cuda::PackedLayer::upload(m_gemm->device(),
                                                       {.K = layer.K,
                                                        .M = layer.M,
                                                        .N = layer.N,
                                                        .bits = bits.mutable_data_ptr<std::uint8_t>(),
                                                        .scaleOut = scaleOut.mutable_data_ptr<float>(),
                                                        .scaleIn = scaleIn.mutable_data_ptr<float>()})),
            layer.M);
    }

    void scaleGradient(const kernels::BoolKernels& layer, const at::Tensor& G, const at::Tensor& gradScaleOut,
                       const at::Tensor& gradScaleIn) override
    {
        m_read = {layer.bits, G.const_data_ptr<float>(), m_flipping[layer.bits]};
        valueOf(m_ops->read(layer, m_read.G, gradScaleOut.mutable_data_ptr<float>(),
                            gradScaleIn.mutable_data_ptr<float>(), m_read.trained, currentStream(G)));
    }

    void flipStep(const kernels::BoolKernels& layer, std::int64_t k, const at::Tensor& G,
                  const kernels::FlipConfig& config, const kernels::FlipState& state) override
    {
        const auto* values = G.const_data_ptr<float>();
        const unsigned own = 1u << k;
        if (m_read.bits == layer.bits && m_read.G == values)
            m_flipping[layer.bits] |= own;
        else
            m_read = {layer.bits, values, 0};
        if ((m_read.trained & own) == 0) {
            m_read.trained = own;
            valueOf(m_ops->read(layer, values, nullptr, nullptr, own, currentStream(G)));
        }
        valueOf(m_ops->flip(layer, k, values, config, state, currentStream(G)));
    }

    void forgetGradient() override { m_read = {}; }

private:
    struct Reading {
        const std::uint8_t* bits = nullptr;
        const float* G = nullptr;
        unsigned trained = 0; ///< kernels whose sums it left
    };

    std::unique_ptr<kernels::cuda::TrainingOps> m_ops;
    std::shared_ptr<kernels::cuda::BoolGemm> m_gemm;
    at::Device m_device; ///< of the tensors
    Reading m_read;      ///< the last one
    /// Kernels of a layer, by its bits, that flip by the gradient of their scales: the next one is read for
    /// both at once.
    std::map<const std::uint8_t*, unsigned> m_flipping;
};

} // namespace

kernels::cuda::Outcome<std::shared_ptr<LayerOps>> openCudaOps(int index, const at::Device& device)
{
    auto ops = kernels::cuda::TrainingOps::open(index);
    if (!ops) return std::unexpected(ops.error());
    auto gemm = kernels::cuda::BoolGemm::open(index);
    if (!gemm) return std::unexpected(gemm.error());
    // A device that computes one of them wrongly is trusted with none.
    if (auto same = checkCudaOps(**ops); !same) return std::unexpected(same.error());
    if (auto same = checkCudaGemm(**gemm); !same) return std::unexpected(same.error());
    return std::make_shared<CudaOps>(std::move(*ops), std::move(*gemm), device);
}

} // namespace boolab
