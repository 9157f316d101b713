// SPDX-License-Identifier: Apache-2.0
#include "core/engine/torch_logits.h"

#include "core/engine/device.h"
#include "core/model/model_loader.h"

#include <torch/utils.h>

namespace boolab
{

namespace
{

class TorchLogits final : public NextLogits
{
public:
    explicit TorchLogits(LoadedModel loaded) : m_loaded(std::move(loaded)) {}

    const ModelConfig& config() const override { return m_loaded.model->config(); }
    void begin(std::size_t text, std::int64_t capacity) override
    {
        if (m_caches.size() <= text) m_caches.resize(text + 1);
        m_caches[text] = std::make_unique<KvCache>(config(), 1, capacity, m_loaded.model->options());
    }
    std::span<const float> after(std::span<const TextPiece> pieces) override
    {
        const torch::NoGradGuard noGrad;
        std::vector<at::Tensor> rows;
        for (const TextPiece& piece : pieces) { // their lengths differ: one after another
            const at::Tensor ids =
                torch::tensor(std::vector<std::int64_t>(piece.tokens.begin(), piece.tokens.end()))
                    .unsqueeze(0);
            const at::Tensor hidden = m_loaded.model->forward(ids, m_caches[piece.text].get()).hidden;
            rows.push_back(m_loaded.model->logits(hidden.select(1, hidden.size(1) - 1)));
        }
        m_logits = torch::cat(rows).to(at::kCPU, at::kFloat).contiguous();
        return {m_logits.const_data_ptr<float>(), static_cast<std::size_t>(m_logits.numel())};
    }

private:
    LoadedModel m_loaded;
    std::vector<std::unique_ptr<KvCache>> m_caches;
    at::Tensor m_logits;
};

} // namespace

Result<std::unique_ptr<NextLogits>> openNextLogits(const ModelFiles& files, const Job& job)
{
    if (!generatesByLibTorch(job)) return openDecoderLogits(files, job);
    const torch::NoGradGuard noGrad;
    LoadOptions options = loadOptions(job, /*frozen=*/true);
    // "libtorch" asks for what training and evaluation compute.
    options.multiplyFromBits = job.text("runtime") == "auto";
    auto loaded = loadModel(files, options);
    if (!loaded) return std::unexpected(loaded.error());
    return std::make_unique<TorchLogits>(std::move(*loaded));
}

} // namespace boolab
