// SPDX-License-Identifier: Apache-2.0
// A whole conversion with --device cuda on the emulated device: the engine's own path, files equal to the
// CPU's.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "tests/engine/job_helpers.h"

using namespace boolab;

namespace
{

const std::string kModel = std::string(BOOLAB_SOURCE_DIR) + "/resources/models/tiny-llama";

QByteArray content(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestConvertEmulated : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("BOOLAB_HOME", m_home.path().toUtf8()); }
    void init() { emulation::device = {}; }

    void filesEqualTheCpus_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<double>("bits");
        QTest::newRow("svid") << QByteArray("svid") << 0.0;
        QTest::newRow("refined") << QByteArray("refined") << 0.0;
        QTest::newRow("calibrated") << QByteArray("calibrated") << 0.0;
        QTest::newRow("refined under a budget") << QByteArray("refined") << 2.5;
    }

    void filesEqualTheCpus()
    {
        QFETCH(QByteArray, method);
        QFETCH(double, bits);
        const QString name = QTest::currentDataTag();
        for (const char* device : {"cpu", "cuda"}) {
            auto json = jobJson(method.toStdString(), device, m_home.filePath(name + device));
            if (bits > 0) {
                json["bits"] = bits;
                json["importance"] = "none";
                json["max_kernels"] = 4;
            } else {
                json["kernels"] = 3;
            }
            SilentObserver observer;
            const auto result = runJob(makeJob(json), observer);
            QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
            // The second device measures for itself.
            QDir(m_home.filePath("cache")).removeRecursively();
        }
        const QByteArray expected = content(m_home.filePath(name + "cpu/model.safetensors"));
        QVERIFY(!expected.isEmpty());
        QVERIFY(content(m_home.filePath(name + "cuda/model.safetensors")) == expected);
    }

    void fullDeviceNamesTheLayerAndLeavesNoModel()
    {
        emulation::device.memoryBytes = 4000;
        SilentObserver observer;
        auto json = jobJson("refined", "cuda", m_home.filePath("full"));
        json["kernels"] = 2;
        const auto result = runJob(makeJob(json), observer);
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().code, ErrorCode::OutOfMemory);
        QVERIFY2(
            result.error().message.find("model.layers.0.self_attn.q_proj: --device cuda: CUDA device 0") == 0,
            result.error().message.c_str());
        QVERIFY(!QFile::exists(m_home.filePath("full")));
    }

private:
    nlohmann::json jobJson(const std::string& method, const std::string& device, const QString& output) const
    {
        const QString text = m_home.filePath("calibration.txt");
        QFile file(text);
        if (file.open(QIODevice::WriteOnly))
            file.write(QByteArray("The quick brown fox jumps over the lazy dog. ").repeated(200));
        nlohmann::json json{{"kind", "convert"},
                            {"model", kModel},
                            {"output", output.toStdString()},
                            {"method", method},
                            {"device", device}};
        if (method == "calibrated") json["calibration"] = text.toStdString();
        return json;
    }

    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(TestConvertEmulated)
#include "test_convert_emulated.moc"
