// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files.h"
#include "core/tokenizer/tokenizer.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
namespace fs = std::filesystem;

class TestTokenizerOpen : public QObject
{
    Q_OBJECT

    QTemporaryDir m_temporary;

    /// tiny-llama with another number of embedding rows.
    fs::path withVocabulary(std::int64_t size) const
    {
        const auto folder = model_folders::copyOf(
            model_folders::tinyLlama(), fs::path(m_temporary.path().toStdString()) / std::to_string(size));
        editJson(folder / "config.json", [&](auto& json) { json["vocab_size"] = size; });
        editSafetensors(folder / "model.safetensors", [&](auto& header, std::string& data) {
            auto& entry = header["model.embed_tokens.weight"];
            const std::int64_t begin = entry["data_offsets"][0], end = entry["data_offsets"][1];
            const std::int64_t bytes = size * entry["shape"][1].template get<std::int64_t>() * 2;
            data.replace(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin),
                         static_cast<std::size_t>(bytes), '\0');
            for (auto& [name, other] : header.items())
                if (name != "__metadata__" && other["data_offsets"][0] >= end)
                    for (auto& offset : other["data_offsets"])
                        offset = offset.template get<std::int64_t>() + bytes - (end - begin);
            entry["data_offsets"] = {begin, begin + bytes};
            entry["shape"][0] = size;
        });
        return folder;
    }

private Q_SLOTS:
    void takesEosAndBosFromTheConfig()
    {
        const auto model = ModelFiles::open(model_folders::tinyLlama());
        QVERIFY(model);
        const auto tokenizer = Tokenizer::open(*model);
        QVERIFY2(tokenizer, tokenizer ? "" : tokenizer.error().message.c_str());
        const auto eos = tokenizer->eosIds();
        for (const auto id : model->config().eosTokenIds)
            QVERIFY(std::find(eos.begin(), eos.end(), id) != eos.end());
        QVERIFY(tokenizer->bosId().has_value());
    }

    void acceptsRowsThatPadTheVocabulary()
    {
        const auto model = ModelFiles::open(withVocabulary(512));
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QVERIFY(Tokenizer::open(*model));
    }

    void rejectsAModelWithTooFewRows()
    {
        const auto folder = withVocabulary(100);
        const auto model = ModelFiles::open(folder);
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        const auto tokenizer = Tokenizer::open(*model);
        QVERIFY(!tokenizer);
        QCOMPARE(tokenizer.error().code, ErrorCode::BadInput);
        QVERIFY2(tokenizer.error().message.starts_with(folder.string() + ": the tokenizer has ids up to "),
                 tokenizer.error().message.c_str());
        QVERIFY(tokenizer.error().message.ends_with("but the model's vocab_size is 100"));
        QVERIFY(tokenizer.error().hint.find("tokenizer.json and config.json") != std::string::npos);
    }

    void namesAMissingTokenizer()
    {
        const auto folder = withVocabulary(384);
        fs::remove(folder / "tokenizer.json");
        const auto model = ModelFiles::open(folder);
        QVERIFY(model);
        const auto tokenizer = Tokenizer::open(*model);
        QVERIFY(!tokenizer);
        QVERIFY(tokenizer.error().message.starts_with((folder / "tokenizer.json").string()));
    }
};

QTEST_GUILESS_MAIN(TestTokenizerOpen)
#include "test_tokenizer_open.moc"
