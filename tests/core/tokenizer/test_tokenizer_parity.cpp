// SPDX-License-Identifier: Apache-2.0
// Token ids against Hugging Face `tokenizers` (tests/golden/make_tokenizer_golden.py).
#include "core/base/mapped_file.h"
#include "core/formats/gguf_writer.h"
#include "core/tokenizer/tokenizer.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace boolab;
using nlohmann::json;

namespace
{

const std::filesystem::path kSample =
    std::filesystem::path(BOOLAB_SOURCE_DIR) / "projects/smollm2-135m/models/SmolLM2-135M-Instruct.Q4_1.gguf";

json readData(const std::string& name)
{
    const auto text = readTextFile(std::filesystem::path(BOOLAB_TEST_DATA) / name);
    return text ? json::parse(*text) : json();
}

/// Rows of ids: base64 of LEB128 numbers, each row preceded by its length.
std::vector<std::vector<std::int32_t>> unpack(const std::string& base64)
{
    const auto bytes = QByteArray::fromBase64(QByteArray::fromStdString(base64));
    qsizetype position = 0;
    const auto next = [&] {
        std::uint32_t value = 0;
        for (int shift = 0;; shift += 7) {
            const auto byte = static_cast<std::uint8_t>(bytes[position++]);
            value |= static_cast<std::uint32_t>(byte & 127) << shift;
            if (byte < 128) return value;
        }
    };
    std::vector<std::vector<std::int32_t>> rows;
    while (position < bytes.size()) {
        auto& row = rows.emplace_back(next());
        for (auto& id : row)
            id = static_cast<std::int32_t>(next());
    }
    return rows;
}

QString shown(const std::vector<std::int32_t>& ids)
{
    return QString::fromStdString(json(ids).dump());
}

void compare(const Tokenizer& tokenizer, const json& golden)
{
    const auto lines = readData("lines.json").at("lines").get<std::vector<std::string>>();
    const auto rows = unpack(golden.at("ids").get<std::string>());
    const auto stride = golden.at("stride").get<std::size_t>();
    QCOMPARE(rows.size(), (lines.size() + stride - 1) / stride);
    int wrong = 0;
    QString first;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto ids = tokenizer.encode(lines[i * stride]);
        if (ids == rows[i]) continue;
        if (!wrong++)
            first = QString("line %1 %2: %3, expected %4")
                        .arg(i * stride)
                        .arg(QString::fromStdString(json(lines[i * stride]).dump(-1, ' ', true)), shown(ids),
                             shown(rows[i]));
    }
    QVERIFY2(wrong == 0, qPrintable(QString("%1 lines differ; %2").arg(wrong).arg(first)));
    QCOMPARE(tokenizer.encode("Hello world", true),
             golden.at("with_special").get<std::vector<std::int32_t>>());
    const auto decoded = golden.at("decoded").get<std::vector<std::string>>();
    for (std::size_t i = 0; i < decoded.size(); ++i)
        QCOMPARE(tokenizer.decode(rows.at(12 + 97 * i), true), decoded[i]);
}

void writeSentencePiece(const std::filesystem::path& path, const json& golden)
{
    const GgufMetadata keys = {
        {"general.architecture", std::string("llama")},
        {"tokenizer.ggml.model", std::string("llama")},
        {"tokenizer.ggml.tokens", GgufArray(golden.at("pieces").get<std::vector<std::string>>())},
        {"tokenizer.ggml.scores", GgufArray(golden.at("scores").get<std::vector<double>>())},
        {"tokenizer.ggml.token_type", GgufArray(golden.at("types").get<std::vector<std::int64_t>>())},
        {"tokenizer.ggml.bos_token_id", std::uint64_t{1}},
        {"tokenizer.ggml.eos_token_id", std::uint64_t{2}}};
    auto writer = GgufWriter::create(path, keys, {});
    QVERIFY(writer && writer->finish());
}

} // namespace

class TestTokenizerParity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void idsEqualTokenizers_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto* name :
             {"llama3", "qwen2", "prefix_space", "fallback", "metaspace_first", "metaspace_always"})
            QTest::newRow(name) << name;
    }

    void idsEqualTokenizers()
    {
        QFETCH(QString, name);
        const auto golden = readData(name.toStdString() + ".json");
        QVERIFY(golden.contains("tokenizer"));
        QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "tokenizer.json";
        std::ofstream(path) << golden["tokenizer"].dump();
        const auto tokenizer = Tokenizer::fromJsonFile(path);
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        compare(*tokenizer, golden);
    }

    /// A GGUF of LLaMA 1 and 2 has pieces with scores (tests/golden/make_sentencepiece_golden.py).
    void idsOfAGgufEqualSentencePiece()
    {
        const json golden = readData("sentencepiece.json");
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.gguf";
        writeSentencePiece(path, golden);
        const auto tokenizer = Tokenizer::fromGguf(path);
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        compare(*tokenizer, golden);
        // And the files that a converted model gets.
        std::ofstream(path.parent_path() / "tokenizer.json") << tokenizer->tokenizerJson();
        const auto rebuilt = Tokenizer::fromJsonFile(path.parent_path() / "tokenizer.json");
        QVERIFY2(rebuilt.has_value(), rebuilt ? "" : rebuilt.error().text().c_str());
        compare(*rebuilt, golden);
    }

    void aGgufWithoutScoresIsRefused()
    {
        json golden = readData("sentencepiece.json");
        golden["scores"].erase(0);
        const QTemporaryDir folder;
        const auto path = std::filesystem::path(folder.path().toStdString()) / "model.gguf";
        writeSentencePiece(path, golden);
        const auto tokenizer = Tokenizer::fromGguf(path);
        QVERIFY(!tokenizer);
        QVERIFY2(
            tokenizer.error().message.find("tokenizer.ggml.scores has 699 entries, expected one for each "
                                           "of 700 tokens") != std::string::npos,
            tokenizer.error().message.c_str());
    }

    void sampleModelEqualsTokenizers()
    {
        if (!std::filesystem::exists(kSample)) QSKIP("the sample model is not there; ./run fetches it");
        const auto tokenizer = Tokenizer::fromGguf(kSample);
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().text().c_str());
        compare(*tokenizer, readData("smollm2.json"));
    }

    void rebuiltTokenizerJsonGivesTheSameIds()
    {
        if (!std::filesystem::exists(kSample)) QSKIP("the sample model is not there; ./run fetches it");
        const auto original = Tokenizer::fromGguf(kSample);
        QVERIFY(original.has_value());
        QTemporaryDir folder;
        const auto root = std::filesystem::path(folder.path().toStdString());
        std::ofstream(root / "tokenizer.json") << original->tokenizerJson();
        std::ofstream(root / "tokenizer_config.json") << original->tokenizerConfigJson();
        const auto rebuilt = Tokenizer::fromJsonFile(root / "tokenizer.json");
        QVERIFY2(rebuilt.has_value(), rebuilt ? "" : rebuilt.error().text().c_str());
        compare(*rebuilt, readData("smollm2.json"));
        QCOMPARE(rebuilt->eosIds(), original->eosIds());
        QCOMPARE(rebuilt->bosId(), original->bosId());
        QVERIFY(rebuilt->hasChatTemplate());
        const std::vector<ChatMessage> chat{{"user", "Hi"}};
        QCOMPARE(rebuilt->applyChatTemplate(chat).value(), original->applyChatTemplate(chat).value());
    }
};

QTEST_GUILESS_MAIN(TestTokenizerParity)
#include "test_tokenizer_parity.moc"
