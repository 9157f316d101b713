// SPDX-License-Identifier: Apache-2.0
// A whole conversion with --device cuda on the emulated device: the engine's own path, files equal to the
// CPU's.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/evaluate/bench_convert.h"
#include "kernels/isa.h"
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

/// Turns a bit of what one kernel leaves, every time: in the arrays of a size.
class Damage final : public emulation::Observer
{
public:
    Damage(std::string kernel, std::size_t bytes) : m_kernel(std::move(kernel)), m_bytes(bytes)
    {
        emulation::observer = this;
    }
    ~Damage() override { emulation::observer = nullptr; }
    void before(const emulation::Launch& launch) override
    {
        m_hits = launch.kernel.find(m_kernel) != std::string_view::npos;
    }
    void after() override
    {
        if (!m_hits) return;
        for (const auto& [memory, size] : emulation::allocations)
            if (size == m_bytes) memory[size / 2] = static_cast<char>(memory[size / 2] ^ 1);
    }

private:
    std::string m_kernel;
    std::size_t m_bytes;
    bool m_hits = false;
};

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
        emulation::device.memoryBytes = 30000; // enough for the small layer of the check
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

    /// A device that computes otherwise is found before the first layer; the CPU converts, and the user is
    /// told.
    void wrongOpFallsBackToTheCpu_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("kernel");
        QTest::addColumn<int>("bytes"); ///< of the array in which a bit is turned; of a layer 37 x 53, K = 3
        QTest::addColumn<QByteArray>("op");
        QTest::newRow("svid") << QByteArray("svid") << QByteArray("write_scales") << 3 * 37 * 4
                              << QByteArray("svid");
        QTest::newRow("refined") << QByteArray("refined") << QByteArray("sum_solve_chunks") << 3 * 64 * 4
                                 << QByteArray("refine");
        QTest::newRow("calibrated") << QByteArray("calibrated") << QByteArray("sum_solve_chunks")
                                    << 3 * 64 * 4 << QByteArray("refine");
    }

    void wrongOpFallsBackToTheCpu()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, kernel);
        QFETCH(int, bytes);
        QFETCH(QByteArray, op);
        const QString name = QString("wrong ") + QTest::currentDataTag();
        const Damage damage(kernel.toStdString(), static_cast<std::size_t>(bytes));
        for (const char* device : {"cpu", "cuda"}) {
            auto json = jobJson(method.toStdString(), device, m_home.filePath(name + device));
            json["kernels"] = 2;
            RecordingObserver observer;
            const auto result = runJob(makeJob(json), observer);
            QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
            if (device == std::string("cpu")) continue;
            QCOMPARE(observer.warnings.size(), std::size_t{1});
            for (const std::string& part :
                 {std::string("layers are converted on the CPU: --device cuda: CUDA device 0"),
                  "by " + op.toStdString() + " of a small layer differ from the CPU's"})
                QVERIFY2(observer.warnings[0].find(part) != std::string::npos, observer.warnings[0].c_str());
        }
        const QByteArray expected = content(m_home.filePath(name + "cpu/model.safetensors"));
        QVERIFY(!expected.isEmpty());
        QVERIFY(content(m_home.filePath(name + "cuda/model.safetensors")) == expected);
    }

    /// A measurement never falls back.
    void wrongOpEndsABench()
    {
        const Damage damage("write_scales", 3 * 37 * 4);
        SilentObserver observer;
        BenchConvertConfig config;
        config.device = "cuda";
        const auto result = benchConvert(config, observer);
        QVERIFY(!result.has_value());
        QVERIFY2(result.error().message.find("by svid of a small layer differ") != std::string::npos,
                 result.error().message.c_str());
    }

    /// The device has the order of the vector code's sums, whatever the CPU is told to use.
    void scalarLoopsOnTheCpuAreNoDifference()
    {
        QVERIFY(kernels::force_isa("reference"));
        auto json = jobJson("svid", "cuda", m_home.filePath("forced"));
        json["kernels"] = 1;
        RecordingObserver observer;
        const auto result = runJob(makeJob(json), observer);
        QVERIFY(kernels::reference_forced());
        QVERIFY(kernels::force_isa(""));
        QVERIFY2(result.has_value(), result ? "" : result.error().text().c_str());
        QVERIFY2(observer.warnings.empty(), observer.warnings.empty() ? "" : observer.warnings[0].c_str());
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
