// SPDX-License-Identifier: Apache-2.0
#include "core/formats/safetensors_file.h"
#include "core/formats/safetensors_writer.h"
#include "tests/core/formats/file_helpers.h"
#include "tests/core/formats/memory_file.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <random>

using namespace boolab;

class TestSafetensors : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    MemoryFile m_memory;

    std::filesystem::path at(const char* name) const { return m_folder.filePath(name).toStdString(); }

    static const SafetensorsTensor* find(const SafetensorsFile& file, const std::string& name)
    {
        for (const auto& tensor : file.tensors())
            if (tensor.name == name) return &tensor;
        return nullptr;
    }

    static std::vector<float> valuesOf(const SafetensorsTensor& tensor)
    {
        const auto elements =
            tensor.bytes.size() / static_cast<std::size_t>(layoutOf(tensor.dtype).blockBytes);
        std::vector<float> values(elements);
        if (!dequantize(tensor.dtype, tensor.bytes, values)) values.clear();
        return values;
    }

    Result<SafetensorsFile> openBytes(std::string_view bytes) const
    {
        if (!m_memory.replace(bytes)) return fail(ErrorCode::Internal, "the test's file cannot be written");
        return SafetensorsFile::open(m_memory.path());
    }

private Q_SLOTS:
    void readsWhatThePackageWrites()
    {
        const auto file = SafetensorsFile::open(BOOLAB_TEST_DATA "/types.safetensors");
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->tensors().size(), std::size_t{15});
        for (const char* name : {"f32", "f16", "bf16"}) {
            const auto* tensor = find(*file, name);
            const auto* expected = find(*file, std::string(name) + ".expected");
            QVERIFY(tensor && expected);
            QCOMPARE(tensor->shape, (std::vector<std::int64_t>{3, 5}));
            const auto values = valuesOf(*tensor);
            QCOMPARE(asText(std::as_bytes(std::span(values))), asText(expected->bytes));
        }
        const std::pair<const char*, DType> others[] = {
            {"float64", DType::F64}, {"int8", DType::I8},  {"int16", DType::I16}, {"int32", DType::I32},
            {"int64", DType::I64},   {"uint8", DType::U8}, {"bool", DType::Bool}};
        for (const auto& [name, dtype] : others)
            QVERIFY2(find(*file, name) && find(*file, name)->dtype == dtype, name);
        QCOMPARE(find(*file, "empty")->shape, (std::vector<std::int64_t>{0, 4}));
        QVERIFY(find(*file, "empty")->bytes.empty());
        QVERIFY(find(*file, "scalar")->shape.empty());
        QCOMPARE(valuesOf(*find(*file, "scalar")), std::vector<float>{2.5f});
    }

    void rejectsBrokenHeader_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("dataBytes");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* header, int bytes, const char* message) {
            QTest::newRow(name) << QByteArray(header) << bytes << message;
        };
        row("not JSON", "{\"a\":", 0, "not valid JSON at byte");
        row("an array", "[]", 0, "not a JSON object");
        row("a number", "7", 0, "not a JSON object");
        row("invalid UTF-8", "{\"\xff\":1}", 0, "not valid JSON");
        row("a huge number", R"({"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,4]}})", 4, "too large");
        row("entry is no object", R"({"a":3})", 0, "tensor \"a\" has no dtype");
        row("no dtype", R"({"a":{"shape":[1],"data_offsets":[0,4]}})", 4, "tensor \"a\" has no dtype");
        row("dtype is a number", R"({"a":{"dtype":1,"shape":[1],"data_offsets":[0,4]}})", 4,
            "tensor \"a\" has no dtype");
        row("unknown dtype", R"({"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}})", 4,
            "tensor \"a\" has dtype \"F8_E4M3\"");
        row("quantised dtype", R"({"a":{"dtype":"Q4_0","shape":[32],"data_offsets":[0,18]}})", 18,
            "\"Q4_0\"");
        row("no shape", R"({"a":{"dtype":"F32","data_offsets":[0,4]}})", 4, "tensor \"a\" has no shape");
        row("negative dimension", R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4,
            "dimension of -1");
        row("fractional dimension", R"({"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", 4,
            "dimension of 1.5");
        row("huge dimension", R"({"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,4]}})",
            4, "impossible dimension of 18446744073709551615");
        row("dimensions that overflow",
            R"({"a":{"dtype":"F32","shape":[1073741824,1073741824,1073741824],"data_offsets":[0,4]}})", 4,
            "impossible dimension");
        row("no offsets", R"({"a":{"dtype":"F32","shape":[1]}})", 4, "tensor \"a\" has no data_offsets");
        row("one offset", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", 4, "no data_offsets");
        row("negative offset", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}})", 4,
            "no data_offsets");
        row("offsets backwards", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4,
            "data from 4 to 0");
        row("offsets past the end", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4,
            "the file holds 4 bytes");
        row("too few bytes", R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4,
            "has 4 bytes of data, its dtype and shape need 8");
        row("too many bytes", R"({"a":{"dtype":"F16","shape":[1],"data_offsets":[0,4]}})", 4, "need 2");
        row("overlap",
            R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})",
            12, "tensor \"b\" overlaps");
        row("the same bytes twice",
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
            4, "tensor \"b\" overlaps");
        row("gap",
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}})",
            12, "4 bytes before tensor \"b\"");
        row("trailing bytes", R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})", 7,
            "3 bytes at its end");
        row("only data", "{}", 1, "1 bytes at its end");
        row("the same name twice",
            R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})",
            8, "has \"a\" twice");
        row("a key of a tensor twice",
            R"({"a":{"dtype":"F32","dtype":"F16","shape":[1],"data_offsets":[0,4]}})", 4,
            "has \"dtype\" twice");
    }
    void rejectsBrokenHeader()
    {
        QFETCH(QByteArray, header);
        QFETCH(int, dataBytes);
        QFETCH(QString, message);
        const auto file = openBytes(
            safetensorsOf(header.toStdString(), std::string(static_cast<std::size_t>(dataBytes), 'x')));
        QVERIFY(!file);
        QVERIFY2(file.error().message.starts_with(m_memory.path() + ": "), file.error().message.c_str());
        QVERIFY2(QString::fromStdString(file.error().message).contains(message),
                 file.error().message.c_str());
        QVERIFY(!file.error().hint.empty());
    }

    void rejectsEveryTruncation()
    {
        const std::string whole = readFile(BOOLAB_TEST_DATA "/types.safetensors");
        for (std::size_t length = 0; length < whole.size(); ++length)
            QVERIFY2(!openBytes(std::string_view(whole).substr(0, length)), std::to_string(length).c_str());
    }

    void rejectsAHeaderLongerThanTheFile_data()
    {
        QTest::addColumn<quint64>("length");
        for (const quint64 length :
             {quint64{3}, quint64{100'000'001}, quint64{1} << 63, ~quint64{0}, ~quint64{7}})
            QTest::addRow("%llu", static_cast<unsigned long long>(length)) << length;
    }
    void rejectsAHeaderLongerThanTheFile()
    {
        QFETCH(quint64, length);
        std::string bytes = safetensorsOf("{}", "");
        std::memcpy(bytes.data(), &length, sizeof length);
        const auto file = openBytes(bytes);
        QVERIFY(!file);
        QVERIFY(QString::fromStdString(file.error().message)
                    .contains(QString("claims a header of %1 bytes").arg(length)));
    }

    void survivesNestingThatWouldExhaustTheStack()
    {
        const std::string deep = "{\"a\":{\"dtype\":\"F32\",\"shape\":[" + std::string(2'000'000, '[');
        const auto file = openBytes(safetensorsOf(deep + std::string(2'000'000, ']') + "]}}", ""));
        QVERIFY(!file);
        QVERIFY(file.error().message.find("nests deeper") != std::string::npos);
    }

    void survivesRandomMutations()
    {
        const std::string whole = readFile(BOOLAB_TEST_DATA "/types.safetensors");
        std::mt19937 random(20260104); // NOLINT: the same mutations every time
        for (int round = 0; round < 3000; ++round) {
            std::string mutated = whole;
            for (unsigned n = 1 + random() % 4; n > 0; --n)
                mutated[random() % mutated.size()] = static_cast<char>(random());
            const auto file = openBytes(mutated);
            if (!file) {
                QVERIFY(file.error().message.find(m_memory.path()) != std::string::npos);
                continue;
            }
            for (const auto& tensor : file->tensors())
                valuesOf(tensor);
        }
    }

    void namesAMissingFile()
    {
        const auto file = SafetensorsFile::open("/nowhere/model.safetensors");
        QVERIFY(!file);
        QVERIFY(file.error().message.starts_with("/nowhere/model.safetensors: cannot be opened"));
    }

    void roundsAsTorchDoes_data()
    {
        QTest::addColumn<int>("dtype");
        QTest::newRow("f16") << static_cast<int>(DType::F16);
        QTest::newRow("bf16") << static_cast<int>(DType::BF16);
    }
    void roundsAsTorchDoes()
    {
        QFETCH(int, dtype);
        const auto golden = SafetensorsFile::open(BOOLAB_TEST_DATA "/rounding.safetensors");
        QVERIFY(golden);
        const auto* source = find(*golden, "source");
        const auto* expected = find(*golden, QTest::currentDataTag());
        const auto values = valuesOf(*source);
        auto writer = SafetensorsWriter::create(at("rounded.safetensors"),
                                                {{"x", static_cast<DType>(dtype), source->shape}});
        QVERIFY(writer && writer->writeFloats(values) && writer->finish());
        const auto file = SafetensorsFile::open(at("rounded.safetensors"));
        QVERIFY(file);
        const auto bytes = file->tensors()[0].bytes;
        QCOMPARE(bytes.size(), expected->bytes.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            if (std::memcmp(bytes.data() + 2 * i, expected->bytes.data() + 2 * i, 2) != 0)
                QFAIL(
                    qPrintable(QString("%1 rounds wrongly").arg(static_cast<double>(values[i]), 0, 'g', 9)));
    }

    void keepsNotANumber()
    {
        const float values[] = {std::bit_cast<float>(0x7fc00000u), std::bit_cast<float>(0xffffffffu),
                                std::bit_cast<float>(0x7f800001u)};
        for (const DType dtype : {DType::F16, DType::BF16}) {
            auto writer = SafetensorsWriter::create(at("nan.safetensors"), {{"x", dtype, {3}}});
            QVERIFY(writer && writer->writeFloats(values) && writer->finish());
            const auto file = SafetensorsFile::open(at("nan.safetensors"));
            for (const float value : valuesOf(file->tensors()[0]))
                QVERIFY(std::isnan(value));
        }
    }

    void writesTheBytesThatThePackageWrites()
    {
        auto writer = SafetensorsWriter::create(
            at("written.safetensors"),
            {{"a.weight", DType::F32, {2, 3}}, {"b.weight", DType::F16, {3}}, {"c.bits", DType::U8, {2, 2}}});
        const float a[] = {0, 0.25f, 0.5f, 0.75f, 1, 1.25f}, b[] = {1.5f, -2, 0.25f};
        const std::uint8_t c[] = {1, 2, 3, 255};
        QVERIFY(writer && writer->writeFloats(a) && writer->writeFloats(b));
        QVERIFY(writer->writeBytes(std::as_bytes(std::span(c))) && writer->finish());
        QCOMPARE(readFile(at("written.safetensors")), readFile(BOOLAB_TEST_DATA "/written.safetensors"));
    }

    void refusesWhatWasNotPlanned()
    {
        const float values[] = {1, 2, 3};
        auto writer = SafetensorsWriter::create(at("plan.safetensors"),
                                                {{"x", DType::F32, {3}}, {"y", DType::F16, {2}}});
        QVERIFY(writer);
        QVERIFY(writer->writeFloats(std::span(values).first(2)));
        QVERIFY2(!writer->writeFloats(values), "a piece may not reach into the next tensor");
        QVERIFY2(!writer->finish(), "half a tensor is none");
        QVERIFY(writer->writeFloats(std::span(values).last(1)));
        const auto early = writer->finish();
        QVERIFY(!early);
        QCOMPARE(early.error().code, ErrorCode::Internal);
        QVERIFY(writer->writeFloats(std::span(values).first(2)));
        QVERIFY(!writer->writeFloats(values));
        QVERIFY(writer->finish());
        QVERIFY(!SafetensorsWriter::create(at("twice.safetensors"),
                                           {{"x", DType::F32, {1}}, {"x", DType::F32, {1}}}));
    }

    void tellsThatTheDiskIsFull()
    {
        if (!std::filesystem::exists("/dev/full")) QSKIP("this system has no /dev/full");
        for (const std::int64_t length : {std::int64_t{1}, std::int64_t{1} << 20}) {
            auto writer = SafetensorsWriter::create("/dev/full", {{"x", DType::F32, {length}}});
            const std::vector<float> values(static_cast<std::size_t>(length));
            Status written = writer ? writer->writeFloats(values) : Status(std::unexpected(writer.error()));
            if (written) written = writer->finish();
            QVERIFY(!written);
            QCOMPARE(written.error().code, ErrorCode::OutOfDisk);
        }
    }
};

QTEST_GUILESS_MAIN(TestSafetensors)
#include "test_safetensors.moc"
