// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_file.h"
#include "core/tokenizer/tokenizer.h"
#include "export_fixture.h"

#include <QTest>
#include <cmath>
#include <set>

using namespace boolab;
using namespace model_folders;
namespace fs = std::filesystem;

class TestExportModel : public QObject
{
    Q_OBJECT

    std::unique_ptr<ExportFixture> m_made;

    static std::set<std::string> namesIn(const fs::path& folder)
    {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder))
            names.insert(entry.path().filename().string());
        return names;
    }
    static double distance(const std::vector<float>& a, const std::vector<float>& b)
    {
        double worst = a.size() == b.size() && !a.empty() ? 0 : INFINITY;
        for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
            worst = std::max(worst, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
        return worst;
    }

private Q_SLOTS:
    void init() { m_made = std::make_unique<ExportFixture>(); }

    void everyFormatComputesTheSame_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<bool>("isBoolean");
        QTest::addColumn<QString>("format");
        for (const char* model :
             {"plain", "biases", "gqa_tied", "head_dim", "linear", "llama3", "odd_width", "yarn"})
            for (const char* format : {"mbok", "safetensors", "gguf"})
                for (const bool isBoolean : {false, true})
                    if (isBoolean || std::string_view(format) != "mbok")
                        QTest::addRow("%s %s %s", model, isBoolean ? "Boolean" : "dense", format)
                            << model << isBoolean << format;
    }
    void everyFormatComputesTheSame()
    {
        QFETCH(QString, model);
        QFETCH(bool, isBoolean);
        QFETCH(QString, format);
        const fs::path dense = m_made->withTokenizer(model.toStdString());
        const fs::path source = isBoolean ? m_made->boolean(dense) : dense;
        const auto result = m_made->run(m_made->job(source, format.toStdString(), "out", "f32"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const fs::path written = result->at("model").get<std::string>();
        QVERIFY2(distance(logitsOf(written), logitsOf(source)) == 0, written.c_str());
        const auto kind = ModelFiles::open(written)->kind();
        QCOMPARE(kind, format == "gguf"   ? ModelKind::Gguf
                       : format == "mbok" ? ModelKind::Boolean
                                          : ModelKind::HuggingFace);
        QCOMPARE(result->at("verified")["relative_error"].get<double>(), 0.0);
        QVERIFY(result->at("verified")["tokenizer"].get<bool>());
        QVERIFY(fs::exists(result->at("card").get<std::string>()));
    }
    static std::vector<float> logitsOf(const fs::path& model) { return ExportFixture::logitsOf(model); }

    void narrowTypesCostWhatTheyMust_data()
    {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("type");
        QTest::addColumn<double>("least");
        QTest::addColumn<double>("most");
        QTest::newRow("safetensors bf16") << "safetensors"
                                          << "bf16" << 1e-4 << 4e-3;
        QTest::newRow("safetensors f16") << "safetensors"
                                         << "f16" << 1e-5 << 5e-4;
        QTest::newRow("gguf f16") << "gguf"
                                  << "f16" << 1e-5 << 5e-4;
        QTest::newRow("gguf bf16") << "gguf"
                                   << "bf16" << 1e-4 << 4e-3;
        QTest::newRow("gguf q8_0") << "gguf"
                                   << "q8_0" << 1e-3 << 1e-2;
    }
    void narrowTypesCostWhatTheyMust()
    {
        QFETCH(QString, format);
        QFETCH(QString, type);
        QFETCH(double, least);
        QFETCH(double, most);
        const fs::path source = m_made->boolean(m_made->withTokenizer("plain"));
        const auto result = m_made->run(m_made->job(source, format.toStdString(), "out", type.toStdString()));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const double error = result->at("verified")["relative_error"];
        QVERIFY2(error > least && error < most, std::to_string(error).c_str());
        QCOMPARE(result->at("bits_per_weight_all").get<double>(),
                 8.0 * result->at("file_bytes").get<double>() / result->at("parameters").get<double>());
    }

    void rowsThatFillNoBlocksStayWiderInQ8_0()
    {
        const fs::path source = m_made->withTokenizer("odd_width");
        const auto result = m_made->run(m_made->job(source, "gguf", "out.gguf", "q8_0"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const auto file = GgufFile::open(m_made->root() / "out.gguf");
        QVERIFY(file);
        for (const GgufTensor& tensor : file->tensors()) {
            const bool fits = tensor.shape.size() == 2 && tensor.shape[1] % 32 == 0;
            QCOMPARE(tensor.dtype, tensor.shape.size() < 2 ? DType::F32 : fits ? DType::Q8_0 : DType::F16);
        }
    }

    void ggufSourcesKeepWhatTheyKnow()
    {
        const fs::path first = m_made->withTokenizer("yarn");
        QVERIFY(m_made->run(m_made->job(first, "gguf", "named.gguf", "f32")));
        const auto again =
            m_made->run(m_made->job(m_made->root() / "named.gguf", "gguf", "again.gguf", "f32"));
        QVERIFY2(again, again ? "" : again.error().text().c_str());
        const auto a = GgufFile::open(m_made->root() / "named.gguf"),
                   b = GgufFile::open(m_made->root() / "again.gguf");
        QVERIFY(a && b);
        QVERIFY(a->metadata() == b->metadata());
        const auto back =
            m_made->run(m_made->job(m_made->root() / "again.gguf", "safetensors", "folder", "f32"));
        QVERIFY2(back, back ? "" : back.error().text().c_str());
        QVERIFY(distance(logitsOf(m_made->root() / "folder"), logitsOf(first)) == 0);
        QVERIFY(Tokenizer::open(*ModelFiles::open(m_made->root() / "folder")));
    }

    void tokensAndTemplateAreInsideTheGguf()
    {
        const auto result = m_made->run(m_made->job(tinyLlama(), "gguf", "tiny.gguf"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const auto file = GgufFile::open(m_made->root() / "tiny.gguf");
        QVERIFY(file);
        QCOMPARE(file->text("tokenizer.ggml.model").value_or(""), std::string("gpt2"));
        QCOMPARE(file->text("tokenizer.ggml.pre").value_or(""), std::string("gpt-2"));
        QCOMPARE(file->texts("tokenizer.ggml.tokens")->size(), std::size_t{384});
        QCOMPARE(file->texts("tokenizer.ggml.tokens")->at(1), std::string("<|start|>"));
        QCOMPARE(file->texts("tokenizer.ggml.tokens")->back(), std::string("[PAD383]"));
        QCOMPARE(file->integers("tokenizer.ggml.token_type")->at(0), std::int64_t{3});
        QCOMPARE(file->integers("tokenizer.ggml.token_type")->at(100), std::int64_t{1});
        QCOMPARE(file->integers("tokenizer.ggml.token_type")->back(), std::int64_t{5});
        QCOMPARE(file->integer("tokenizer.ggml.eos_token_id").value_or(-1), std::int64_t{0});
        QCOMPARE(file->boolean("tokenizer.ggml.add_bos_token").value_or(true), false);
        QVERIFY(file->text("tokenizer.chat_template").value_or("").starts_with("{% for m in messages %}"));
        QVERIFY((namesIn(m_made->root()) ==
                 std::set<std::string>{"tiny.README.md", "tiny.gguf", "tiny.job.json"}));
    }

    void sentencePieceTokenizersAreInsideTheGguf_data()
    {
        QTest::addColumn<bool>("byMetaspace");
        QTest::newRow("normalizer") << false;
        QTest::newRow("Metaspace") << true;
    }
    void sentencePieceTokenizersAreInsideTheGguf()
    {
        QFETCH(bool, byMetaspace);
        const auto folder = m_made->withSentencePiece("plain", byMetaspace);
        const auto result = m_made->run(m_made->job(folder, "gguf", "spm.gguf"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const auto file = GgufFile::open(m_made->root() / "spm.gguf");
        QVERIFY(file);
        QCOMPARE(file->text("tokenizer.ggml.model").value_or(""), std::string("llama"));
        QCOMPARE(file->boolean("tokenizer.ggml.add_space_prefix").value_or(false), true);
        const auto scores = *file->reals("tokenizer.ggml.scores");
        QVERIFY(scores[11] > scores[10] && scores[10] > scores[5]); // "e n" merges before "▁ t"
        const std::vector<std::int64_t> types(file->integers("tokenizer.ggml.token_type")->begin(),
                                              file->integers("tokenizer.ggml.token_type")->begin() + 5);
        QCOMPARE(types, (std::vector<std::int64_t>{2, 3, 3, 6, 1}));
        const auto before = Tokenizer::fromJsonFile(folder / "tokenizer.json"),
                   after = Tokenizer::fromGguf(m_made->root() / "spm.gguf");
        QVERIFY2(before && after, !after ? after.error().text().c_str() : "");
        QCOMPARE(after->encode("  tat").size(), before->encode("  tat").size() + (byMetaspace ? 1u : 0u));
        for (const char* text : {"a ten", "ten bet!", "t  tat", "t\ntea", "z!a"}) {
            QCOMPARE(after->encode(text), before->encode(text));
            QCOMPARE(after->decode(after->encode(text)), before->decode(before->encode(text)));
        }
    }

    void foldersOpenAsTheyAre()
    {
        const auto result = m_made->run(m_made->job(tinyLlama(), "gguf", "folder", "q8_0"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY((namesIn(m_made->root() / "folder") ==
                 std::set<std::string>{"README.md", "job.json", "tiny-llama-Q8_0.gguf"}));
        const auto job = Job::fromFile(m_made->root() / "folder" / "job.json");
        QVERIFY2(job, job ? "" : job.error().text().c_str());
        QCOMPARE(job->text("weight_type"), std::string("q8_0"));
    }

    void booleanModelsStayAsTheyAreStored()
    {
        for (const std::int64_t bits : {16, 8}) {
            const fs::path source = m_made->boolean(tinyLlama(), bits);
            const auto job = m_made->job(source, "mbok", "mbok" + std::to_string(bits));
            const auto result = m_made->run(job);
            QVERIFY2(result, result ? "" : result.error().text().c_str());
            QVERIFY(readFile(source / "model.safetensors") ==
                    readFile(fs::path(job.text("output")) / "model.safetensors"));
            const auto a = nlohmann::json::parse(readFile(source / "config.json"));
            QVERIFY(a == nlohmann::json::parse(readFile(fs::path(job.text("output")) / "config.json")));
        }
    }

    void booleanModelsCanNarrowTheRest()
    {
        const fs::path source = m_made->boolean(tinyLlama());
        const auto result = m_made->run(m_made->job(source, "mbok", "narrow", "bf16"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const auto files = ModelFiles::open(m_made->root() / "narrow");
        QVERIFY(files);
        QCOMPARE(files->find("model.norm.weight")->dtype, DType::BF16);
        QCOMPARE(files->find("model.layers.0.mlp.up_proj.scale_in")->dtype, DType::F16);
    }

    void eightBitEmbeddingsAreExpanded()
    {
        const fs::path source = m_made->boolean(tinyLlama(), 8);
        const auto result = m_made->run(m_made->job(source, "safetensors", "dense", "f32"));
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QVERIFY(distance(logitsOf(m_made->root() / "dense"), logitsOf(source)) == 0);
        QVERIFY(!nlohmann::json::parse(readFile(m_made->root() / "dense" / "config.json"))
                     .contains("quantization_config"));
    }
};

QTEST_GUILESS_MAIN(TestExportModel)
#include "test_export_model.moc"
