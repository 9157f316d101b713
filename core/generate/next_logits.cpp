// SPDX-License-Identifier: Apache-2.0
#include "core/generate/next_logits.h"

#include "core/generate/open_decoder.h"

namespace boolab
{

namespace
{

class DecoderLogits final : public NextLogits
{
public:
    explicit DecoderLogits(Decoder decoder) : m_decoder(std::move(decoder)) {}

    const ModelConfig& config() const override { return m_decoder.config(); }
    void begin(std::size_t text, std::int64_t /*capacity*/) override
    {
        while (m_caches.size() <= text)
            m_caches.push_back(m_decoder.emptyCache());
        m_caches[text].truncate(0);
    }
    std::span<const float> after(std::span<const TextPiece> pieces) override
    {
        std::vector<DecoderInput> inputs;
        for (const TextPiece& piece : pieces)
            inputs.push_back({&m_caches[piece.text], piece.tokens, false});
        return m_decoder.forward(inputs);
    }

private:
    Decoder m_decoder;
    std::vector<KeyValueCache> m_caches;
};

} // namespace

bool generatesByLibTorch(const Job& job)
{
    const std::string runtime = job.text("runtime");
    return runtime == "libtorch" || (runtime == "auto" && job.text("device") != "cpu");
}

Result<std::unique_ptr<NextLogits>> openDecoderLogits(const ModelFiles& files, const Job& job)
{
    auto decoder = openDecoder(files, job);
    if (!decoder) return std::unexpected(decoder.error());
    return std::make_unique<DecoderLogits>(std::move(*decoder));
}

} // namespace boolab
