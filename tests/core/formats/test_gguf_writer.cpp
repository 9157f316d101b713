// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_file.h"
#include "core/formats/gguf_llama.h"
#include "core/formats/gguf_llama_metadata.h"
#include "core/formats/gguf_writer.h"
#include "core/formats/quantize.h"
#include "tests/core/formats/file_helpers.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <numeric>

using namespace boolab;
namespace fs = std::filesystem;

class TestGgufWriter : public QObject
{
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path file() const { return fs::path(m_temporary.path().toStdString()) / "written.gguf"; }

private Q_SLOTS:
    void roundsAsTheGgufPackageDoes_data()
    {
        QTest::addColumn<int>("dtype");
        for (const DType dtype : {DType::F16, DType::BF16, DType::Q8_0})
            QTest::newRow(std::string(nameOf(dtype)).c_str()) << static_cast<int>(dtype);
    }
    void roundsAsTheGgufPackageDoes()
    {
        QFETCH(int, dtype);
        const auto type = static_cast<DType>(dtype);
        const auto golden = GgufFile::open(BOOLAB_TEST_DATA "/quantized.gguf");
        QVERIFY(golden);
        const GgufTensor* values = golden->find("values");
        const GgufTensor* expected = golden->find(nameOf(type));
        QVERIFY(values && expected && expected->dtype == type);
        std::vector<float> floats(values->bytes.size() / sizeof(float));
        std::memcpy(floats.data(), values->bytes.data(), values->bytes.size());
        std::vector<std::byte> bytes;
        QVERIFY(quantize(type, floats, bytes));
        QCOMPARE(asText(bytes).size(), asText(expected->bytes).size());
        for (std::size_t i = 0; i < bytes.size(); ++i)
            QVERIFY2(bytes[i] == expected->bytes[i], std::to_string(i).c_str());
        QVERIFY(roundThrough(type, floats, bytes));
        std::vector<float> read(floats.size());
        QVERIFY(dequantize(type, expected->bytes, read));
        QVERIFY(read == floats);
    }

    void refusesWhatItCannotRound()
    {
        std::vector<std::byte> bytes;
        const std::vector<float> values(33);
        QVERIFY(!quantize(DType::Q8_0, values, bytes));
        QVERIFY(!quantize(DType::Q4_0, std::vector<float>(32), bytes));
    }

    void writesWhatTheReaderReads()
    {
        const GgufMetadata keys = {{"general.architecture", std::string("none")},
                                   {"a.bool", true},
                                   {"a.unsigned", std::uint64_t{7}},
                                   {"a.large", std::uint64_t{1} << 40},
                                   {"a.signed", std::int64_t{-7}},
                                   {"a.small", -(std::int64_t{1} << 40)},
                                   {"a.real", 0.5},
                                   {"a.text", std::string("Größe \0 布尔", 14)},
                                   {"a.empty", std::string()},
                                   {"a.integers", GgufArray(std::vector<std::int64_t>{-1, 2, 3})},
                                   {"a.reals", GgufArray(std::vector<double>{0.25, -1})},
                                   {"a.texts", GgufArray(std::vector<std::string>{"", "Ġthe", "[PAD7]"})}};
        std::vector<float> odd(5), matrix(2 * 64);
        std::iota(odd.begin(), odd.end(), 1.0f);
        std::iota(matrix.begin(), matrix.end(), -60.0f);
        auto writer =
            GgufWriter::create(file(), keys, {{"odd", DType::F32, {5}}, {"matrix", DType::Q8_0, {2, 64}}});
        QVERIFY(writer);
        std::vector<std::byte> bytes;
        QVERIFY(writer->writeBytes(std::as_bytes(std::span(odd))));
        QVERIFY(quantize(DType::Q8_0, std::span(matrix).first(64), bytes));
        QVERIFY(writer->writeBytes(bytes)); // row by row
        QVERIFY(!writer->finish());
        QVERIFY(quantize(DType::Q8_0, std::span(matrix).last(64), bytes));
        QVERIFY(writer->writeBytes(bytes));
        QVERIFY(!writer->writeBytes(bytes));
        QVERIFY(writer->finish());

        const auto read = GgufFile::open(file());
        QVERIFY2(read, read ? "" : read.error().text().c_str());
        QVERIFY(read->metadata() == keys);
        const GgufTensor* tensor = read->find("matrix");
        QVERIFY(tensor && tensor->dtype == DType::Q8_0 &&
                (tensor->shape == std::vector<std::int64_t>{2, 64}));
        QVERIFY(std::ranges::equal(read->find("odd")->bytes, std::as_bytes(std::span(odd))));
        std::vector<float> values(matrix.size());
        QVERIFY(dequantize(DType::Q8_0, tensor->bytes, values));
        for (std::size_t i = 0; i < values.size(); ++i)
            QVERIFY(std::abs(values[i] - matrix[i]) < 0.3f);
    }

    void namesAndRowOrdersGoBothWays()
    {
        for (const char* name : {"token_embd.weight", "output.weight", "blk.0.attn_q.weight",
                                 "blk.31.ffn_down.bias", "blk.7.attn_norm.weight"})
            QCOMPARE(ggufName(*huggingFaceName(name)).value_or("nothing"), std::string(name));
        for (const char* name : {"model.layers.x.mlp.up_proj.weight", "model.layers.1.mlp.weight",
                                 "lm_head.bias", "model.layers.1.mlp.up_proj.scale_in", "model.layers."})
            QVERIFY2(!ggufName(name), name);
        std::vector<float> rows(16 * 3), there(rows.size()), back(rows.size());
        std::iota(rows.begin(), rows.end(), 0.0f);
        permuteRopeRows(rows, there, 16, 3, 2);
        // As convert_hf_to_gguf.py: reshape(heads, 2, width / 2, …).swapaxes(1, 2).
        QCOMPARE(there[1 * 3], rows[4 * 3]);
        QCOMPARE(there[10 * 3], rows[9 * 3]);
        unpermuteRopeRows(there, back, 16, 3, 2);
        QVERIFY(back == rows);
    }

    void saysAConfigAsTheReaderUnderstandsIt()
    {
        ModelConfig config;
        config.vocabSize = 300;
        config.hiddenSize = 48;
        config.intermediateSize = 96;
        config.numLayers = 2;
        config.numHeads = 4;
        config.numKvHeads = 2;
        config.headDim = 16;
        config.maxPositions = 512;
        config.rmsNormEps = 1e-5;
        config.ropeTheta = 50000;
        config.ropeScaling.type = RopeScaling::Type::Yarn;
        config.ropeScaling.factor = 4;
        config.ropeScaling.originalMaxPositions = 128;
        const GgufMetadata keys = ggufLlamaMetadata(config);
        auto writer = GgufWriter::create(file(), keys, {});
        QVERIFY(writer && writer->finish());
        const auto read = GgufFile::open(file());
        QVERIFY(read);
        QCOMPARE(read->integer("llama.attention.key_length").value_or(0), std::int64_t{16});
        QCOMPARE(read->integer("llama.rope.scaling.original_context_length").value_or(0), std::int64_t{128});
        QCOMPARE(read->text("llama.rope.scaling.type").value_or(""), std::string("yarn"));
    }
};

QTEST_GUILESS_MAIN(TestGgufWriter)
#include "test_gguf_writer.moc"
