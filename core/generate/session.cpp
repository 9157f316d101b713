// SPDX-License-Identifier: Apache-2.0
#include "core/generate/session.h"

#include "core/runtime/finite_logits.h"
#include "core/runtime/token_odds.h"
#include "core/runtime/token_sampler.h"
#include "core/tokenizer/tokenizer.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <future>
#include <optional>

namespace boolab
{

namespace
{

constexpr std::size_t kAlternatives = 5; // as WrittenToken says

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// How many leading bytes of `bytes` are whole UTF-8 sequences: a token may end inside one.
std::size_t wholeUtf8(const std::string& bytes)
{
    std::size_t start = bytes.size();
    for (std::size_t back = 1; back <= std::min<std::size_t>(4, bytes.size()); ++back) {
        const auto byte = static_cast<unsigned char>(bytes[bytes.size() - back]);
        if ((byte & 0xC0) == 0x80) continue;
        const std::size_t length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
        if (length > back) start = bytes.size() - back;
        break;
    }
    return start;
}

/// One text as it is written.
class Writing
{
public:
    Writing(const GenerateRequest& request, std::vector<std::int32_t> prompt, std::int64_t limit)
        : m_sampler({request.temperature, request.topK, request.topP, request.seed}),
          m_next(std::move(prompt)), m_limit(limit), m_tellsTokens(request.probabilities)
    {
        m_result.promptTokens = std::ssize(m_next);
        m_result.finishReason = "stopped"; // until it ends by itself
    }

    std::int64_t capacity() const { return m_result.promptTokens + m_limit; }
    void begin() { m_start = std::chrono::steady_clock::now(); }
    /// What the model has not read yet.
    std::span<const std::int32_t> next() const { return m_next; }
    GenerateResult& result() { return m_result; }

    /// Takes a token from the logits behind next(). False once the text has ended.
    template <class Say> bool goOn(std::span<const float> logits, const Tokenizer& tokenizer, const Say& say)
    {
        if (m_result.newTokens == 0) {
            m_result.promptSeconds = secondsSince(m_start);
            begin();
        }
        const std::int32_t token = m_sampler.pick(logits);
        if (m_tellsTokens) m_result.written.push_back(written(token, logits, tokenizer));
        const bool more = write(token, tokenizer, say);
        if (more) return true;
        if (const auto untold = takeUntold(); !untold.empty()) say(WrittenPiece{{}, untold});
        m_result.decodeSeconds = secondsSince(m_start);
        return false;
    }

private:
    template <class Say> bool write(std::int32_t token, const Tokenizer& tokenizer, const Say& say)
    {
        ++m_result.newTokens;
        if (isEnd(token, tokenizer)) {
            m_result.finishReason = "stop";
            return false;
        }
        m_pending += tokenizer.tokenBytes(token);
        const std::size_t whole = wholeUtf8(m_pending);
        const std::string piece = m_pending.substr(0, whole);
        m_pending.erase(0, whole);
        m_result.text += piece;
        if (!piece.empty() && !say(WrittenPiece{piece, takeUntold()})) return false;
        m_next.assign(1, token);
        if (m_result.newTokens < m_limit) return true;
        m_result.finishReason = "length";
        return false;
    }

    static bool isEnd(std::int32_t token, const Tokenizer& tokenizer)
    {
        const auto ends = tokenizer.eosIds();
        return std::ranges::find(ends, token) != ends.end();
    }

    static WrittenToken written(std::int32_t token, std::span<const float> logits, const Tokenizer& tokenizer)
    {
        const TokenOdds odds = oddsOf(logits, token, kAlternatives);
        WrittenToken one{.id = token,
                         .bytes = tokenizer.tokenBytes(token),
                         .isEnd = isEnd(token, tokenizer),
                         .probability = odds.probability,
                         .rank = odds.rank,
                         .alternatives = {}};
        for (const TokenShare& other : odds.likeliest)
            one.alternatives.push_back({other.token, tokenizer.tokenBytes(other.token), other.probability});
        return one;
    }

    /// The tokens of which no piece has told.
    std::span<const WrittenToken> takeUntold()
    {
        const auto untold = std::span<const WrittenToken>(m_result.written).subspan(m_told);
        m_told = m_result.written.size();
        return untold;
    }

    TokenSampler m_sampler;
    std::vector<std::int32_t> m_next;
    std::int64_t m_limit = 0;
    bool m_tellsTokens = false;
    std::size_t m_told = 0; ///< of m_result.written
    std::string m_pending;  ///< bytes that are no whole character yet
    GenerateResult m_result;
    std::chrono::steady_clock::time_point m_start;
};

} // namespace

GenerateRequest requestOf(const Job& job, std::string prompt)
{
    return {.prompt = std::move(prompt),
            .tokens = job.integer("tokens"),
            .temperature = job.real("temperature"),
            .topK = job.integer("top_k"),
            .topP = job.real("top_p"),
            .seed = static_cast<std::uint64_t>(job.integer("seed")),
            .chat = job.on("chat"),
            .probabilities = job.on("probabilities"),
            .place = {}};
}

struct GenerateSession::Impl {
    std::string path; ///< of the model
    Tokenizer tokenizer;
    std::unique_ptr<NextLogits> model;

    Result<Writing> prepare(const GenerateRequest& request) const;
};

GenerateSession::GenerateSession(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
GenerateSession::GenerateSession(GenerateSession&&) noexcept = default;
GenerateSession::~GenerateSession() = default;

Result<GenerateSession> GenerateSession::open(const Job& job, const LogitsOpener& open)
{
    auto files = ModelFiles::open(job.text("model"));
    if (!files) return std::unexpected(files.error());
    // A large vocabulary takes a third of the time to the first token: it is read beside the weights.
    auto reading = std::async(std::launch::async, [&] { return Tokenizer::open(*files); });
    auto model = open(*files, job);
    auto tokenizer = reading.get();
    if (!tokenizer) return std::unexpected(tokenizer.error());
    if (!model) return std::unexpected(model.error());
    return GenerateSession(
        std::make_unique<Impl>(files->path().string(), std::move(*tokenizer), std::move(*model)));
}

Result<Writing> GenerateSession::Impl::prepare(const GenerateRequest& request) const
{
    std::string prompt = request.prompt;
    if (request.chat) {
        auto rendered = tokenizer.applyChatTemplate({{"user", request.prompt}});
        if (!rendered) return std::unexpected(rendered.error());
        prompt = *rendered;
    }
    // A chat template writes its own special tokens.
    auto ids = tokenizer.encode(prompt, /*addSpecialTokens=*/!request.chat);
    if (ids.empty() && tokenizer.bosId()) ids.push_back(*tokenizer.bosId());
    if (ids.empty())
        return fail(ErrorCode::Usage, "The prompt is empty.",
                    "Give at least one character: -p \"Once upon a time\".");

    const ModelConfig& config = model->config();
    if (const auto most = std::ranges::max(ids); most >= config.vocabSize)
        return fail(ErrorCode::BadInput,
                    fmt::format("The tokenizer knows a token {}, the model has {}.", most, config.vocabSize),
                    "Tokenizer and weights are of different models: download or export the model again.");
    const std::int64_t room = config.maxPositions - std::ssize(ids);
    if (room < 1)
        return fail(ErrorCode::Usage,
                    fmt::format("The prompt has {} tokens, the model reads at most {}.", ids.size(),
                                config.maxPositions),
                    "Shorten the prompt.");
    return Writing(request, std::move(ids), std::min(request.tokens, room));
}

Result<std::vector<GenerateResult>> GenerateSession::generateAll(std::span<const GenerateRequest> requests,
                                                                 std::size_t together, const OnPiece& onPiece)
{
    std::vector<Writing> writings;
    for (const GenerateRequest& request : requests) {
        auto writing = m_impl->prepare(request);
        if (!writing) {
            Error error = writing.error();
            if (!request.place.empty()) error.message = request.place + ": " + error.message;
            return std::unexpected(error);
        }
        writings.push_back(std::move(*writing));
    }
    NextLogits& model = *m_impl->model;
    const auto V = static_cast<std::size_t>(model.config().vocabSize);
    std::vector<std::optional<std::size_t>> places(std::max<std::size_t>(together, 1)); // whose text
    std::size_t begun = 0;
    bool stopped = false;
    while (!stopped) {
        std::vector<TextPiece> pieces;
        for (std::size_t place = 0; place < places.size(); ++place) {
            if (!places[place] && begun < writings.size()) {
                places[place] = begun++;
                model.begin(place, writings[*places[place]].capacity());
                writings[*places[place]].begin();
            }
            if (places[place]) pieces.push_back({place, writings[*places[place]].next()});
        }
        if (pieces.empty()) break;
        const std::span<const float> logits = model.after(pieces);
        if (auto finite = checkFinite(logits, m_impl->path); !finite) return std::unexpected(finite.error());
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            std::optional<std::size_t>& place = places[pieces[i].text];
            const std::size_t request = *place;
            const auto say = [&](const WrittenPiece& piece) { return !(stopped = !onPiece(request, piece)); };
            if (!writings[request].goOn(logits.subspan(i * V, V), m_impl->tokenizer, say)) place.reset();
            if (stopped) break;
        }
    }
    std::vector<GenerateResult> results;
    for (Writing& writing : writings)
        results.push_back(std::move(writing.result()));
    return results;
}

Result<GenerateResult> GenerateSession::generate(const GenerateRequest& request,
                                                 const std::function<bool(const WrittenPiece&)>& onPiece)
{
    auto results = generateAll(
        {&request, 1}, 1, [&](std::size_t /*request*/, const WrittenPiece& piece) { return onPiece(piece); });
    if (!results) return std::unexpected(results.error());
    return std::move(results->front());
}

} // namespace boolab
