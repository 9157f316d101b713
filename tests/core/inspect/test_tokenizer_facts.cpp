// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files.h"
#include "core/inspect/tokenizer_facts.h"
#include "tests/core/formats/model_folders.h"

#include <QtTest>

using namespace boolab;

namespace
{

ModelFiles tinyLlama()
{
    auto files = ModelFiles::open(model_folders::tinyLlama());
    if (!files) qFatal("%s", files.error().text().c_str());
    return std::move(*files);
}

Tokenizer tokenizerOf(const ModelFiles& files)
{
    auto tokenizer = Tokenizer::open(files);
    if (!tokenizer) qFatal("%s", tokenizer.error().text().c_str());
    return std::move(*tokenizer);
}

} // namespace

class TestTokenizerFacts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheSpecialTokensAndWhatTheyAreFor()
    {
        const ModelFiles files = tinyLlama();
        const Tokenizer tokenizer = tokenizerOf(files);
        const TokenizerFacts facts = tokenizerFacts(tokenizer, files.config().vocabSize);
        QCOMPARE(facts.vocabulary, tokenizer.vocabSize());
        QCOMPARE(facts.embeddingRows, std::int64_t{384});
        QVERIFY(!facts.specialTokens.empty());
        for (const SpecialToken& token : facts.specialTokens) {
            QVERIFY(tokenizer.isSpecial(token.id));
            QVERIFY(!token.text.empty());
            QCOMPARE(token.roles.find("bos") != std::string::npos, tokenizer.bosId() == token.id);
        }
        QCOMPARE(!facts.chatTemplate.empty(), tokenizer.hasChatTemplate());
        QCOMPARE(toJson(facts)["special_tokens"].size(), facts.specialTokens.size());
    }

    void piecesAreTheTokensOfTheText()
    {
        const Tokenizer tokenizer = tokenizerOf(tinyLlama());
        const std::string text = "The capital\n of France.";
        std::string joined;
        std::vector<std::int32_t> ids;
        for (const TokenPiece& piece : tokenPieces(tokenizer, text, false)) {
            joined += piece.text;
            ids.push_back(piece.id);
            QVERIFY(piece.isWhole && !piece.isSpecial);
        }
        QCOMPARE(joined, text);
        QCOMPARE(ids, tokenizer.encode(text));
    }

    void bytesOfHalfACharacterAreShownAsBytes()
    {
        // A small vocabulary of bytes cuts the emoji apart.
        const auto pieces = tokenPieces(tokenizerOf(tinyLlama()), "🙂", false);
        QVERIFY(pieces.size() > 1);
        for (const TokenPiece& piece : pieces) {
            QVERIFY(!piece.isWhole);
            QVERIFY2(piece.text.front() == '<' && piece.text.back() == '>', piece.text.c_str());
        }
        QCOMPARE(pieces.front().text.substr(0, 4), std::string("<f0>"));
    }

    void theTableOfATerminalTakesOneLinePerToken()
    {
        nlohmann::json json = {{"vocabulary", 384},
                               {"tokens",
                                {{{"id", 7}, {"text", "a\n"}, {"special", false}},
                                 {{"id", 1}, {"text", "<s>"}, {"special", true}}}}};
        const std::string text = tokensText(json);
        QVERIFY2(text.find("\"a\\n\"") != std::string::npos, text.c_str());
        QVERIFY2(text.find("\"<s>\"  special") != std::string::npos, text.c_str());
        QVERIFY2(text.find("2 tokens of a vocabulary of 384: [7, 1]") != std::string::npos, text.c_str());
    }
};

QTEST_GUILESS_MAIN(TestTokenizerFacts)
#include "test_tokenizer_facts.moc"
