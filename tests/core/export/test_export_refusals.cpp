// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/gguf_pre_name.h"
#include "core/tokenizer/gguf_pre_tokenizers.h"
#include "export_fixture.h"

#include <QTest>
#include <limits>
#include <set>

using namespace boolab;
using namespace model_folders;
namespace fs = std::filesystem;

class TestExportRefusals : public QObject
{
    Q_OBJECT

    std::unique_ptr<ExportFixture> m_made;

    /// Nothing but what was there before, not even under another name.
    bool onlyHolds(const std::set<std::string>& names) const
    {
        std::set<std::string> there;
        for (const auto& entry : fs::directory_iterator(m_made->root()))
            there.insert(entry.path().filename().string());
        return there == names;
    }
    static bool refused(const Result<nlohmann::json>& result, ErrorCode code, const std::string& said)
    {
        const bool right =
            !result && result.error().code == code && result.error().text().find(said) != said.npos;
        if (!right) qWarning("%s", result ? "it was exported" : result.error().text().c_str());
        return right;
    }

private Q_SLOTS:
    void init() { m_made = std::make_unique<ExportFixture>(); }

    void anExistingOutputIsKept()
    {
        const fs::path file = m_made->root() / "out.gguf";
        writeFile(file, "precious");
        Job job = m_made->job(tinyLlama(), "gguf", "out.gguf");
        QVERIFY(refused(m_made->run(job), ErrorCode::Usage, "is there already"));
        QCOMPARE(readFile(file), std::string("precious"));
        QVERIFY(onlyHolds({"out.gguf"}));
        QVERIFY(job.set("overwrite", true));
        QVERIFY(m_made->run(job));
        QVERIFY(readFile(file).starts_with("GGUF"));
    }

    void aCardBesideTheFileIsKeptToo()
    {
        writeFile(m_made->root() / "out.README.md", "mine");
        QVERIFY(refused(m_made->run(m_made->job(tinyLlama(), "gguf", "out.gguf")), ErrorCode::Usage,
                        "out.README.md"));
        QVERIFY(onlyHolds({"out.README.md"}));
    }

    void aFolderIsReplacedOnlyWhereItHoldsAModel()
    {
        fs::create_directories(m_made->root() / "thesis");
        writeFile(m_made->root() / "thesis" / "chapter.txt", "years of work");
        for (const char* format : {"safetensors", "gguf"}) {
            Job job = m_made->job(tinyLlama(), format, "thesis");
            QVERIFY(refused(m_made->run(job), ErrorCode::Usage, "is there already"));
            QVERIFY(job.set("overwrite", true));
            QVERIFY(refused(m_made->run(job), ErrorCode::Usage, "something else than a model"));
        }
        Job job = m_made->job(tinyLlama(), "safetensors", "model");
        QVERIFY(m_made->run(job));
        QVERIFY(job.set("overwrite", true));
        QVERIFY(m_made->run(job));
        QVERIFY(onlyHolds({"model", "thesis"}));
    }

    void theSourceIsNeverInTheOutput()
    {
        const fs::path folder = copyOf(tinyLlama(), m_made->root() / "models");
        Job job = m_made->job(folder / "model.safetensors", "safetensors", "models");
        QVERIFY(job.set("overwrite", true));
        QVERIFY(refused(m_made->run(job), ErrorCode::Usage, "lies in the output"));
        QVERIFY(fs::exists(folder / "model.safetensors"));
        job = m_made->job(folder, "safetensors", "models");
        QVERIFY(!job.validate());
    }

    void aFileAndAFolderAreNotTakenForEachOther()
    {
        fs::create_directories(m_made->root() / "x.gguf");
        writeFile(m_made->root() / "file", "");
        QVERIFY(refused(m_made->run(m_made->job(tinyLlama(), "gguf", "x.gguf")), ErrorCode::Usage,
                        "is a folder"));
        QVERIFY(refused(m_made->run(m_made->job(tinyLlama(), "safetensors", "file")), ErrorCode::Usage,
                        "is a file"));
    }

    void optionsMustFitTheFormat()
    {
        QVERIFY(m_made->job("m", "gguf", "o", "q8_0").validate());
        QVERIFY(!m_made->job("m", "safetensors", "o", "q8_0").validate());
        QVERIFY(!m_made->job("m", "mbok", "o", "q8_0").validate());
        QVERIFY(!m_made->job("m", "safetensors", "o.gguf").validate());
    }

    void aDenseModelCannotBecomeBoolean()
    {
        QVERIFY(refused(m_made->run(m_made->job(tinyLlama(), "mbok", "out")), ErrorCode::Unsupported,
                        "Convert it first"));
    }

    void configAndTensorsThatDisagreeAreNamed()
    {
        const fs::path model = m_made->boolean(m_made->withTokenizer("plain"));
        editJson(model / "config.json", [](nlohmann::json& config) {
            config["quantization_config"]["kernel_counts"]["model.layers.0.mlp.up_proj"] = 3;
        });
        for (const char* format : {"mbok", "safetensors", "gguf"})
            QVERIFY(refused(m_made->run(m_made->job(model, format, "out")), ErrorCode::BadInput,
                            "model.layers.0.mlp.up_proj.bool_weight"));
        QVERIFY(!fs::exists(m_made->root() / "out"));
    }

    void anUnknownArchitectureIsNamed()
    {
        const fs::path model = copyOf(tinyLlama(), m_made->root() / "model");
        editJson(model / "config.json", [](nlohmann::json& config) { config["model_type"] = "gemma3"; });
        QVERIFY(
            refused(m_made->run(m_made->job(model, "gguf", "out.gguf")), ErrorCode::Unsupported, "gemma3"));
    }

    void aGgufNeedsATokenizerAndAFolderDoesNot()
    {
        const fs::path model = copyOf(llama("plain"), m_made->root() / "model");
        QVERIFY(refused(m_made->run(m_made->job(model, "gguf", "out.gguf")), ErrorCode::BadInput,
                        "has no tokenizer"));
        const auto dense = m_made->run(m_made->job(model, "safetensors", "out"));
        QVERIFY2(dense, dense ? "" : dense.error().text().c_str());
        QVERIFY(!dense->at("verified")["tokenizer"].get<bool>());
        QVERIFY(readFile(m_made->root() / "out" / "README.md")
                    .find("| tokenizer | none: the source has none |") != std::string::npos);
        const auto ofGguf = m_made->run(m_made->job(
            BOOLAB_SOURCE_DIR "/tests/core/formats/data/llama_gqa_tied.gguf", "safetensors", "from-gguf"));
        QVERIFY2(ofGguf, ofGguf ? "" : ofGguf.error().text().c_str());
    }

    void aPreTokenizerWithoutANameIsNamed()
    {
        const fs::path model = m_made->withTokenizer("plain");
        editJson(model / "tokenizer.json", [](nlohmann::json& tokenizer) {
            tokenizer["pre_tokenizer"] = {{"type", "ByteLevel"}, {"add_prefix_space", true}};
        });
        QVERIFY(refused(m_made->run(m_made->job(model, "gguf", "out.gguf")), ErrorCode::Unsupported,
                        "tokenizer.json"));
        const auto dense = m_made->run(m_made->job(model, "safetensors", "out"));
        QVERIFY2(dense, dense ? "" : dense.error().text().c_str());
    }

    void everyWayToSplitHasItsName()
    {
        for (const char* name :
             {"llama-bpe", "smaug-bpe", "qwen2", "stablelm2", "smollm", "gpt-2", "default"}) {
            const auto parts = ggufPreTokenizer(name, {});
            QVERIFY(parts);
            const nlohmann::json tokenizer = {{"pre_tokenizer", parts->preTokenizer},
                                              {"normalizer", parts->normalizer},
                                              {"model", {{"ignore_merges", parts->ignoreMerges}}}};
            QCOMPARE(ggufPreName(tokenizer).value_or("nothing"), std::string(name));
        }
        QVERIFY(!ggufPreName({{"pre_tokenizer", nullptr}}));
        QVERIFY(!ggufPreName({{"model", "none"}}));
    }

    void valuesBeyondATypeAreRefusedAndNothingStays()
    {
        const fs::path model = m_made->withTokenizer("plain");
        const auto spoil = [&](float value) {
            editSafetensors(model / "model.safetensors", [&](nlohmann::json& header, std::string& data) {
                const std::uint64_t at = header["model.layers.1.mlp.up_proj.weight"]["data_offsets"][0];
                std::memcpy(data.data() + at + 40, &value, sizeof value);
            });
        };
        spoil(1e6f);
        QVERIFY(refused(m_made->run(m_made->job(model, "gguf", "out.gguf", "f16")), ErrorCode::Unsupported,
                        "model.layers.1.mlp.up_proj.weight"));
        QVERIFY(onlyHolds({"plain"}));
        QVERIFY(m_made->run(m_made->job(model, "gguf", "out.gguf", "bf16")));
        spoil(std::numeric_limits<float>::quiet_NaN());
        QVERIFY(refused(m_made->run(m_made->job(model, "gguf", "nan.gguf", "f32")), ErrorCode::BadInput,
                        "not finite"));
    }

    void aStopKeepsNothing()
    {
        class Stopping : public SilentObserver
        {
            Command command() override { return ++m_asked > 3 ? Command::Stop : Command::Continue; }
            int m_asked = 0;
        } stopping;
        QVERIFY(refused(exportModel(m_made->job(tinyLlama(), "gguf", "out.gguf"), stopping),
                        ErrorCode::Stopped, "nothing was kept"));
        QVERIFY(onlyHolds({}));
    }
};

QTEST_GUILESS_MAIN(TestExportRefusals)
#include "test_export_refusals.moc"
