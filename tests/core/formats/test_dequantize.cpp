// SPDX-License-Identifier: Apache-2.0
#include "core/formats/dequantize.h"
#include "core/formats/dtype.h"
#include "core/formats/gguf_file.h"
#include "tests/core/formats/golden_hash.h"

#include <QElapsedTimer>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

using namespace boolab;

class TestDequantize : public QObject
{
    Q_OBJECT

    static std::int64_t elementsOf(const GgufTensor& tensor)
    {
        const auto layout = layoutOf(tensor.dtype);
        return static_cast<std::int64_t>(tensor.bytes.size()) / layout.blockBytes * layout.blockElements;
    }

private Q_SLOTS:
    void agreesWithGgufInEveryBit_data()
    {
        QTest::addColumn<QString>("type");
        for (const char* type : {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K",
                                 "Q4_K", "Q5_K", "Q6_K"})
            QTest::newRow(type) << type;
    }
    void agreesWithGgufInEveryBit()
    {
        QFETCH(QString, type);
        const auto file = GgufFile::open(BOOLAB_TEST_DATA "/types.gguf");
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        const auto* stored = file->find(type.toStdString());
        const auto* expected = file->find(type.toStdString() + ".expected");
        QVERIFY(stored && expected);
        QCOMPARE(nameOf(stored->dtype), std::string_view(type.toStdString()));
        std::vector<float> values(static_cast<std::size_t>(elementsOf(*stored)));
        QVERIFY(dequantize(stored->dtype, stored->bytes, values));
        QCOMPARE(values.size() * sizeof(float), expected->bytes.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::uint32_t bits = 0;
            std::memcpy(&bits, expected->bytes.data() + 4 * i, 4);
            if (std::bit_cast<std::uint32_t>(values[i]) != bits)
                QFAIL(qPrintable(QString("value %1 is %2, expected %3")
                                     .arg(i)
                                     .arg(static_cast<double>(values[i]), 0, 'g', 9)
                                     .arg(static_cast<double>(std::bit_cast<float>(bits)), 0, 'g', 9)));
        }
    }

    void expandsEveryHalf()
    {
        const auto file = GgufFile::open(BOOLAB_TEST_DATA "/types.gguf");
        QVERIFY(file);
        std::vector<float> finite;
        for (unsigned half = 0; half < 0x10000; ++half) {
            const float value = kernels::float16_to_float(static_cast<std::uint16_t>(half));
            if ((half & 0x7c00) != 0x7c00) {
                finite.push_back(value);
                continue;
            }
            // Infinities stay infinite, and NaNs keep sign and payload.
            const auto bits = (half & 0x8000) << 16 | 0x7f800000u | (half & 0x3ff) << 13;
            QCOMPARE(std::bit_cast<std::uint32_t>(value), bits);
        }
        QCOMPARE(sha256Of(finite), *file->text("golden.all_finite_halves"));
    }

    void expandsUnalignedBytes()
    {
        const auto file = GgufFile::open(BOOLAB_TEST_DATA "/types.gguf");
        QVERIFY(file);
        for (const char* type : {"F32", "F16", "BF16", "Q4_1", "Q8_0", "Q6_K"}) {
            const auto* stored = file->find(type);
            std::vector<std::byte> shifted(stored->bytes.size() + 1);
            std::ranges::copy(stored->bytes, shifted.begin() + 1);
            std::vector<float> aligned(static_cast<std::size_t>(elementsOf(*stored))),
                unaligned(aligned.size());
            QVERIFY(dequantize(stored->dtype, stored->bytes, aligned));
            QVERIFY(dequantize(stored->dtype, std::span(shifted).subspan(1), unaligned));
            QVERIFY2(aligned == unaligned, type);
        }
    }

    void roundsDoubles()
    {
        const double source[] = {0.1, -1e300, 3.0};
        float values[3];
        QVERIFY(dequantize(DType::F64, std::as_bytes(std::span(source)), values));
        QCOMPARE(values[0], 0.1f);
        QCOMPARE(values[1], -std::numeric_limits<float>::infinity());
        QCOMPARE(values[2], 3.0f);
    }

    void rejectsSizesThatDoNotMatch()
    {
        std::vector<std::byte> bytes(40);
        std::vector<float> values(64);
        QVERIFY(dequantize(DType::Q4_1, bytes, values));
        const auto refused = [&](std::size_t byteCount, std::size_t valueCount) {
            const auto status = dequantize(DType::Q4_1, std::span(bytes).first(byteCount),
                                           std::span(values).first(valueCount));
            return !status && status.error().code == ErrorCode::BadInput &&
                   status.error().message.find("Q4_1") != std::string::npos;
        };
        QVERIFY(refused(20, 64) && refused(40, 32) && refused(39, 64) && refused(20, 31) && refused(0, 32));
        QVERIFY(dequantize(DType::Q4_1, {}, {}));
    }

    void refusesIntegers()
    {
        std::byte bytes[4] = {};
        float value[1];
        const auto status = dequantize(DType::I32, bytes, value);
        QVERIFY(!status && status.error().code == ErrorCode::Unsupported);
    }

    void agreesWithGgufOnTheSample()
    {
        if (!std::filesystem::exists(samplePath())) QSKIP("the sample model is not there: ./run fetches it");
        const auto golden = nlohmann::json::parse(std::ifstream(BOOLAB_TEST_DATA "/smollm2.json"));
        const auto file = GgufFile::open(samplePath());
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        for (const auto& [name, hash] : golden["dequantized"].items()) {
            const auto* tensor = file->find(name);
            QVERIFY2(tensor, name.c_str());
            std::vector<float> values(static_cast<std::size_t>(elementsOf(*tensor)));
            QVERIFY(dequantize(tensor->dtype, tensor->bytes, values));
            QVERIFY2(sha256Of(values) == hash.get<std::string>(), name.c_str());
        }
    }

    /// 135 million weights, the sample's size, should take well under a second on one thread; here a share of
    /// them.
    void isFast_data()
    {
        QTest::addColumn<int>("dtype");
        for (const auto dtype : {DType::F16, DType::Q4_0, DType::Q4_1, DType::Q5_1, DType::Q8_0, DType::Q2_K,
                                 DType::Q3_K, DType::Q4_K, DType::Q5_K, DType::Q6_K})
            QTest::newRow(std::string(nameOf(dtype)).c_str()) << static_cast<int>(dtype);
    }
    void isFast()
    {
        QFETCH(int, dtype);
        constexpr std::size_t kElements = std::size_t{1} << 22;
        const auto layout = layoutOf(static_cast<DType>(dtype));
        std::vector<std::byte> bytes(kElements / static_cast<std::size_t>(layout.blockElements) *
                                     static_cast<std::size_t>(layout.blockBytes));
        std::vector<float> values(kElements, 1.0f); // touched, so that page faults are not timed
        QElapsedTimer timer;
        timer.start();
        QVERIFY(dequantize(static_cast<DType>(dtype), bytes, values));
        const double seconds = static_cast<double>(timer.nsecsElapsed()) * 1e-9;
        const double perModel = seconds * 135e6 / static_cast<double>(kElements);
        qInfo("%s: %.0f million weights/s, 135M weights in %.2f s", nameOf(static_cast<DType>(dtype)).data(),
              static_cast<double>(kElements) * 1e-6 / seconds, perModel);
        // Wide of the mark on purpose: only an algorithmic slip, not a busy machine or a sanitizer, exceeds
        // it.
        QVERIFY2(perModel < 20, qPrintable(QString("135M weights would take %1 s").arg(perModel)));
    }
};

QTEST_GUILESS_MAIN(TestDequantize)
#include "test_dequantize.moc"
