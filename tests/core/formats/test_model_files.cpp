// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files.h"
#include "core/formats/safetensors_file.h"
#include "core/formats/safetensors_writer.h"
#include "tests/core/formats/golden_hash.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
using namespace model_folders;
namespace fs = std::filesystem;

class TestModelFiles : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;

    fs::path folder() const { return fs::path(m_temporary->path().toStdString()) / "a model"; }
    fs::path weights() const { return folder() / "model.safetensors"; }
    fs::path config() const { return folder() / "config.json"; }
    fs::path index() const { return folder() / "model.safetensors.index.json"; }

    static std::string messageOf(const fs::path& path)
    {
        const auto model = ModelFiles::open(path);
        return model ? "(opened)" : model.error().message;
    }

    static bool writeShard(const fs::path& path, const SafetensorsFile& file, std::size_t begin,
                           std::size_t end)
    {
        std::vector<PlannedTensor> plan;
        for (std::size_t i = begin; i < end; ++i)
            plan.push_back({file.tensors()[i].name, file.tensors()[i].dtype, file.tensors()[i].shape});
        auto writer = SafetensorsWriter::create(path, plan);
        for (std::size_t i = begin; writer && i < end; ++i)
            if (!writer->writeBytes(file.tensors()[i].bytes)) return false;
        return writer && writer->finish();
    }

    /// The copied model in two shards with their index; the second also gets tensors from `secondFrom` on.
    bool shard(std::size_t firstTo = 9, std::size_t secondFrom = 9) const
    {
        {
            const auto file = SafetensorsFile::open(weights());
            if (!file || !writeShard(folder() / "one.safetensors", *file, 0, firstTo) ||
                !writeShard(folder() / "two.safetensors", *file, secondFrom, file->tensors().size()))
                return false;
            nlohmann::json map;
            for (std::size_t i = 0; i < file->tensors().size(); ++i)
                map[file->tensors()[i].name] = i < firstTo ? "one.safetensors" : "two.safetensors";
            writeFile(index(), nlohmann::json{{"weight_map", map}}.dump());
        }
        return fs::remove(weights());
    }

private Q_SLOTS:
    void init() { m_temporary = std::make_unique<QTemporaryDir>(); }

    void opensEveryFixture_data()
    {
        QTest::addColumn<int>("tensors");
        QTest::addColumn<int>("parameters"); // as torch counts them
        QTest::newRow("plain") << 21 << 23712;
        QTest::newRow("gqa_tied") << 20 << 17568;
        for (const auto& entry : fs::directory_iterator(llama("plain").parent_path()))
            if (const auto name = entry.path().filename().string(); name != "plain" && name != "gqa_tied")
                QTest::newRow(name.c_str()) << 0 << 0;
    }
    void opensEveryFixture()
    {
        QFETCH(int, tensors);
        QFETCH(int, parameters);
        const auto model = ModelFiles::open(llama(QTest::currentDataTag()));
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QCOMPARE(model->kind(), ModelKind::HuggingFace);
        QCOMPARE(model->linearLayers().size(), std::size_t{14});
        QCOMPARE(model->bitsPerWeight(), 32.0);
        QCOMPARE(model->fileBytes(),
                 static_cast<std::int64_t>(fs::file_size(model->folder() / "model.safetensors")));
        QVERIFY(model->bitsPerWeightAll() > 32);
        if (tensors > 0) QCOMPARE(model->tensors().size(), static_cast<std::size_t>(tensors));
        if (parameters > 0) QCOMPARE(model->parameterCount(), parameters);
        for (const TensorInfo& tensor : model->tensors()) {
            QCOMPARE(model->find(tensor.name), &tensor);
            QCOMPARE(tensor.byteSize, 4 * tensor.elementCount());
            std::vector<float> values(static_cast<std::size_t>(tensor.elementCount()));
            QVERIFY(model->readFloat32(tensor, values));
            QCOMPARE(asText(std::as_bytes(std::span(values))), asText(model->bytes(tensor)));
        }
    }

    void listsTheLinearLayersInExecutionOrder()
    {
        const auto model = ModelFiles::open(tinyLlama());
        QVERIFY(model);
        QCOMPARE(model->bitsPerWeight(), 16.0);
        QCOMPARE(model->parameterCount(), 86336);
        const auto layers = model->linearLayers();
        const std::tuple<const char*, int, int> expected[] = {
            {"self_attn.q_proj", 64, 64}, {"self_attn.k_proj", 32, 64}, {"self_attn.v_proj", 32, 64},
            {"self_attn.o_proj", 64, 64}, {"mlp.gate_proj", 96, 64},    {"mlp.up_proj", 96, 64},
            {"mlp.down_proj", 64, 96}};
        for (std::size_t i = 0; i < layers.size(); ++i) {
            const auto& [name, out, in] = expected[i % 7];
            QCOMPARE(layers[i].name, "model.layers." + std::to_string(i / 7) + "." + name);
            QCOMPARE(layers[i].outFeatures, out);
            QCOMPARE(layers[i].inFeatures, in);
            QCOMPARE(layers[i].kernelCount, 0);
            QVERIFY(!model->booleanLayer(layers[i].name));
        }
    }

    void opensASingleFileBesideItsConfig()
    {
        copyOf(llama("plain"), folder());
        const auto model = ModelFiles::open(weights());
        QVERIFY(model);
        QCOMPARE(model->folder(), folder());
        QCOMPARE(model->path(), weights());
        fs::rename(weights(), folder() / "OTHER.SAFETENSORS");
        QVERIFY(ModelFiles::open(folder() / "OTHER.SAFETENSORS"));
        fs::rename(folder() / "OTHER.SAFETENSORS", folder() / "other.safetensors");
        QVERIFY(ModelFiles::open(folder()));
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(QString::fromStdString(folder().string())));
        const auto relative = ModelFiles::open("other.safetensors");
        QVERIFY(QDir::setCurrent(before));
        QVERIFY2(relative, relative ? "" : relative.error().message.c_str());
    }

    void opensAMovedModel()
    {
        auto model = ModelFiles::open(tinyLlama());
        QVERIFY(model);
        const auto moved = std::make_unique<ModelFiles>(std::move(*model));
        QVERIFY(moved->find("model.norm.weight"));
        QCOMPARE(moved->bytes(*moved->find("model.norm.weight")).size(), std::size_t{128});
    }

    void opensShards()
    {
        const auto whole = ModelFiles::open(copyOf(llama("plain"), folder()));
        QVERIFY(whole && shard());
        const auto sharded = ModelFiles::open(folder());
        QVERIFY2(sharded, sharded ? "" : sharded.error().message.c_str());
        QCOMPARE(sharded->parameterCount(), whole->parameterCount());
        QCOMPARE(sharded->fileBytes(),
                 static_cast<std::int64_t>(fs::file_size(folder() / "one.safetensors") +
                                           fs::file_size(folder() / "two.safetensors")));
        for (const TensorInfo& tensor : whole->tensors()) {
            const auto* info = sharded->find(tensor.name);
            QVERIFY(info && info->shape == tensor.shape);
            QCOMPARE(asText(sharded->bytes(*info)), asText(whole->bytes(tensor)));
        }
    }

    void namesAMissingShard()
    {
        copyOf(llama("plain"), folder());
        QVERIFY(shard() && fs::remove(folder() / "two.safetensors"));
        QCOMPARE(messageOf(folder()), folder().string() + ": the shard two.safetensors is missing");
    }

    void rejectsATensorInTwoShards()
    {
        copyOf(llama("plain"), folder());
        QVERIFY(shard(9, 8));
        QVERIFY(messageOf(folder()).find("stands in two shards") != std::string::npos);
    }

    void rejectsAnIndexThatLeadsOut_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"\"../model.safetensors\"", "\"/etc/passwd\"", "\"..\"", "\".\"", "\"\"",
                                 "3", "null", "\"sub/one.safetensors\"", "\"config.json\""})
            QTest::newRow(file) << file;
    }
    void rejectsAnIndexThatLeadsOut()
    {
        QFETCH(QString, file);
        copyOf(llama("plain"), folder());
        fs::copy_file(weights(), folder().parent_path() / "model.safetensors");
        QVERIFY(shard());
        editJson(index(), [&](auto& json) {
            for (auto& entry : json["weight_map"])
                entry = nlohmann::json::parse(file.toStdString());
        });
        QVERIFY(!ModelFiles::open(folder()));
    }

    void rejectsABrokenIndex()
    {
        copyOf(llama("plain"), folder());
        QVERIFY(shard());
        for (const char* text : {"{\"weight_map\": [", "{}", "[]", "{\"weight_map\": 3}"}) {
            writeFile(index(), text);
            QVERIFY2(messageOf(folder()).starts_with(index().string()), text);
        }
    }

    void namesEveryMissingTensor()
    {
        std::vector<std::string> names;
        {
            const auto model = ModelFiles::open(llama("biases"));
            QVERIFY(model);
            for (const TensorInfo& tensor : model->tensors())
                names.push_back(tensor.name);
        }
        for (const std::string& name : names) {
            copyOf(llama("biases"), folder());
            dropTensor(weights(), name);
            QCOMPARE(messageOf(folder()), folder().string() + ": tensor \"" + name + "\" is missing");
        }
    }

    void takesAHeadThatIsNotThereForATiedOne()
    {
        copyOf(llama("plain"), folder());
        dropTensor(weights(), "lm_head.weight");
        QVERIFY(messageOf(folder()).find("\"lm_head.weight\" is missing") != std::string::npos);
        editJson(config(), [](auto& json) { json.erase("tie_word_embeddings"); });
        const auto model = ModelFiles::open(folder());
        QVERIFY(model);
        QVERIFY(model->config().tieWordEmbeddings);
    }

    void rejectsAWrongShape()
    {
        copyOf(llama("plain"), folder());
        editSafetensors(weights(), [](auto& header, auto&) {
            auto& shape = header["model.layers.1.mlp.down_proj.weight"]["shape"];
            shape = {shape[1], shape[0]};
        });
        QVERIFY2(messageOf(folder()).ends_with("tensor \"model.layers.1.mlp.down_proj.weight\" is 48 x 32, "
                                               "expected 32 x 48 from the config"),
                 messageOf(folder()).c_str());
    }

    void rejectsWeightsThatAreIntegers()
    {
        copyOf(llama("plain"), folder());
        editSafetensors(weights(), [](auto& header, auto&) { header["model.norm.weight"]["dtype"] = "I32"; });
        const auto model = ModelFiles::open(folder());
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::Unsupported);
        QVERIFY(model.error().message.find("\"model.norm.weight\" has dtype I32") != std::string::npos);
    }

    void ignoresANullQuantization()
    {
        copyOf(llama("plain"), folder());
        editJson(config(), [](auto& json) { json["quantization_config"] = nullptr; });
        QVERIFY2(ModelFiles::open(folder()), messageOf(folder()).c_str());
    }

    void saysWhatIsNotAModel()
    {
        QCOMPARE(messageOf("/nowhere"), std::string("/nowhere: there is no such file or folder"));
        copyOf(llama("plain"), folder());
        writeFile(folder() / "notes.txt", "x");
        QCOMPARE(messageOf(folder() / "notes.txt"), (folder() / "notes.txt").string() + ": is no model");
        fs::remove(weights());
        QVERIFY(messageOf(folder()).find("has no model.safetensors") != std::string::npos);
        writeFile(folder() / "pytorch_model.bin", "x");
        QVERIFY(ModelFiles::open(folder()).error().hint.find("safetensors") != std::string::npos);
        fs::remove(config());
        QVERIFY(messageOf(folder()).find("no config.json") != std::string::npos);
    }

    void rejectsABrokenConfig()
    {
        copyOf(llama("plain"), folder());
        const std::string deep(200'000, '[');
        for (const std::string& text : {std::string(), std::string("{"), std::string("not json"), deep,
                                        "{\"a\":" + deep + std::string(deep.size(), ']') + "}"}) {
            writeFile(config(), text);
            QVERIFY(messageOf(folder()).starts_with(config().string() + ": "));
        }
    }

    void rejectsABrokenBooleanModel_data()
    {
        QTest::addColumn<QString>("quantization"); // merged into quantization_config
        QTest::addColumn<QString>("message");
        QTest::newRow("other method") << R"({"quant_method": "gptq"})"
                                      << "quant_method \"gptq\" is not supported";
        QTest::newRow("no method") << R"({"quant_method": null})"
                                   << "has no \"quant_method\"";
        QTest::newRow("later version") << R"({"format_version": 2})"
                                       << "format_version is 2";
        QTest::newRow("no version") << R"({"format_version": null})"
                                    << "format_version is null";
        QTest::newRow("no counts") << R"({"kernel_counts": null})"
                                   << "has no \"kernel_counts\"";
        QTest::newRow("unknown layer") << R"({"kernel_counts": {"model.layers.7.mlp.up_proj": 2}})"
                                       << "names \"model.layers.7.mlp.up_proj\"";
        QTest::newRow("no kernels") << R"({"kernel_counts": {"model.layers.0.mlp.up_proj": 0}})"
                                    << "has 0 kernels";
        QTest::newRow("text") << R"({"kernel_counts": {"model.layers.0.mlp.up_proj": "2"}})"
                              << "has \"2\" kernels";
        QTest::newRow("too many") << R"({"kernel_counts": {"model.layers.0.mlp.up_proj": 17}})"
                                  << "has 17 kernels";
        QTest::newRow("bits in words") << R"({"bits_per_weight": "x"})"
                                       << "\"bits_per_weight\" is \"x\", expected a number";
        QTest::newRow("bits below 0") << R"({"bits_per_weight_all": -2})"
                                      << "\"bits_per_weight_all\" is -2";
        QTest::newRow("more than stored")
            << R"({"kernel_counts": {"model.layers.0.mlp.up_proj": 3}})"
            << "\"model.layers.0.mlp.up_proj.bool_weight\" has shape [2, 50, 5], expected [3, 50, 5]";
    }
    void rejectsABrokenBooleanModel()
    {
        QFETCH(QString, quantization);
        QFETCH(QString, message);
        const auto source = ModelFiles::open(llama("odd_width"));
        QVERIFY(source && writeBooleanModel(folder(), *source, contentOf(layersOf(*source, 2))));
        QVERIFY2(ModelFiles::open(folder()), messageOf(folder()).c_str());
        editJson(config(), [&](auto& json) {
            json["quantization_config"].merge_patch(nlohmann::json::parse(quantization.toStdString()));
            for (const char* key : {"quant_method", "format_version", "kernel_counts"})
                if (!json["quantization_config"].contains(key)) json["quantization_config"][key] = nullptr;
        });
        QVERIFY2(QString::fromStdString(messageOf(folder())).contains(message), messageOf(folder()).c_str());
    }

    void namesEveryMissingBooleanTensor()
    {
        const auto source = ModelFiles::open(llama("odd_width"));
        QVERIFY(source);
        const auto layers = layersOf(*source, 1);
        for (const char* part : {".bool_weight", ".scale_out", ".scale_in"}) {
            QVERIFY(writeBooleanModel(folder(), *source, contentOf(layers)));
            dropTensor(weights(), "model.layers.1.mlp.up_proj" + std::string(part));
            QCOMPARE(messageOf(folder()),
                     folder().string() + ": tensor \"model.layers.1.mlp.up_proj" + part + "\" is missing");
        }
        QVERIFY(writeBooleanModel(folder(), *source, contentOf(layers)));
        editSafetensors(weights(), [](auto& header, auto&) {
            header["model.layers.0.mlp.up_proj.bool_weight"]["dtype"] = "I8";
        });
        QVERIFY(messageOf(folder()).ends_with("has dtype I8, expected U8"));
    }

    /// Bits that are cut off are named: in the data alone, with the shape made to fit, and with the file.
    void namesBitsThatAreCutOff()
    {
        const auto source = ModelFiles::open(llama("odd_width"));
        QVERIFY(source);
        const auto layers = layersOf(*source, 2);
        const std::string name = "model.layers.1.mlp.up_proj.bool_weight"; // [2, 50, 5]
        const auto cut = [&](std::size_t bytes) {
            QVERIFY(writeBooleanModel(folder(), *source, contentOf(layers)));
            editSafetensors(weights(), [&](nlohmann::json& header, std::string& data) {
                const auto end = header[name]["data_offsets"][1].get<std::size_t>();
                data.erase(end - bytes, bytes);
                for (auto& [other, entry] : header.items()) {
                    if (other == "__metadata__") continue;
                    for (auto& offset : entry["data_offsets"])
                        if (offset.get<std::size_t>() >= end) offset = offset.get<std::size_t>() - bytes;
                }
            });
        };
        cut(1);
        QVERIFY2(messageOf(folder()).ends_with("tensor \"" + name +
                                               "\" has 499 bytes of data, its dtype and shape need 500"),
                 messageOf(folder()).c_str());
        cut(10);
        editSafetensors(weights(), [&](auto& header, auto&) { header[name]["shape"] = {2, 49, 5}; });
        QVERIFY2(messageOf(folder()).ends_with("tensor \"" + name +
                                               "\" has shape [2, 49, 5], expected [2, 50, 5]"),
                 messageOf(folder()).c_str());
        QVERIFY(writeBooleanModel(folder(), *source, contentOf(layers)));
        std::size_t end = 0;
        editSafetensors(weights(), [&](auto& header, auto&) { end = header[name]["data_offsets"][1]; });
        const std::string file = readFile(weights());
        std::uint64_t header = 0;
        std::memcpy(&header, file.data(), sizeof header);
        writeFile(weights(), file.substr(0, sizeof header + header + end - 1));
        QVERIFY2(messageOf(folder()).find("has data from") != std::string::npos, messageOf(folder()).c_str());
    }

    void opensTheSampleGguf()
    {
        if (!fs::exists(samplePath())) QSKIP("the sample model is not there");
        const auto model = ModelFiles::open(samplePath());
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QCOMPARE(model->kind(), ModelKind::Gguf);
        QCOMPARE(model->parameterCount(), 134'515'008);
        QCOMPARE(model->tensors().size(), std::size_t{272});
        QCOMPARE(model->linearLayers().size(), std::size_t{210});
        QVERIFY(model->config().tieWordEmbeddings);
        for (const char* name :
             {"model.embed_tokens.weight", "model.norm.weight", "model.layers.0.input_layernorm.weight",
              "model.layers.29.mlp.down_proj.weight"})
            QVERIFY2(model->contains(name), name);
        QVERIFY(model->bitsPerWeight() >= 5.0 && model->bitsPerWeight() < 8.5);
        QCOMPARE(model->fileBytes(), static_cast<std::int64_t>(fs::file_size(samplePath())));
    }
};

QTEST_GUILESS_MAIN(TestModelFiles)
#include "test_model_files.moc"
