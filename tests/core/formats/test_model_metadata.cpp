// SPDX-License-Identifier: Apache-2.0
// What a model's files say besides weights.
#include "core/formats/model_files.h"
#include "tests/core/formats/gguf_builder.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace boolab;

namespace
{

nlohmann::json metadataOf(const std::filesystem::path& model)
{
    const auto files = ModelFiles::open(model);
    if (!files) qFatal("%s", files.error().text().c_str());
    return files->metadata();
}

const nlohmann::json& section(const nlohmann::json& metadata, const std::string& source)
{
    static const nlohmann::json none;
    for (const nlohmann::json& one : metadata)
        if (one["source"] == source) return one["values"];
    return none;
}

} // namespace

class TestModelMetadata : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFolderTellsItsConfigAndTheMetadataOfItsWeights()
    {
        const auto metadata = metadataOf(model_folders::tinyLlama());
        QCOMPARE(section(metadata, "config.json")["hidden_size"], nlohmann::json(64));
        QVERIFY(section(metadata, "config.json").contains("rope_parameters"));
        QCOMPARE(section(metadata, "model.safetensors")["format"], nlohmann::json("pt"));
        QVERIFY(section(metadata, "generation_config.json").is_object());
    }

    void metadataThatIsNoTextIsShownAsItIsWritten()
    {
        const QTemporaryDir folder;
        const auto model =
            model_folders::copyOf(model_folders::tinyLlama(), folder.filePath("m").toStdString());
        editSafetensors(model / "model.safetensors", [](nlohmann::json& header, std::string&) {
            header["__metadata__"] = {{"format", "pt"}, {"steps", 12}, {"note", "größe"}};
        });
        const auto metadata = metadataOf(model);
        const nlohmann::json& values = section(metadata, "model.safetensors");
        QCOMPARE(values["steps"], nlohmann::json("12"));
        QCOMPARE(values["note"], nlohmann::json("größe"));
        editSafetensors(model / "model.safetensors", [](nlohmann::json& header, std::string&) {
            header["__metadata__"] = {1, 2};
        });
        QVERIFY(section(metadataOf(model), "model.safetensors").empty());
    }

    void aBrokenFileBesideTheWeightsIsLeftOut()
    {
        const QTemporaryDir folder;
        const auto model =
            model_folders::copyOf(model_folders::tinyLlama(), folder.filePath("m").toStdString());
        writeFile(model / "generation_config.json", "{");
        QVERIFY(section(metadataOf(model), "generation_config.json").is_null());
    }

    void aGgufTellsItsKeysAndTheStartOfLongLists()
    {
        const QTemporaryDir folder;
        GgufBuilder file;
        TinyLlama tiny;
        tiny.addKeys(file);
        tiny.addTensors(file);
        file.text("general.name", "half a character: \xE2\x96");
        file.key("general.flag", GgufBuilder::Bool, std::uint8_t{1});
        file.array("short.list", GgufBuilder::I32, std::vector<std::int32_t>{1, -2}, 2);
        std::vector<std::string> words(1000);
        for (std::size_t i = 0; i < words.size(); ++i)
            words[i] = "w" + std::to_string(i);
        file.texts("long.list", words);
        const std::string path = folder.filePath("tiny.gguf").toStdString();
        writeFile(path, file.bytes());
        const auto metadata = metadataOf(path);
        const nlohmann::json& keys = section(metadata, "GGUF");
        QCOMPARE(keys["general.architecture"], nlohmann::json("llama"));
        QCOMPARE(keys["llama.block_count"], nlohmann::json(1));
        QCOMPARE(keys["general.flag"], nlohmann::json(true));
        QCOMPARE(keys["short.list"], (nlohmann::json{1, -2}));
        QCOMPARE(keys["long.list"]["length"], nlohmann::json(1000));
        QCOMPARE(keys["long.list"]["first"].size(), std::size_t{16});
        QCOMPARE(keys["long.list"]["first"][2], nlohmann::json("w2"));
        (void)metadata.dump(); // throws where a text is no UTF-8
    }
};

QTEST_GUILESS_MAIN(TestModelMetadata)
#include "test_model_metadata.moc"
