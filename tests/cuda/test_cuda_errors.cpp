// SPDX-License-Identifier: Apache-2.0
// What can be wrong with a machine's CUDA devices, on the emulated one.
#include <QtTest>

#include "kernels/cuda/converter.h"

using namespace boolab::kernels;
using namespace boolab::kernels::cuda;

namespace
{

struct Layer {
    Layer(std::int64_t K, std::int64_t M, std::int64_t N)
        : W(std::size_t(M * N), 1.0f), bits(std::size_t(K * M * row_bytes(N))), scaleOut(std::size_t(K * M)),
          scaleIn(std::size_t(K * N)), view{K, M, N, bits.data(), scaleOut.data(), scaleIn.data()}
    {
    }

    std::vector<float> W;
    std::vector<std::uint8_t> bits;
    std::vector<float> scaleOut, scaleIn;
    BoolKernels view;
};

} // namespace

class TestCudaErrors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { emulation::device = {}; }

    void theDeviceIsListed()
    {
        const auto devices = list_devices();
        QVERIFY(devices.has_value());
        QCOMPARE(devices->size(), std::size_t(1));
        QCOMPARE(devices->front().name, std::string("emulated device"));
        QVERIFY(Converter::open(0).has_value());
    }

    void whatIsMissingIsSaid_data()
    {
        QTest::addColumn<int>("devices");
        QTest::addColumn<int>("driver");
        QTest::addColumn<int>("major");
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QByteArray>("message");
        const auto row = [](const char* name, int devices, int driver, int major, int index,
                            Failure::Kind kind, const char* message) {
            QTest::newRow(name) << devices << driver << major << index << int(kind) << QByteArray(message);
        };
        row("no driver", 0, 0, 9, 0, Failure::Kind::NoDriver, "no NVIDIA driver is loaded");
        row("old driver", 1, 12040, 9, 0, Failure::Kind::DriverTooOld,
            "serves CUDA 12.4, this build needs 13.0");
        row("no device", 0, 13000, 9, 0, Failure::Kind::NoDevice, "the NVIDIA driver shows none");
        row("one too far", 2, 13000, 9, 2, Failure::Kind::NoSuchDevice,
            "no CUDA device 2: this machine has 2");
        row("old device", 1, 13000, 7, 0, Failure::Kind::DeviceTooOld,
            "compute capability 7.0, expected 8.0");
    }

    void whatIsMissingIsSaid()
    {
        QFETCH(int, devices);
        QFETCH(int, driver);
        QFETCH(int, major);
        QFETCH(int, index);
        QFETCH(int, kind);
        QFETCH(QByteArray, message);
        emulation::device.count = devices;
        emulation::device.driverVersion = driver;
        emulation::device.major = major;
        const auto opened = Converter::open(index);
        QVERIFY(!opened.has_value());
        QCOMPARE(int(opened.error().kind), kind);
        QVERIFY2(QByteArray::fromStdString(opened.error().message).contains(message),
                 opened.error().message.c_str());
        QVERIFY(!opened.error().hint.empty());
    }

    void fullDeviceSaysWhatIsNeededAndRecovers()
    {
        auto converter = Converter::open(0);
        QVERIFY(converter.has_value());
        Layer layer(2, 300, 400), small(2, 3, 5);
        emulation::device.memoryBytes = 500 * 1000;
        const auto full = (*converter)->svid(layer.W.data(), layer.view, nullptr);
        QVERIFY(!full.has_value());
        QCOMPARE(full.error().kind, Failure::Kind::OutOfMemory);
        QVERIFY2(full.error().message.find("300 x 400 with 2 kernels: about 1 MiB") != std::string::npos,
                 full.error().message.c_str());
        QVERIFY((*converter)->svid(small.W.data(), small.view, nullptr).has_value());
        emulation::device.memoryBytes = 100 * 1000 * 1000;
        QVERIFY((*converter)->svid(layer.W.data(), layer.view, nullptr).has_value());
    }

    void closingGivesTheMemoryBack()
    {
        Layer layer(3, 20, 30);
        {
            auto converter = Converter::open(0);
            QVERIFY((*converter)->refine(layer.W.data(), nullptr, {}, layer.view, nullptr).has_value());
            QVERIFY(emulation::device.usedBytes > 20 * 30 * 4);
        }
        QCOMPARE(emulation::device.usedBytes, std::size_t(0));
    }
};

QTEST_APPLESS_MAIN(TestCudaErrors)
#include "test_cuda_errors.moc"
