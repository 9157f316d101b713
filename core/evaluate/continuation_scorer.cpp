// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/continuation_scorer.h"

#include "core/engine/device.h"
#include "core/generate/open_decoder.h"
#include "core/model/model_loader.h"

#include <algorithm>
#include <functional>
#include <torch/utils.h>

namespace boolab
{

namespace
{

constexpr std::int64_t kLogitsChunk = 256; ///< positions whose logits exist at a time

/// Logits (count, V) behind the places of the targets first … first + count - 1; asked for in order.
using TargetLogits = std::function<at::Tensor(std::int64_t first, std::int64_t count)>;

ContinuationScore scoreOf(const std::vector<std::int32_t>& targets, const TargetLogits& logitsOf)
{
    ContinuationScore score{.logLikelihood = 0, .isGreedy = true};
    for (std::int64_t first = 0; first < std::ssize(targets); first += kLogitsChunk) {
        const std::int64_t count = std::min(kLogitsChunk, std::ssize(targets) - first);
        const at::Tensor logProbabilities = at::log_softmax(logitsOf(first, count), -1, at::kFloat);
        const at::Tensor next =
            torch::tensor(std::vector<std::int64_t>(targets.begin() + first, targets.begin() + first + count),
                          at::kLong)
                .to(logProbabilities.device())
                .unsqueeze(1);
        score.logLikelihood += logProbabilities.gather(1, next).sum().item<double>();
        score.isGreedy &= logProbabilities.argmax(-1, /*keepdim=*/true).equal(next);
    }
    return score;
}

class TorchScorer final : public ContinuationScorer
{
public:
    explicit TorchScorer(LoadedModel loaded) : m_loaded(std::move(loaded)) {}

    std::vector<ContinuationScore> score(std::span<const ContinuationTokens* const> requests) override
    {
        const torch::NoGradGuard noGrad;
        std::size_t longest = 0;
        for (const ContinuationTokens* request : requests)
            longest = std::max(longest, request->input.size());
        // Behind a row's end stands anything: no position sees what comes after it.
        at::Tensor ids = at::zeros({std::ssize(requests), static_cast<std::int64_t>(longest)},
                                   at::TensorOptions(at::kLong));
        for (std::size_t r = 0; r < requests.size(); ++r)
            std::ranges::copy(requests[r]->input,
                              ids[static_cast<std::int64_t>(r)].mutable_data_ptr<std::int64_t>());
        const at::Tensor hidden = m_loaded.model->forward(ids).hidden;
        std::vector<ContinuationScore> scores;
        for (std::size_t r = 0; r < requests.size(); ++r) {
            const std::int64_t scored = std::ssize(requests[r]->input) - std::ssize(requests[r]->targets);
            const at::Tensor row = hidden[static_cast<std::int64_t>(r)];
            scores.push_back(scoreOf(requests[r]->targets, [&](std::int64_t first, std::int64_t count) {
                return m_loaded.model->logits(row.narrow(0, scored + first, count));
            }));
        }
        return scores;
    }

private:
    LoadedModel m_loaded;
};

class DecoderScorer final : public ContinuationScorer
{
public:
    explicit DecoderScorer(Decoder decoder) : m_decoder(std::move(decoder)), m_cache(m_decoder.emptyCache())
    {
    }

    std::vector<ContinuationScore> score(std::span<const ContinuationTokens* const> requests) override
    {
        const torch::NoGradGuard noGrad;
        std::vector<ContinuationScore> scores;
        for (const ContinuationTokens* request : requests)
            scores.push_back(one(*request));
        return scores;
    }

private:
    ContinuationScore one(const ContinuationTokens& request)
    {
        const std::vector<std::int32_t>& input = request.input;
        const std::size_t count = request.targets.size(), scored = input.size() - count;
        const auto shared =
            static_cast<std::size_t>(std::ranges::mismatch(input, m_read).in1 - input.begin());
        const std::size_t known = std::min({shared, scored, static_cast<std::size_t>(m_cache.length())});
        m_cache.truncate(static_cast<std::int64_t>(known));
        m_read = input;
        if (known < scored) forward(std::span(input).subspan(known, scored - known), false);
        return scoreOf(request.targets, [&](std::int64_t first, std::int64_t rows) {
            const auto part = std::span(input).subspan(scored + static_cast<std::size_t>(first),
                                                       static_cast<std::size_t>(rows));
            return torch::from_blob(const_cast<float*>(forward(part, true).data()),
                                    {rows, m_decoder.config().vocabSize});
        });
    }

    std::span<const float> forward(std::span<const std::int32_t> tokens, bool everyLogit)
    {
        const DecoderInput input{.cache = &m_cache, .tokens = tokens, .everyLogit = everyLogit};
        return m_decoder.forward({&input, 1});
    }

    Decoder m_decoder;
    KeyValueCache m_cache;
    std::vector<std::int32_t> m_read; ///< what the cache holds the beginning of
};

} // namespace

Result<std::unique_ptr<ContinuationScorer>> openContinuationScorer(const ModelFiles& files, const Job& job)
{
    if (job.text("runtime") != "libtorch") {
        auto decoder = openDecoder(files, job);
        if (!decoder) return std::unexpected(decoder.error());
        return std::make_unique<DecoderScorer>(std::move(*decoder));
    }
    const torch::NoGradGuard noGrad;
    LoadOptions options = loadOptions(job, /*frozen=*/true);
    options.firstKernels = job.integer("first_kernels");
    auto loaded = loadModel(files, options);
    if (!loaded) return std::unexpected(loaded.error());
    return std::make_unique<TorchScorer>(std::move(*loaded));
}

} // namespace boolab
