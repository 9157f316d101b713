// SPDX-License-Identifier: Apache-2.0
// Whole trainings through the engine whose Boolean layers work by the CUDA ops on the emulated device: files
// equal to the CPU's. Its memory is the host's, so the CPU's tensors serve as those of the device.
#include "core/boolean/cuda_ops.h"
#include "tests/engine/finetune_fixture.h"

using namespace boolab;

namespace
{

/// Counts launches, and damages the result of one.
class Watcher : public emulation::Observer
{
public:
    Watcher() { emulation::observer = this; }
    ~Watcher() override { emulation::observer = nullptr; }

    void before(const emulation::Launch& launch) override
    {
        ++launches;
        m_now = std::string(launch.kernel);
        readings += m_now.find("gradient_rows") != std::string::npos;
        selections += m_now.find("apply_segments") != std::string::npos;
    }
    void after() override
    {
        if (damaged.empty() || m_now.find(damaged) == std::string::npos) return;
        for (const auto& [memory, size] : emulation::allocations)
            if (size == damagedBytes) memory[size / 2] = static_cast<char>(memory[size / 2] ^ 1);
        damaged.clear();
    }

    int launches = 0, readings = 0, selections = 0;
    std::string damaged;
    std::size_t damagedBytes = 0;

private:
    std::string m_now;
};

const at::Device kHost(at::kCPU);

} // namespace

class TestFinetuneEmulated : public FinetuneFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { makeStudentAndText(); }
    void init() { emulation::device = {}; }
    void cleanup() { setLayerOps(kHost, nullptr); }

    void filesEqualTheCpus_data()
    {
        QTest::addColumn<QByteArray>("changes");
        // Layers whose gradient is read: 14, micro-batches: 12; the first time for the scales and again for
        // the flips, from then on for both at once.
        QTest::addColumn<int>("readings");
        QTest::newRow("last kernel") << QByteArray(R"({})") << 14 * 12 + 14;
        QTest::newRow("all kernels") << QByteArray(R"({"train": "all", "steps": 6})") << 14 * 6 + 2 * 14;
        QTest::newRow("scales only") << QByteArray(R"({"train": "scales", "steps": 3})") << 14 * 3;
        QTest::newRow("micro-batches") << QByteArray(R"({"grad_accum": 2, "steps": 6})") << 14 * 12 + 14;
        // Flips go by a sum of gradients, which is read for itself.
        QTest::newRow("exact accumulation")
            << QByteArray(R"({"grad_accum": 2, "exact_accumulation": true, "steps": 3})") << 14 * 6 + 14 * 3;
        QTest::newRow("bfloat16") << QByteArray(R"({"dtype": "bfloat16", "steps": 6})") << 14 * 6 + 14;
        QTest::newRow("flips on trial") << QByteArray(R"({"trial_every": 2, "steps": 6})") << 14 * 6 + 14;
    }

    void filesEqualTheCpus()
    {
        QFETCH(QByteArray, changes);
        QFETCH(int, readings);
        const QString name = QTest::currentDataTag();
        const auto json = nlohmann::json::parse(changes.toStdString());
        SilentObserver silent;
        const auto expected = runJob(makeJob(job(name, json)), silent);
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        auto ops = openCudaOps(0, kHost);
        QVERIFY2(ops.has_value(), ops ? "" : ops.error().message.c_str());
        setLayerOps(kHost, *ops);
        Watcher watcher;
        const auto actual = runJob(makeJob(job(name + " emulated", json)), silent);
        QVERIFY2(actual, actual ? "" : actual.error().text().c_str());
        const QByteArray file = bytes(path(name) + "/model.safetensors");
        QVERIFY(!file.isEmpty());
        QVERIFY(bytes(path(name + " emulated") + "/model.safetensors") == file);
        QCOMPARE((*actual)["flips"], (*expected)["flips"]);
        QCOMPARE(watcher.readings, readings);
        QCOMPARE(watcher.selections > 0, name != "scales only");
    }

    void fullDeviceEndsTheJobWithAMessage()
    {
        auto ops = openCudaOps(0, kHost);
        QVERIFY(ops.has_value());
        setLayerOps(kHost, *ops);
        emulation::device.memoryBytes = emulation::device.usedBytes;
        SilentObserver silent;
        const auto result = runJob(makeJob(job("full")), silent);
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().code, ErrorCode::OutOfMemory);
        QVERIFY(!QFile::exists(m_folder.filePath("full")));
    }

    void unusableDeviceIsRefused()
    {
        emulation::device.major = 7;
        const auto ops = openCudaOps(0, kHost);
        QVERIFY(!ops.has_value());
        QCOMPARE(ops.error().kind, kernels::cuda::Failure::Kind::DeviceTooOld);
    }

    /// A device that computes otherwise is found before it is used.
    void wrongOpIsRefused_data()
    {
        QTest::addColumn<QByteArray>("kernel");
        QTest::addColumn<int>("bytes"); ///< of the array in which a bit is turned; of a layer 37 x 83, K = 2
                                        ///< (products: 21 x 300)
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("dense") << QByteArray("dense_rows") << 37 * 83 * 4 << QByteArray("the dense weights");
        QTest::newRow("scales") << QByteArray("gradient_rows") << 2 * 37 * 4
                                << QByteArray("the gradients of scaleIn");
        QTest::newRow("moments") << QByteArray("column_moments") << 83 * 4
                                 << QByteArray("the column moments");
        QTest::newRow("products") << QByteArray("gemm_bit_planes<1>") << 21 * 4
                                  << QByteArray("the products (bool_gemm)");
    }

    void wrongOpIsRefused()
    {
        QFETCH(QByteArray, kernel);
        QFETCH(int, bytes);
        QFETCH(QByteArray, message);
        Watcher watcher;
        watcher.damaged = kernel.toStdString();
        watcher.damagedBytes = static_cast<std::size_t>(bytes);
        const auto ops = openCudaOps(0, kHost);
        QVERIFY(!ops.has_value());
        QVERIFY2(ops.error().message.find(message.toStdString() + " of a small layer differ") !=
                     std::string::npos,
                 ops.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestFinetuneEmulated)
#include "test_finetune_emulated.moc"
