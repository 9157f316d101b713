// SPDX-License-Identifier: Apache-2.0
// What a probe text brings out of a layer, against transformers (tests/golden/make_inspect_golden.py).
#include "core/evaluate/probe_layer.h"
#include "job_helpers.h"

#include <QTemporaryDir>
#include <fstream>

using namespace boolab;

namespace
{

const std::string kData = BOOLAB_SOURCE_DIR "/tests/core/inspect/data";
const std::string kOther = BOOLAB_SOURCE_DIR "/tests/engine/data/llama/plain";

nlohmann::json golden()
{
    std::ifstream file(kData + "/golden.json");
    return nlohmann::json::parse(file);
}

at::Tensor sequences()
{
    const auto rows = golden()["ids"].get<std::vector<std::vector<std::int64_t>>>();
    std::vector<at::Tensor> parts;
    for (const auto& row : rows)
        parts.push_back(at::tensor(row));
    return at::stack(parts);
}

/// The engine computes in float32, the oracle's model too; its sums in float64.
void compare(const nlohmann::json& got, const nlohmann::json& expected)
{
    const auto g = got.get<std::vector<double>>(), e = expected.get<std::vector<double>>();
    QCOMPARE(g.size(), e.size());
    for (std::size_t i = 0; i < g.size(); ++i)
        QVERIFY2(std::abs(g[i] - e[i]) < 2e-5,
                 qPrintable(QString("%1 against %2").arg(g[i], 0, 'g', 9).arg(e[i], 0, 'g', 9)));
}

} // namespace

class TestProbeLayer : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    void write(const char* name, const QByteArray& text) const
    {
        QFile file(path(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size()) qFatal("cannot write");
    }

    Result<nlohmann::json> inspect(const nlohmann::json& more) const
    {
        nlohmann::json json = {{"kind", "inspect"},
                               {"model", path("boolean").toStdString()},
                               {"layer", "1.mlp.down_proj"},
                               {"dtype", "float32"}};
        json.update(more);
        SilentObserver silent;
        return runJob(makeJob(json), silent);
    }

private Q_SLOTS:
    /// The golden model with the tokenizer of its source.
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkdir("boolean"));
        const QString source = QString::fromStdString(kData + "/boolean/"), tiny = BOOLAB_TINY_MODEL "/";
        for (const QString& file : {source + "config.json", source + "model.safetensors",
                                    tiny + "tokenizer.json", tiny + "tokenizer_config.json"})
            QVERIFY(QFile::copy(file, path("boolean") + "/" + QFileInfo(file).fileName()));
    }

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
        const auto files = ModelFiles::open(kData + "/boolean"),
                   original = ModelFiles::open(BOOLAB_TINY_MODEL);
        QVERIFY(files && original);
        const auto inspected = inspectLayer(*files, layer.toStdString());
        SilentObserver silent;
        const auto probe = probeLayer(*files, &*original, *inspected, sequences(), {}, silent);
        QVERIFY2(probe, probe ? "" : probe.error().text().c_str());
        const auto expected = golden()["layers"][layer.toStdString()];
        for (const char* figures : {"output_error", "output_error_in_model", "output_rms"})
            compare((*probe)[figures], expected[figures]);
        for (std::size_t k = 0; k < 3; ++k)
            compare((*probe)["correlation"][k], expected["correlation"][k]);
    }

    void withoutAnOriginalTheKernelsAreStillRelated()
    {
        const auto files = ModelFiles::open(kData + "/boolean");
        const std::string layer = "model.layers.1.self_attn.o_proj";
        SilentObserver silent;
        const auto probe = probeLayer(*files, nullptr, *inspectLayer(*files, layer), sequences(), {}, silent);
        QVERIFY2(probe, probe ? "" : probe.error().text().c_str());
        QVERIFY(!probe->contains("output_error"));
        compare((*probe)["correlation"][0], golden()["layers"][layer]["correlation"][0]);
    }

    void aJobHoldsFilesAndProbe()
    {
        const auto result = inspect({{"original", BOOLAB_TINY_MODEL}});
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        QCOMPARE((*result)["layer"].get<std::string>(), std::string("model.layers.1.mlp.down_proj"));
        QCOMPARE((*result)["weight_error"].size(), 3U);
        QCOMPARE((*result)["probe"]["text"].get<std::string>(), std::string("builtin"));
        QVERIFY((*result)["probe"]["tokens"].get<int>() >= 512);
        QCOMPARE((*result)["probe"]["output_error"].size(), 3U);
        QVERIFY(!(*inspect({{"probe", "none"}})).contains("probe"));
    }

    void badInputIsNamed_data()
    {
        QTest::addColumn<QString>("more");
        QTest::addColumn<QString>("message");
        write("short.txt", "Two words");
        write("empty.txt", "");
        const QString tiny = BOOLAB_TINY_MODEL;
        const auto row = [&](const char* name, const char* key, const QString& value, const char* message) {
            QTest::newRow(name) << QStringLiteral("{\"%1\": \"%2\"}").arg(QLatin1String(key), value)
                                << message;
        };
        row("unknown layer", "layer", "1.mlp.donw_proj", "has no linear layer");
        row("short text", "probe", path("short.txt"), "at least 16 were expected");
        row("empty text", "probe", path("empty.txt"), "is empty");
        row("no text", "probe", path("absent.txt"), "absent.txt");
        row("no original", "original", path("absent"), "there is no such file or folder");
        row("other shape", "original", QString::fromStdString(kOther), "expected 64 x 96");
        row("Boolean original", "original", path("boolean"), "is Boolean");
    }
    void badInputIsNamed()
    {
        QFETCH(QString, more);
        QFETCH(QString, message);
        const auto result = inspect(nlohmann::json::parse(more.toStdString()));
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::BadInput);
        QVERIFY2(result.error().message.find(message.toStdString()) != std::string::npos,
                 result.error().message.c_str());
    }

    void aTokenizerOfAnotherModelIsRefused()
    {
        // The letter e, which every text has, becomes a token beyond the 384 of the model.
        QFile tokenizer(path("boolean") + "/tokenizer.json");
        QVERIFY(tokenizer.open(QIODevice::ReadOnly));
        auto json = nlohmann::json::parse(tokenizer.readAll().toStdString());
        tokenizer.close();
        const auto whole = json;
        json["model"]["vocab"]["e"] = 900;
        write("boolean/tokenizer.json", QByteArray::fromStdString(json.dump()));
        const auto result = inspect(nlohmann::json::object());
        write("boolean/tokenizer.json", QByteArray::fromStdString(whole.dump()));
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("vocab_size is 384") != std::string::npos,
                 result.error().text().c_str());
    }

    void aStopIsObeyed()
    {
        class Stopping : public SilentObserver
        {
            Command command() override { return Command::Stop; }
        } observer;
        const auto files = ModelFiles::open(kData + "/boolean");
        const auto probe =
            probeLayer(*files, nullptr, *inspectLayer(*files, "0.mlp.up_proj"), sequences(), {}, observer);
        QVERIFY(!probe);
        QVERIFY(probe.error().code == ErrorCode::Stopped);
    }
};

QTEST_GUILESS_MAIN(TestProbeLayer)
#include "test_probe_layer.moc"
