// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/window_logits.h"

#include "core/engine/device.h"
#include "core/generate/open_decoder.h"
#include "core/model/model_loader.h"

#include <torch/utils.h>

namespace boolab
{

namespace
{

class TorchWindows final : public WindowLogits
{
public:
    explicit TorchWindows(LoadedModel loaded) : m_loaded(std::move(loaded)) {}

    void begin(const at::Tensor& window) override
    {
        const torch::NoGradGuard noGrad;
        m_hidden = m_loaded.model->forward(window.unsqueeze(0)).hidden[0];
        m_done = 0;
    }
    at::Tensor next(std::int64_t count) override
    {
        const torch::NoGradGuard noGrad;
        const at::Tensor hidden = m_hidden.narrow(0, m_done, count);
        m_done += count;
        return m_loaded.model->logits(hidden).to(at::kFloat);
    }

private:
    LoadedModel m_loaded;
    at::Tensor m_hidden; ///< (T, C)
    std::int64_t m_done = 0;
};

class DecoderWindows final : public WindowLogits
{
public:
    explicit DecoderWindows(Decoder decoder) : m_decoder(std::move(decoder)), m_cache(m_decoder.emptyCache()) {}

    void begin(const at::Tensor& window) override
    {
        const auto* ids = window.const_data_ptr<std::int64_t>();
        m_window.assign(ids, ids + window.numel());
        m_cache.truncate(0);
    }
    at::Tensor next(std::int64_t count) override
    {
        const DecoderInput input{
            .cache = &m_cache,
            .tokens = std::span(m_window).subspan(static_cast<std::size_t>(m_cache.length()),
                                                  static_cast<std::size_t>(count)),
            .everyLogit = true,
        };
        const std::span<const float> logits = m_decoder.forward({&input, 1});
        return torch::from_blob(const_cast<float*>(logits.data()), {count, m_decoder.config().vocabSize});
    }

private:
    Decoder m_decoder;
    KeyValueCache m_cache;
    std::vector<std::int32_t> m_window;
};

} // namespace

Result<std::unique_ptr<WindowLogits>> openTorchWindows(const ModelFiles& files, const Job& job,
                                                       std::int64_t firstKernels)
{
    const torch::NoGradGuard noGrad;
    LoadOptions options = loadOptions(job, /*frozen=*/true);
    options.firstKernels = firstKernels;
    auto loaded = loadModel(files, options);
    if (!loaded) return std::unexpected(loaded.error());
    return std::make_unique<TorchWindows>(std::move(*loaded));
}

Result<std::unique_ptr<WindowLogits>> openDecoderWindows(const ModelFiles& files, const Job& job)
{
    auto decoder = openDecoder(files, job);
    if (!decoder) return std::unexpected(decoder.error());
    return std::make_unique<DecoderWindows>(std::move(*decoder));
}

} // namespace boolab
