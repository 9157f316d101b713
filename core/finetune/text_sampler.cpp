// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/text_sampler.h"

#include <torch/utils.h>

namespace boolab
{

namespace
{

// Enough to see whether it is language, little enough that a step's time is not felt.
constexpr std::int64_t kSampleTokens = 32;

std::vector<std::int32_t> narrow(const at::Tensor& ids)
{
    const at::Tensor flat = ids.reshape({-1}).contiguous();
    const auto* first = flat.const_data_ptr<std::int64_t>();
    return {first, first + flat.numel()};
}

} // namespace

TextSampler::TextSampler(const at::Tensor& prompt, const Tokenizer& tokenizer, LlamaModel& teacher)
    : m_prompt(prompt.reshape({1, -1})), m_tokenizer(tokenizer)
{
    m_sample.prompt = m_tokenizer.decode(narrow(m_prompt));
    m_sample.teacher = continuation(teacher);
}

TextSample TextSampler::sample(LlamaModel& student) const
{
    TextSample sample = m_sample;
    sample.student = continuation(student);
    return sample;
}

std::string TextSampler::continuation(LlamaModel& model) const
{
    const torch::NoGradGuard noGrad;
    KvCache cache(model.config(), 1, m_prompt.size(1) + kSampleTokens, model.options());
    std::vector<std::int32_t> written;
    at::Tensor next = m_prompt;
    for (std::int64_t i = 0; i < kSampleTokens; ++i) {
        const at::Tensor hidden = model.forward(next, &cache).hidden;
        next = model.logits(hidden.select(1, hidden.size(1) - 1)).argmax(-1, /*keepdim=*/true);
        written.push_back(static_cast<std::int32_t>(next.item<std::int64_t>()));
    }
    return m_tokenizer.decode(written);
}

} // namespace boolab
