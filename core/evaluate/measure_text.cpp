// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/measure_text.h"

#include "core/engine/text_tokens.h"
#include "core/evaluate/continuation_scorer.h"
#include "core/evaluate/nan_warning.h"
#include "core/tasks/python_text.h"
#include "core/tasks/text_windows.h"
#include "core/tokenizer/first_token.h"

#include <fmt/format.h>
#include <numbers>

namespace boolab
{

namespace
{

struct CutText {
    std::vector<ContinuationTokens> windows;
    std::string protocol;
    std::int64_t documents = 0, words = 0, bytes = 0; ///< of the protocol documents
};

Result<CutText> cutStrided(const Job& job, const Tokenizer& tokenizer)
{
    const std::int64_t length = job.integer("seq_len"), stride = job.integer("stride");
    if (stride > length)
        return fail(ErrorCode::Usage,
                    fmt::format("--stride: {} tokens are more than a window's {}", stride, length),
                    "Windows must follow each other without a gap: use a smaller --stride.");
    auto ids = readTextTokens(job.text("perplexity"), tokenizer);
    if (!ids) return std::unexpected(ids.error());
    return CutText{.windows = stridedWindows(*ids, length, stride),
                   .protocol =
                       fmt::format("strided-{}-{}: no BOS, every token predicted once", length, stride)};
}

Result<CutText> cutDocuments(const Job& job, const Tokenizer& tokenizer)
{
    const std::int64_t length = job.integer("seq_len");
    auto documents = readDocuments(job.text("perplexity"));
    if (!documents) return std::unexpected(documents.error());
    const auto prefix = firstToken(tokenizer);
    if (!prefix)
        return fail(
            ErrorCode::BadInput,
            "--protocol documents: the tokenizer has no token that could stand before a document's first",
            "Use --protocol windows.");
    CutText text{.windows = {},
                 .protocol = fmt::format("documents-{}: each for itself behind {}, windows do not overlap",
                                         length, tokenizer.bosId() ? "BOS" : "EOS")};
    for (const std::string& document : *documents) {
        auto windows = rollingWindows(tokenizer.encode(document), *prefix, length);
        std::ranges::move(windows, std::back_inserter(text.windows));
        ++text.documents;
        text.words += python::words(document);
        text.bytes += static_cast<std::int64_t>(document.size());
    }
    return text;
}

} // namespace

Result<nlohmann::json> measureText(const Job& job, const ModelFiles& files, const Tokenizer& tokenizer,
                                   JobObserver& observer)
{
    observer.phase("reading the text", "tokens");
    auto text = job.text("protocol") == "strided" ? cutStrided(job, tokenizer) : cutDocuments(job, tokenizer);
    if (!text) return std::unexpected(text.error());
    if (job.integer("windows") > 0 && job.integer("windows") < std::ssize(text->windows)) {
        if (text->documents > 0)
            return fail(ErrorCode::Usage, "--windows: --protocol documents measures whole documents",
                        "Leave --windows out, or put fewer documents into the file.");
        text->windows.resize(static_cast<std::size_t>(job.integer("windows")));
    }
    if (text->windows.empty())
        return fail(
            ErrorCode::BadInput,
            fmt::format("{}: fewer than two tokens, there is nothing to predict", job.text("perplexity")),
            "Use a longer text.");
    observer.phase("loading the model", "models");
    auto scorer = openContinuationScorer(files, job);
    if (!scorer) return std::unexpected(scorer.error());

    observer.phase("measuring perplexity", "windows");
    double nll = 0;
    std::int64_t tokens = 0, done = 0;
    const std::int64_t count = std::ssize(text->windows);
    for (const ContinuationTokens& window : text->windows) {
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped, fmt::format("Stopped after {} of {} windows.", done, count));
        const ContinuationTokens* const one = &window;
        const double own = -(*scorer)->score({&one, 1}).front().logLikelihood;
        nll += own;
        tokens += std::ssize(window.targets);
        ++done;
        observer.metric(done, "nll", own / static_cast<double>(window.targets.size()));
        observer.metric(done, "perplexity", perplexityOf(nll, static_cast<double>(tokens)));
        observer.progress(done, count);
    }
    const double mean = nll / static_cast<double>(tokens);
    nlohmann::json result = {{"perplexity", perplexityOf(nll, static_cast<double>(tokens))},
                             {"nll", mean},
                             {"tokens", tokens},
                             {"windows", count},
                             {"protocol", text->protocol}};
    if (text->documents > 0) {
        result["documents"] = text->documents;
        result["word_perplexity"] = perplexityOf(nll, static_cast<double>(text->words));
        result["byte_perplexity"] = perplexityOf(nll, static_cast<double>(text->bytes));
        result["bits_per_byte"] = nll / static_cast<double>(text->bytes) / std::numbers::ln2;
    }
    return result;
}

} // namespace boolab
