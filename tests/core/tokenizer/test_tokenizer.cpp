// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/tokenizer.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace boolab;
using nlohmann::json;
using Ids = std::vector<std::int32_t>;

namespace
{

json readData(const char* name)
{
    return json::parse(std::ifstream(std::filesystem::path(BOOLAB_TEST_DATA) / name));
}

/// A byte-level tokenizer of ten tokens: a b c space(Ġ) ab abc é's two bytes, <e> (special), <w>.
json smallTokenizer()
{
    return readData("small_tokenizer.json");
}

class Folder
{
public:
    void write(const char* name, const std::string& text) const { std::ofstream(path() / name) << text; }
    std::filesystem::path path() const { return m_folder.path().toStdString(); }
    Result<Tokenizer> open() const { return Tokenizer::fromJsonFile(path() / "tokenizer.json"); }
    Result<Tokenizer> openWith(const json& value) const
    {
        write("tokenizer.json", value.dump());
        return open();
    }

private:
    QTemporaryDir m_folder;
};

void expectError(const Result<Tokenizer>& result, const char* part)
{
    QVERIFY(!result.has_value());
    QVERIFY2(result.error().message.find(part) != std::string::npos, result.error().message.c_str());
    QVERIFY2(result.error().message.find("tokenizer") != std::string::npos, result.error().message.c_str());
    QVERIFY(!result.error().hint.empty());
}

} // namespace

class TestTokenizer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mergesByRankAndFindsAddedTokens()
    {
        const Folder folder;
        const auto tokenizer = folder.openWith(smallTokenizer());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        QCOMPARE(tokenizer->encode("abcab"), (Ids{5, 4}));
        QCOMPARE(tokenizer->encode("a<e>b"), (Ids{0, 8, 1}));
        QCOMPARE(tokenizer->encode("a  <w>  b"), (Ids{0, 9, 1})); // lstrip and rstrip eat the spaces
        QCOMPARE(tokenizer->encode("a<w>"), (Ids{0})); // no single word; its bytes are not in the vocabulary
        QCOMPARE(tokenizer->encode(""), Ids{});
        QCOMPARE(tokenizer->vocabSize(), 10);
        QCOMPARE(tokenizer->tokenId("<w>"), std::optional(9));
        QVERIFY(tokenizer->isSpecial(8) && !tokenizer->isSpecial(9) && !tokenizer->isSpecial(-1));
    }

    void decodesBytesAcrossTokens()
    {
        const Folder folder;
        const auto tokenizer = folder.openWith(smallTokenizer());
        QVERIFY(tokenizer.has_value());
        QCOMPARE(tokenizer->tokenBytes(6), std::string("\xC3"));
        QCOMPARE(tokenizer->tokenBytes(3), std::string(" "));
        QCOMPARE(tokenizer->decode(Ids{6, 7}), std::string("é"));
        QCOMPARE(tokenizer->decode(Ids{6, 0, 7}), std::string("\uFFFDa\uFFFD"));
        QCOMPARE(tokenizer->decode(Ids{0, 8, 1, 4711, -1}), std::string("a<e>b"));
        QCOMPARE(tokenizer->decode(Ids{0, 8, 1}, true), std::string("ab"));
    }

    void readsTheFilesBesideIt()
    {
        const Folder folder;
        folder.write(
            "tokenizer_config.json",
            QString("{'bos_token': {'content': 'a'}, 'eos_token': '<e>', 'chat_template': [{'name': "
                    "'tool_use', 'template': 'no'}, {'name': 'default', 'template': '{{ bos_token }}!'}]}")
                .replace('\'', '"')
                .toStdString());
        folder.write("generation_config.json",
                     QString("{'eos_token_id': [8, 2, 999]}").replace('\'', '"').toStdString());
        const auto tokenizer = folder.openWith(smallTokenizer());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        QCOMPARE(tokenizer->bosId(), std::optional(0));
        QCOMPARE(tokenizer->eosIds(), (Ids{8, 2}));
        QCOMPARE(tokenizer->applyChatTemplate({}).value(), std::string("a!"));
        folder.write("chat_template.jinja", "file");
        QCOMPARE(folder.open()->applyChatTemplate({}).value(), std::string("file"));
    }

    void saysThatABaseModelHasNoChatTemplate()
    {
        const Folder folder;
        const auto tokenizer = folder.openWith(smallTokenizer());
        QVERIFY(tokenizer.has_value() && !tokenizer->hasChatTemplate());
        QVERIFY(!tokenizer->applyChatTemplate({}).has_value());
    }

    void invalidBytesBecomeReplacementCharacters()
    {
        auto value = smallTokenizer();
        value["model"]["vocab"] = {{"ï", 0}, {"¿", 1}, {"½", 2}, {"a", 3}};
        value["model"]["merges"] = json::array();
        value["added_tokens"] = json::array();
        const Folder folder;
        const auto tokenizer = folder.openWith(value);
        QVERIFY(tokenizer.has_value());
        QCOMPARE(tokenizer->encode("a\xFF"), (Ids{3, 0, 1, 2}));
        QCOMPARE(tokenizer->encode("\xE2\x82"), (Ids{0, 1, 2})); // one maximal part, one replacement
        QCOMPARE(tokenizer->encode("\xED\xA0\x80").size(), std::size_t{9});
    }

    void longRunsTakeLinearTime_data()
    {
        QTest::addColumn<QString>("unit");
        for (const auto* unit : {" ", "a", "\n", "ab", " \n", "'", "é", "\t x"})
            QTest::newRow(unit) << unit;
    }

    void longRunsTakeLinearTime()
    {
        QFETCH(QString, unit);
        auto value = smallTokenizer();
        value["pre_tokenizer"] = readData("llama3_pre_tokenizer.json");
        const Folder folder;
        const auto tokenizer = folder.openWith(value);
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        const auto text = unit.repeated(400000).toStdString();
        QElapsedTimer timer;
        timer.start();
        tokenizer->encode(text);
        QVERIFY2(timer.elapsed() < 3000, qPrintable(QString("%1 ms").arg(timer.elapsed())));
    }

    void rejectsAMissingFile()
    {
        expectError(Tokenizer::fromJsonFile("/nonexistent/tokenizer.json"), "no such file");
    }

    void rejectsBrokenFiles_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("cut short") << "{'model': {'type'"
                                   << "not valid JSON";
        QTest::newRow("no model") << "{}"
                                  << "model";
        QTest::newRow("no vocabulary") << "{'model': {'type': 'BPE', 'merges': []}}"
                                       << "vocab";
        QTest::newRow("no merges") << "{'model': {'type': 'BPE', 'vocab': {'a': 0}}}"
                                   << "merges";
        QTest::newRow("negative id") << "{'model': {'type': 'BPE', 'vocab': {'a': -1}, 'merges': []}}"
                                     << "-1";
        QTest::newRow("merge of unknown tokens")
            << "{'model': {'type': 'BPE', 'vocab': {'a': 0}, 'merges': ['a b']}}"
            << "a b";
        QTest::newRow("merge of one token")
            << "{'model': {'type': 'BPE', 'vocab': {'a': 0}, 'merges': ['a']}}"
            << "two tokens";
        QTest::newRow("wrong type") << "{'model': {'type': 'BPE', 'vocab': {'a': 0}, 'merges': []}, "
                                       "'pre_tokenizer': {'type': 'Digits', 'individual_digits': 'yes'}}"
                                    << "wrong type";
        QTest::newRow("broken pattern")
            << "{'model': {'type': 'BPE', 'vocab': {'a': 0}, 'merges': []}, 'pre_tokenizer': {'type': "
               "'Split', 'pattern': {'Regex': '('}, 'behavior': 'Isolated'}}"
            << "does not compile";
    }

    void rejectsBrokenFiles()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const Folder folder;
        folder.write("tokenizer.json", text.replace('\'', '"').toStdString());
        const auto result = folder.open();
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().code, ErrorCode::BadInput);
        QVERIFY2(result.error().message.find(part.toStdString()) != std::string::npos,
                 result.error().message.c_str());
    }

    void namesUnsupportedComponents_data()
    {
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("component");
        QTest::addColumn<QString>("part");
        QTest::newRow("model") << "model"
                               << "{'type': 'Unigram', 'vocab': []}"
                               << "Unigram";
        QTest::newRow("dropout") << "model"
                                 << "{'type': 'BPE', 'dropout': 0.1, 'vocab': {'a': 0}, 'merges': []}"
                                 << "dropout";
        QTest::newRow("normalizer") << "normalizer"
                                    << "{'type': 'Precompiled'}"
                                    << "Precompiled";
        QTest::newRow("pre-tokenizer") << "pre_tokenizer"
                                       << "{'type': 'UnicodeScripts'}"
                                       << "UnicodeScripts";
        QTest::newRow("Metaspace") << "pre_tokenizer"
                                   << "{'type': 'Metaspace', 'prepend_scheme': 'odd'}"
                                   << "prepend_scheme odd";
        QTest::newRow("post-processor") << "post_processor"
                                        << "{'type': 'Odd'}"
                                        << "Odd";
        QTest::newRow("decoder") << "decoder"
                                 << "{'type': 'WordPiece'}"
                                 << "WordPiece";
        QTest::newRow("pattern")
            << "pre_tokenizer"
            << "{'type': 'Split', 'pattern': {'Regex': '[a-z&&[b]]'}, 'behavior': 'Isolated'}"
            << "intersection";
    }

    void namesUnsupportedComponents()
    {
        QFETCH(QString, place);
        QFETCH(QString, component);
        QFETCH(QString, part);
        auto value = smallTokenizer();
        value[place.toStdString()] = json::parse(component.replace('\'', '"').toStdString());
        const Folder folder;
        const auto result = folder.openWith(value);
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().code, ErrorCode::Unsupported);
        expectError(result, part.toStdString().c_str());
    }
};

QTEST_GUILESS_MAIN(TestTokenizer)
#include "test_tokenizer.moc"
