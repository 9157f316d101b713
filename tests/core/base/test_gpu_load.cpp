// SPDX-License-Identifier: Apache-2.0
#include "core/base/gpu_load.h"

#include <QtTest>

using boolab::GpuLoad;

class TestGpuLoad : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { qunsetenv("CUDA_VISIBLE_DEVICES"); }

    void theNamedDeviceIsRead_data()
    {
        QTest::addColumn<QByteArray>("visible");
        QTest::addColumn<QString>("device");
        QTest::addColumn<double>("load");
        QTest::newRow("the first") << QByteArray() << "cuda" << 0.0;
        QTest::newRow("by number") << QByteArray() << "cuda:1" << 0.87;
        QTest::newRow("of the visible ones") << QByteArray("1,0") << "cuda" << 0.87;
        QTest::newRow("the last visible one") << QByteArray("0,1") << "cuda:1" << 0.87;
    }

    void theNamedDeviceIsRead()
    {
        QFETCH(QByteArray, visible);
        QFETCH(QString, device);
        QFETCH(double, load);
        if (!visible.isEmpty()) qputenv("CUDA_VISIBLE_DEVICES", visible);
        const auto gpu = GpuLoad::open(device.toStdString());
        QVERIFY(gpu);
        const auto reading = gpu->read();
        QVERIFY(reading);
        QCOMPARE(reading->load, load);
        QCOMPARE(reading->memoryBytes, load > 0 ? 6'000'000'000 : 1'000'000);
    }

    void whatIsNotThereIsNotRead()
    {
        for (const char* device : {"cpu", "cuda:9", "cuda:x", "cuda1", ""})
            QVERIFY2(!GpuLoad::open(device), device);
        qputenv("CUDA_VISIBLE_DEVICES", "1");
        QVERIFY(!GpuLoad::open("cuda:1"));
        qputenv("CUDA_VISIBLE_DEVICES", "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6");
        QVERIFY(!GpuLoad::open("cuda"));
    }

    void aLostDeviceGivesNothing()
    {
        const auto gpu = GpuLoad::open("cuda:2");
        QVERIFY(gpu);
        QVERIFY(!gpu->read());
    }
};

QTEST_GUILESS_MAIN(TestGpuLoad)
#include "test_gpu_load.moc"
