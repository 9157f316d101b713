// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/inspect_layer.h"

#include "core/engine/device.h"
#include "core/engine/text_tokens.h"
#include "core/engine/token_sequences.h"
#include "core/evaluate/probe_layer.h"
#include "core/inspect/inspection_json.h"
#include "core/inspect/probe_text.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr std::int64_t kSequenceLength = 256, kFewestTokens = 16;

Result<at::Tensor> probeSequences(const ModelFiles& files, const Job& job)
{
    const auto tokenizer = Tokenizer::open(files);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    const std::string text = job.text("probe");
    const bool isBuiltin = text.empty() || text == kBuiltinProbe;
    const auto ids = isBuiltin ? Result<std::vector<std::int32_t>>(tokenizer->encode(builtinProbeText()))
                               : readTextTokens(text, *tokenizer);
    if (!ids) return std::unexpected(ids.error());
    const auto available = static_cast<std::int64_t>(ids->size());
    if (available < kFewestTokens)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: {} tokens, at least {} were expected of a probe text", text, available,
                                kFewestTokens),
                    "Name a longer text with --probe, or --probe builtin.");
    if (auto fits = checkVocabulary(files, *ids); !fits) return std::unexpected(fits.error());
    const std::int64_t tokens = job.integer("probe_tokens"),
                       length = std::min({kSequenceLength, tokens, available, files.config().maxPositions});
    return spreadSequences(*ids, length, tokens / length);
}

Result<nlohmann::json> probe(const ModelFiles& files, const ModelFiles* original,
                             const LayerInspection& layer, const Job& job, JobObserver& observer)
{
    auto sequences = probeSequences(files, job);
    if (!sequences) return std::unexpected(sequences.error());
    const LoadOptions options = loadOptions(job, /*frozen=*/true);
    auto found = probeLayer(files, original, layer, *sequences, options, observer);
    if (!found) return found;
    const std::string text = job.text("probe");
    (*found)["text"] = text.empty() ? kBuiltinProbe : text;
    (*found)["tokens"] = sequences->numel();
    (*found)["sequence_length"] = sequences->size(1);
    (*found)["dtype"] = dtypeName(options.dtype);
    return found;
}

} // namespace

Result<nlohmann::json> inspectLayer(const Job& job, JobObserver& observer)
{
    const auto files = ModelFiles::open(job.text("model"));
    if (!files) return std::unexpected(files.error());
    const auto layer = inspectLayer(*files, job.text("layer"));
    if (!layer) return std::unexpected(layer.error());
    nlohmann::json json = inspectionJson(*layer);
    if (layer->isDense()) return json;
    std::optional<ModelFiles> original;
    if (job.has("original")) {
        auto opened = ModelFiles::open(job.text("original"));
        if (!opened) return std::unexpected(opened.error());
        original = std::move(*opened);
        const auto errors = weightErrors(*layer, *original);
        if (!errors) return std::unexpected(errors.error());
        json["original"] = job.text("original");
        json["weight_error"] = *errors;
    }
    if (job.text("probe") == kNoProbe) return json;
    auto probed = probe(*files, original ? &*original : nullptr, *layer, job, observer);
    if (!probed) return probed;
    json["probe"] = std::move(*probed);
    return json;
}

} // namespace boolab
