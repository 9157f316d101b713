// SPDX-License-Identifier: Apache-2.0
#include "core/convert/calibration_text.h"

#include "core/engine/device.h"
#include "core/engine/text_tokens.h"
#include "core/engine/token_sequences.h"
#include "core/finetune/self_data.h"

#include <fmt/format.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

Result<std::vector<std::int32_t>> sampledText(const ModelFiles& files, const Tokenizer& tokenizer,
                                              const Job& job, JobObserver& observer)
{
    const torch::NoGradGuard noGrad;
    auto model = loadModel(files, loadOptions(job, /*frozen=*/true));
    if (!model) return std::unexpected(model.error());
    return selfData(files, *model->model, tokenizer,
                    {.tokens = job.integer("calibration_tokens"),
                     .sequenceLength = job.integer("calibration_seq_len"),
                     .batch = 16,
                     .temperature = 1.0,
                     .seed = static_cast<std::uint64_t>(job.integer("seed"))},
                    observer);
}

} // namespace

Result<at::Tensor> calibrationSequences(const ModelFiles& files, const Job& job, JobObserver& observer)
{
    const std::string origin = job.text("calibration");
    auto tokenizer = Tokenizer::open(files);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    observer.phase("reading the calibration text", "tokens");
    auto ids =
        origin == "self" ? sampledText(files, *tokenizer, job, observer) : readTextTokens(origin, *tokenizer);
    if (!ids) return std::unexpected(ids.error());

    const std::int64_t L = job.integer("calibration_seq_len");
    const std::int64_t available = static_cast<std::int64_t>(ids->size()) / L;
    if (available == 0)
        return fail(
            ErrorCode::BadInput,
            fmt::format("{}: {} tokens, at least one sequence of {} was expected", origin, ids->size(), L),
            "Use a longer text or a smaller --calibration-seq-len.");
    if (auto fits = checkVocabulary(files, *ids); !fits) return std::unexpected(fits.error());
    return spreadSequences(*ids, L, job.integer("calibration_tokens") / L);
}

} // namespace boolab
