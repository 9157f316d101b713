// SPDX-License-Identifier: Apache-2.0
// The inspection of a layer against float64 arithmetic in Python (tests/golden/make_inspect_golden.py).
#include "core/inspect/find_layer.h"
#include "core/inspect/inspection_json.h"
#include "core/inspect/layer_inspection.h"
#include "core/inspect/probe_text.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <numeric>

using namespace boolab;

namespace
{

const std::string kBoolean = BOOLAB_TEST_DATA "/boolean",
                  kOriginal = BOOLAB_SOURCE_DIR "/resources/models/tiny-llama";
const std::string kOther = BOOLAB_SOURCE_DIR "/tests/engine/data/llama/plain";

nlohmann::json golden()
{
    std::ifstream file(BOOLAB_TEST_DATA "/golden.json");
    return nlohmann::json::parse(file);
}

ModelFiles opened(const std::string& path)
{
    auto files = ModelFiles::open(path);
    if (!files) qFatal("%s", files.error().text().c_str());
    return std::move(*files);
}

/// Float32 sums of a few thousand terms against float64 ones.
bool isNear(double got, double expected)
{
    return std::abs(got - expected) <= 1e-5 * std::max(std::abs(expected), 1e-3);
}

void compareSpread(const ValueSpread& got, const nlohmann::json& expected)
{
    QVERIFY(isNear(got.minimum, expected["minimum"]));
    QVERIFY(isNear(got.maximum, expected["maximum"]));
    QVERIFY(isNear(got.mean, expected["mean"]));
    QVERIFY(isNear(got.deviation, expected["deviation"]));
}

/// A copy of the Boolean folder, to be damaged.
QString copyTo(const QTemporaryDir& folder)
{
    for (const char* file : {"config.json", "model.safetensors"})
        QFile::copy(QString::fromStdString(kBoolean + "/" + file), folder.filePath(QLatin1String(file)));
    return folder.path();
}

} // namespace

class TestLayerInspection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresAreThoseOfTheOracle_data()
    {
        QTest::addColumn<QString>("layer");
        const auto all = golden();
        for (const auto& [name, figures] : all["layers"].items())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    void figuresAreThoseOfTheOracle()
    {
        QFETCH(QString, layer);
        const auto expected = golden()["layers"][layer.toStdString()];
        const auto inspected = inspectLayer(opened(kBoolean), layer.toStdString());
        QVERIFY2(inspected, inspected ? "" : inspected.error().text().c_str());
        QCOMPARE(inspected->outFeatures, expected["out"].get<std::int64_t>());
        QCOMPARE(inspected->inFeatures, expected["in"].get<std::int64_t>());
        QCOMPARE(inspected->kernelCount(), std::int64_t{3});
        QCOMPARE(inspected->dtype, std::string("F16"));
        for (std::size_t k = 0; k < 3; ++k) {
            QCOMPARE(inspected->kernels[k].plusShare, expected["plus_share"][k].get<double>());
            compareSpread(inspected->kernels[k].outSpread, expected["scale_out"][k]);
            compareSpread(inspected->kernels[k].inSpread, expected["scale_in"][k]);
        }
        const auto errors = weightErrors(*inspected, opened(kOriginal));
        QVERIFY2(errors, errors ? "" : errors.error().text().c_str());
        QCOMPARE(errors->size(), 3U);
        for (std::size_t k = 0; k < 3; ++k)
            QVERIFY2(isNear((*errors)[k], expected["weight_error"][k]),
                     qPrintable(QString::number((*errors)[k], 'g', 12)));
    }

    void bitsCountTheScales()
    {
        const auto layer = inspectLayer(opened(kBoolean), "model.layers.0.mlp.up_proj");
        const double weights = 96 * 64, bytes = 3 * (96 * 8 + 2 * (96 + 64));
        QCOMPARE(static_cast<double>(layer->bytes), bytes);
        QCOMPARE(layer->bitsPerWeight, 8 * bytes / weights);
        QVERIFY(layer->modelBitsAll > layer->modelBits);
        const auto json = inspectionJson(*layer);
        QCOMPARE(json["bits_per_weight"].get<double>(), layer->bitsPerWeight);
        QVERIFY(json["model"].contains("bits_per_weight_all") && json["model"].contains("file_bytes"));
        QVERIFY(layerText(json).find("with scales") != std::string::npos);
    }

    void histogramsCountEveryScaleOnce()
    {
        const auto json = inspectionJson(*inspectLayer(opened(kBoolean), "0.mlp.up_proj"));
        for (const char* side : {"scale_out", "scale_in"}) {
            const auto counts = json["per_kernel"][1][side]["histogram"]["counts"].get<std::vector<int>>();
            QCOMPARE(std::accumulate(counts.begin(), counts.end(), 0),
                     side == std::string("scale_out") ? 96 : 64);
        }
    }

    void histogramBinsHoldTheirBounds()
    {
        const std::vector<float> values{0, 0.9F, 1, 2, 4, 5};
        const Histogram histogram = histogramOf(values, 0, 4, 4);
        QCOMPARE(histogram.counts, (std::vector<std::int64_t>{2, 1, 1, 1})); // 4 in the last, 5 outside
        QCOMPARE(histogramOf(values, 1, 1, 3).counts, (std::vector<std::int64_t>{1, 0, 0}));
    }

    void aDenseLayerHasNoKernels()
    {
        const auto layer = inspectLayer(opened(kBoolean), golden()["dense"]);
        QVERIFY2(layer, layer ? "" : layer.error().text().c_str());
        QVERIFY(layer->isDense());
        QCOMPARE(layer->bitsPerWeight, 16.0);
        QVERIFY(layerText(inspectionJson(*layer)).find("stays in full precision") != std::string::npos);
    }

    void theEndOfANameWillDo()
    {
        const auto files = opened(kBoolean);
        QCOMPARE(findLayer(files, "1.self_attn.q_proj")->name,
                 std::string("model.layers.1.self_attn.q_proj"));
        const auto several = findLayer(files, "q_proj");
        QVERIFY(!several);
        QVERIFY2(several.error().text().find("model.layers.0.self_attn.q_proj") != std::string::npos,
                 several.error().text().c_str());
    }

    void anUnknownLayerBringsNearNames_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("hint");
        QTest::newRow("mistyped") << "model.layers.1.self_attn.qproj"
                                  << "\"model.layers.1.self_attn.q_proj\"";
        QTest::newRow("mistyped ending") << "1.mlp.up_porj"
                                         << "\"model.layers.1.mlp.up_proj\"";
        QTest::newRow("no such block") << "model.layers.7.mlp.up_proj"
                                       << "\"model.layers.0.mlp.up_proj\"";
        QTest::newRow("anything") << "lm_head_of_something"
                                  << "\"model.layers.0.self_attn.q_proj\" to";
        QTest::newRow("empty") << ""
                               << "\"model.layers.0.self_attn.q_proj\" to";
    }
    void anUnknownLayerBringsNearNames()
    {
        QFETCH(QString, name);
        QFETCH(QString, hint);
        const auto layer = inspectLayer(opened(kBoolean), name.toStdString());
        QVERIFY(!layer);
        QVERIFY(layer.error().code == ErrorCode::BadInput);
        QVERIFY2(layer.error().hint.find(hint.toStdString()) != std::string::npos,
                 layer.error().hint.c_str());
    }

    void anOriginalOfAnotherShapeIsRefused()
    {
        const auto layer = *inspectLayer(opened(kBoolean), "0.mlp.up_proj");
        const auto errors = weightErrors(layer, opened(kOther));
        QVERIFY(!errors);
        QVERIFY2(errors.error().message.find("is 48 x 32, expected 96 x 64") != std::string::npos,
                 errors.error().message.c_str());
    }

    void aBooleanOriginalIsRefused()
    {
        const auto layer = *inspectLayer(opened(kBoolean), "0.mlp.up_proj");
        const auto errors = weightErrors(layer, opened(kBoolean));
        QVERIFY(!errors);
        QVERIFY2(errors.error().message.find("is Boolean") != std::string::npos,
                 errors.error().message.c_str());
    }

    void aFolderCutShortIsRefused()
    {
        const QTemporaryDir folder;
        QFile weights(copyTo(folder) + "/model.safetensors");
        QVERIFY(weights.resize(weights.size() - 4000));
        const auto files = ModelFiles::open(folder.path().toStdString());
        QVERIFY(!files);
        QVERIFY2(files.error().message.find("model.safetensors") != std::string::npos,
                 files.error().message.c_str());
    }

    void scalesThatAreNoNumbersAreNamed()
    {
        const QTemporaryDir folder;
        const std::string path = copyTo(folder).toStdString();
        std::ptrdiff_t offset = 0;
        {
            const auto files = opened(path);
            const auto* whole = files.bytes(files.tensors().front()).data();
            for (const TensorInfo& tensor : files.tensors()) // the first byte of the data
                whole = std::min(whole, files.bytes(tensor).data());
            std::int64_t all = 0;
            for (const TensorInfo& tensor : files.tensors())
                all += tensor.byteSize;
            offset = QFileInfo(folder.filePath("model.safetensors")).size() - all +
                     (files.bytes(*files.find("model.layers.0.mlp.up_proj.scale_in")).data() - whole);
        }
        QFile weights(folder.filePath("model.safetensors"));
        QVERIFY(weights.open(QIODevice::ReadWrite) && weights.seek(offset + 2 * (64 + 5)));
        QVERIFY(weights.write("\x00\x7e", 2) == 2); // float16 NaN
        weights.close();
        const auto layer = inspectLayer(opened(path), "0.mlp.up_proj");
        QVERIFY(!layer);
        QVERIFY2(layer.error().message.find(
                     "\"model.layers.0.mlp.up_proj.scale_in\" holds nan at row 1, column 5") !=
                     std::string::npos,
                 layer.error().message.c_str());
    }

    void theBuiltinTextIsLongEnoughToProbe() { QVERIFY(builtinProbeText().size() > 2000); }
};

QTEST_GUILESS_MAIN(TestLayerInspection)
#include "test_layer_inspection.moc"
