// SPDX-License-Identifier: Apache-2.0
// What a session tells of the tokens that it writes.
#include "core/generate/session.h"
#include "core/runtime/decoder.h"
#include "core/tokenizer/tokenizer.h"

#include <QtTest>
#include <algorithm>
#include <cmath>

using namespace boolab;

namespace
{

constexpr const char* kModel = BOOLAB_SOURCE_DIR "/resources/models/tiny-llama";

Job generateJob()
{
    return Job::fromJson({{"kind", "generate"}, {"model", kModel}, {"prompt", "x"}}, "test").value();
}

Tokenizer tokenizer()
{
    return Tokenizer::open(ModelFiles::open(kModel).value()).value();
}

/// Writes given tokens, each as likely as e^4 to 1.
class Script final : public NextLogits
{
public:
    Script(ModelConfig config, std::vector<std::int32_t> tokens)
        : m_config(std::move(config)), m_tokens(std::move(tokens))
    {
    }
    const ModelConfig& config() const override { return m_config; }
    void begin(std::size_t, std::int64_t) override { m_next = 0; }
    std::span<const float> after(std::span<const TextPiece>) override
    {
        m_logits.assign(static_cast<std::size_t>(m_config.vocabSize), 0.0F);
        m_logits[static_cast<std::size_t>(m_tokens[m_next++ % m_tokens.size()])] = 4.0F;
        return m_logits;
    }

private:
    ModelConfig m_config;
    std::vector<std::int32_t> m_tokens;
    std::vector<float> m_logits;
    std::size_t m_next = 0;
};

GenerateSession writing(const std::vector<std::int32_t>& tokens)
{
    return GenerateSession::open(
               generateJob(),
               [&](const ModelFiles& files, const Job&) -> Result<std::unique_ptr<NextLogits>> {
                   return std::make_unique<Script>(files.config(), tokens);
               })
        .value();
}

struct Piece {
    std::string text;
    std::vector<WrittenToken> tokens;
};

std::vector<Piece> piecesOf(GenerateSession& session, const GenerateRequest& request)
{
    std::vector<Piece> pieces;
    const auto result = session.generate(request, [&](const WrittenPiece& piece) {
        pieces.push_back({piece.text, {piece.tokens.begin(), piece.tokens.end()}});
        return true;
    });
    if (!result) qFatal("%s", result.error().text().c_str());
    return pieces;
}

} // namespace

class TestWrittenTokens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    /// The softmax of the decoder's own logits over the whole text at once, in float64.
    void probabilitiesAreTheDecoders_data()
    {
        QTest::addColumn<double>("temperature");
        QTest::newRow("greedy") << 0.0;
        QTest::newRow("sampled hot") << 1.7;
    }
    void probabilitiesAreTheDecoders()
    {
        QFETCH(double, temperature);
        const Job job = generateJob();
        auto session = GenerateSession::open(job, openDecoderLogits).value();
        const GenerateRequest request{.prompt = "Boolean",
                                      .tokens = 40,
                                      .temperature = temperature,
                                      .topK = 50,
                                      .topP = 0.9,
                                      .seed = 3,
                                      .probabilities = true};
        const auto result = session.generate(request, [](const WrittenPiece&) { return true; });
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QCOMPARE(static_cast<std::int64_t>(result->written.size()), result->newTokens);
        QVERIFY(result->written.size() > 5);

        const auto files = ModelFiles::open(kModel).value();
        auto decoder = Decoder::load(files, {.threads = 1}).value();
        std::vector<std::int32_t> ids = tokenizer().encode("Boolean", true);
        const std::size_t first = ids.size() - 1;
        for (const WrittenToken& token : result->written)
            ids.push_back(token.id);
        KeyValueCache cache = decoder.emptyCache();
        const DecoderInput input{&cache, ids, true};
        const auto logits = decoder.forward({&input, 1});
        const auto V = static_cast<std::size_t>(decoder.config().vocabSize);
        for (std::size_t i = 0; i < result->written.size(); ++i) {
            const WrittenToken& token = result->written[i];
            const auto row = logits.subspan((first + i) * V, V);
            double total = 0;
            for (const float logit : row)
                total += std::exp(static_cast<double>(logit));
            const auto share = [&](std::int32_t id) {
                return std::exp(static_cast<double>(row[static_cast<std::size_t>(id)])) / total;
            };
            // One token at a time and all at once differ by the rounding of their activations.
            QVERIFY2(std::abs(token.probability - share(token.id)) < 2e-3 * share(token.id),
                     qPrintable(QStringLiteral("token %1: %2, expected %3")
                                    .arg(i)
                                    .arg(token.probability)
                                    .arg(share(token.id))));
            QCOMPARE(token.alternatives.size(), std::size_t{5});
            const auto most = static_cast<std::int32_t>(std::ranges::max_element(row) - row.begin());
            QVERIFY(std::abs(token.alternatives[0].probability - share(most)) < 2e-3 * share(most));
            if (temperature == 0) QCOMPARE(token.rank, std::int64_t{1});
        }
    }

    void aLetterOfSeveralTokensComesWithAllOfThem()
    {
        const Tokenizer words = tokenizer();
        const auto euro = words.encode("€"), letter = words.encode("a");
        QVERIFY2(euro.size() == 3 && letter.size() == 1,
                 "the sample's tokenizer has no token of its own for €");
        auto session = writing({letter[0], euro[0], euro[1], euro[2], letter[0], words.eosIds()[0]});
        const auto pieces = piecesOf(session, {.prompt = "x", .tokens = 9, .probabilities = true});
        QCOMPARE(pieces.size(), std::size_t{4});
        QCOMPARE(pieces[0].text, std::string("a"));
        QCOMPARE(pieces[1].text, std::string("€"));
        QCOMPARE(pieces[1].tokens.size(), std::size_t{3});
        QCOMPARE(pieces[1].tokens[0].bytes + pieces[1].tokens[1].bytes + pieces[1].tokens[2].bytes,
                 std::string("€"));
        QCOMPARE(pieces[2].tokens.size(), std::size_t{1});
        QCOMPARE(pieces[3].text, std::string());
        QVERIFY(pieces[3].tokens.at(0).isEnd);
        const double V = 384, expected = std::exp(4.0) / (std::exp(4.0) + V - 1);
        for (const Piece& piece : pieces)
            for (const WrittenToken& token : piece.tokens)
                QVERIFY(std::abs(token.probability - expected) < 1e-6);
    }

    void aLetterThatIsCutStillTellsItsTokens()
    {
        const auto euro = tokenizer().encode("€");
        auto session = writing({euro[0], euro[1], euro[2]});
        const auto pieces = piecesOf(session, {.prompt = "x", .tokens = 2, .probabilities = true});
        QCOMPARE(pieces.size(), std::size_t{1});
        QCOMPARE(pieces[0].text, std::string());
        QCOMPARE(pieces[0].tokens.size(), std::size_t{2});
    }

    void withoutProbabilitiesNoTokensAreTold()
    {
        const Tokenizer words = tokenizer();
        auto session = writing({words.encode("a")[0], words.eosIds()[0]});
        const auto pieces = piecesOf(session, {.prompt = "x", .tokens = 9});
        QCOMPARE(pieces.size(), std::size_t{1});
        QVERIFY(pieces[0].tokens.empty());
    }

    void jsonOfATokenThatIsNoWholeLetterCanBePrinted()
    {
        const WrittenToken half{
            .id = 3, .bytes = "\xe2", .isEnd = false, .probability = 0.5, .alternatives = {}};
        const auto json = toJson({&half, 1});
        QVERIFY(!json[0].contains("end"));
        const std::string line = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
        QVERIFY(nlohmann::json::parse(line)[0]["text"] == "\xef\xbf\xbd");
    }
};

QTEST_GUILESS_MAIN(TestWrittenTokens)
#include "test_written_tokens.moc"
