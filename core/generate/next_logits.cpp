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
    explicit DecoderLogits(Decoder decoder) : m_decoder(std::move(decoder)), m_cache(m_decoder.emptyCache()) {}

    const ModelConfig& config() const override { return m_decoder.config(); }
    void begin(std::int64_t /*capacity*/) override { m_cache.truncate(0); }
    std::span<const float> after(std::span<const std::int32_t> tokens) override
    {
        const DecoderInput input{&m_cache, tokens, false};
        return m_decoder.forward({&input, 1});
    }

private:
    Decoder m_decoder;
    KeyValueCache m_cache;
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
