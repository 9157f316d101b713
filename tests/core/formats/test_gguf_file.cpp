// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_file.h"

#include "core/formats/gguf_llama.h"
#include "tests/core/formats/gguf_builder.h"

#include <QTest>
#include <random>

using namespace boolab;

class TestGgufFile : public QObject
{
    Q_OBJECT

    MemoryFile m_memory;

    std::string path() const { return m_memory.path(); }
    Result<GgufFile> open(const std::string& bytes) const
    {
        if (!m_memory.replace(bytes)) return fail(ErrorCode::Io, "the test's file cannot be written");
        return GgufFile::open(path());
    }
    /// The error of opening `bytes`; it must name the file, and every part of `parts`.
    QString complaint(const std::string& bytes, ErrorCode code, const QStringList& parts) const
    {
        const auto file = open(bytes);
        if (file) return "the file was opened";
        const auto message = QString::fromStdString(file.error().message);
        if (file.error().code != code) return "another code: " + message;
        for (const auto& part : parts + QStringList{QString::fromStdString(path())})
            if (!message.contains(part)) return "\"" + part + "\" is not in: " + message;
        return file.error().hint.empty() ? "no hint: " + message : QString();
    }
    static std::string soundFile()
    {
        GgufBuilder file;
        TinyLlama().addKeys(file);
        file.texts("tokenizer.ggml.tokens", {"a", "b", "c", "d", "e", "f"});
        file.array<std::int32_t>("tokenizer.ggml.token_type", GgufBuilder::I32, {1, 1, 1, 1, 3, 3}, 6);
        file.key("tokenizer.ggml.bos_token_id", GgufBuilder::U32, 4u);
        TinyLlama().addTensors(file);
        return file.bytes();
    }

private Q_SLOTS:
    void readsEveryTypeOfValue_data()
    {
        QTest::addColumn<unsigned>("version");
        QTest::newRow("version 2") << 2u;
        QTest::newRow("version 3") << 3u;
    }
    void readsEveryTypeOfValue()
    {
        QFETCH(unsigned, version);
        GgufBuilder builder;
        builder.version = version;
        builder.key("u8", GgufBuilder::U8, std::uint8_t{200}).key("i8", GgufBuilder::I8, std::int8_t{-100});
        builder.key("u16", GgufBuilder::U16, std::uint16_t{60000})
            .key("i16", GgufBuilder::I16, std::int16_t{-30000});
        builder.key("u32", GgufBuilder::U32, 4000000000u).key("i32", GgufBuilder::I32, -2000000000);
        builder.key("u64", GgufBuilder::U64, ~std::uint64_t{0})
            .key("i64", GgufBuilder::I64, std::int64_t{-1} << 62);
        builder.key("f32", GgufBuilder::F32, 0.1f).key("f64", GgufBuilder::F64, 0.1);
        builder.key("yes", GgufBuilder::Bool, std::uint8_t{1}).key("no", GgufBuilder::Bool, std::uint8_t{0});
        builder.text("text", std::string_view("a\0b", 3)).texts("texts", {"", "x", "\xff"});
        builder.array<std::int16_t>("integers", GgufBuilder::I16, {-1, 2}, 2);
        builder.array<std::uint8_t>("flags", GgufBuilder::Bool, {1, 0}, 2);
        builder.array<double>("reals", GgufBuilder::F64, {0.5}, 1);
        const auto file = open(builder.bytes());
        QVERIFY2(file, file ? "" : file.error().message.c_str());

        QCOMPARE(file->integer("u8"), 200);
        QCOMPARE(file->integer("i8"), -100);
        QCOMPARE(file->integer("u16"), 60000);
        QCOMPARE(file->integer("i16"), -30000);
        QCOMPARE(file->integer("u32"), 4000000000);
        QCOMPARE(file->integer("i32"), -2000000000);
        QVERIFY(!file->integer("u64")); // does not fit
        QCOMPARE(std::get<std::uint64_t>(*file->value("u64")), ~std::uint64_t{0});
        QCOMPARE(file->integer("i64"), std::int64_t{-1} << 62);
        QCOMPARE(file->real("f32"), static_cast<double>(0.1f));
        QCOMPARE(file->real("f64"), 0.1);
        QCOMPARE(file->real("u8"), 200.0);
        QCOMPARE(file->boolean("yes"), true);
        QCOMPARE(file->boolean("no"), false);
        QCOMPARE(file->text("text"), std::string("a\0b", 3));
        QVERIFY(*file->texts("texts") == (std::vector<std::string>{"", "x", "\xff"}));
        QVERIFY(*file->integers("integers") == (std::vector<std::int64_t>{-1, 2}));
        QVERIFY(*file->integers("flags") == (std::vector<std::int64_t>{1, 0}));
        QVERIFY(std::get<std::vector<double>>(std::get<GgufArray>(*file->value("reals"))) ==
                std::vector{0.5});
        QVERIFY(!file->value("absent") && !file->integer("text") && !file->text("u8") &&
                !file->texts("integers"));
        QVERIFY(file->tensors().empty());
    }

    void givesTensorsRowMajorOverTheFile()
    {
        GgufBuilder builder;
        builder.alignment = 64;
        builder.size("general.alignment", 64);
        builder.tensor("matrix", {2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
        builder.tensor("vector", {1}, std::vector<float>{7});
        const auto bytes = builder.bytes();
        const auto file = open(bytes);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->fileBytes(), bytes.size());
        const auto* matrix = file->find("matrix");
        QVERIFY(matrix && matrix->shape == (std::vector<std::int64_t>{2, 3}));
        float values[6];
        QCOMPARE(matrix->bytes.size(), sizeof values);
        std::memcpy(values, matrix->bytes.data(), sizeof values);
        QCOMPARE(values[3], 4.0f);
        QCOMPARE(file->find("vector")->bytes.data() - matrix->bytes.data(), 64);
        QVERIFY(!file->find("matri"));
    }

    void namesAFileThatIsAbsent()
    {
        const auto file = GgufFile::open("/nowhere/absent.gguf");
        QVERIFY(!file && file.error().message.find("absent.gguf") != std::string::npos);
    }

    void rejectsWrongHeader_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("part");
        const auto bad = static_cast<int>(ErrorCode::BadInput),
                   unsupported = static_cast<int>(ErrorCode::Unsupported);
        const auto header = [](std::uint32_t version, std::uint64_t tensors, std::uint64_t keys) {
            GgufBuilder builder;
            builder.version = version;
            builder.tensorCount = tensors;
            builder.keyCount = keys;
            return QByteArray::fromStdString(builder.bytes());
        };
        QTest::newRow("empty") << QByteArray() << bad << "the magic takes 4 bytes, but the file has only 0";
        QTest::newRow("another format") << QByteArray("GGML0000000000000000") << bad << "no GGUF file";
        QTest::newRow("version 1") << header(1, 0, 0) << unsupported
                                   << "version 1 is not supported; supported are 2 and 3";
        QTest::newRow("version 4") << header(4, 0, 0) << unsupported << "version 4";
        QTest::newRow("big-endian") << header(0x03000000, 0, 0) << unsupported << "big-endian";
        QTest::newRow("cut in the counts")
            << header(3, 0, 0).left(15) << bad << "the number of tensors takes 8 bytes";
        QTest::newRow("too many tensors")
            << header(3, ~std::uint64_t{0}, 0) << bad << "the number of tensors is 1844";
        QTest::newRow("too many keys") << header(3, 0, 1) << bad << "the number of metadata keys is 1";
    }
    void rejectsWrongHeader()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        QFETCH(QString, part);
        QCOMPARE(complaint(bytes.toStdString(), static_cast<ErrorCode>(code), {part, "at byte"}), QString());
    }

    void rejectsWrongMetadata_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("part");
        const auto bad = static_cast<int>(ErrorCode::BadInput),
                   unsupported = static_cast<int>(ErrorCode::Unsupported);
        const auto made = [](auto fill) {
            GgufBuilder builder;
            fill(builder);
            builder.text("last", "so that the counts before fit the file");
            return QByteArray::fromStdString(builder.bytes());
        };
        using B = GgufBuilder;
        QTest::newRow("value type") << made([](B& b) { b.key("x", B::Type(13), 0u); }) << bad
                                    << "value's type is 13";
        QTest::newRow("element type")
            << made([](B& b) { b.array<std::uint8_t>("x", 77, {1}, 1); }) << bad << "element type is 77";
        QTest::newRow("array of arrays") << made([](B& b) { b.array<std::uint8_t>("x", B::Array, {}, 0); })
                                         << unsupported << "arrays of arrays";
        QTest::newRow("array longer than the file")
            << made([](B& b) { b.array<float>("x", B::F32, {}, std::uint64_t{1} << 62); }) << bad
            << "the array's length is 4611686018427387904";
        QTest::newRow("text array longer than the file")
            << made([](B& b) { b.array<std::uint8_t>("x", B::String, {}, 1000); }) << bad << "length is 1000";
        QTest::newRow("text longer than the file")
            << made([](B& b) { b.key("x", B::String, std::uint64_t{1} << 63); }) << bad
            << "takes 9223372036854775808";
        QTest::newRow("a bool of 2") << made([](B& b) { b.key("x", B::Bool, std::uint8_t{2}); }) << bad
                                     << "a bool is 2";
        QTest::newRow("a key twice") << made([](B& b) { b.size("x", 1).size("x", 2); }) << bad
                                     << "occurs twice";
        QTest::newRow("array element past 2^63")
            << made([](B& b) { b.array("x", B::U64, std::vector{~std::uint64_t{0}}, 1); }) << bad
            << "element 0 is 1844";
    }
    void rejectsWrongMetadata()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        QFETCH(QString, part);
        QCOMPARE(complaint(bytes.toStdString(), static_cast<ErrorCode>(code), {"key \"x\"", part, "at byte"}),
                 QString());
    }

    void rejectsAlignmentThatIsNoPowerOfTwo()
    {
        for (const auto alignment : {0u, 24u}) {
            GgufBuilder builder;
            builder.size("general.alignment", alignment);
            QCOMPARE(complaint(builder.bytes(), ErrorCode::BadInput,
                               {"general.alignment", QString::number(alignment), "power of two"}),
                     QString());
        }
    }

    void rejectsWrongTensor_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("parts");
        const auto bad = static_cast<int>(ErrorCode::BadInput),
                   unsupported = static_cast<int>(ErrorCode::Unsupported);
        const auto made = [](std::vector<std::uint64_t> dimensions, std::uint32_t type,
                             std::uint64_t offset) {
            GgufBuilder builder;
            builder.data.resize(128);
            builder.entry("t", dimensions, type, offset);
            return QByteArray::fromStdString(builder.bytes());
        };
        const std::uint64_t huge = std::uint64_t{1} << 62;
        QTest::newRow("no dimensions")
            << made({}, 0, 0) << bad << QStringList{"0 dimensions, expected 1 to 4"};
        QTest::newRow("five dimensions") << made({1, 1, 1, 1, 1}, 0, 0) << bad << QStringList{"5 dimensions"};
        QTest::newRow("empty") << made({4, 0}, 0, 0) << bad << QStringList{"dimension 1 is 0"};
        QTest::newRow("negative") << made({~std::uint64_t{0}}, 0, 0) << bad
                                  << QStringList{"dimension 0 is -1"};
        QTest::newRow("bytes overflow") << made({huge}, 0, 0) << bad << QStringList{"larger than any file"};
        QTest::newRow("elements overflow")
            << made({huge, 4}, 2, 0) << bad << QStringList{"larger than any file"};
        QTest::newRow("type by name") << made({256}, 16, 0) << unsupported
                                      << QStringList{"16 (IQ2_XXS)", "0 F32", "3 Q4_1", "14 Q6_K", "30 BF16"};
        QTest::newRow("type unknown") << made({256}, 999, 0) << unsupported << QStringList{"999 (unknown)"};
        QTest::newRow("part of a block")
            << made({33}, 8, 0) << bad << QStringList{"rows of 33", "Q8_0 blocks of 32"};
        QTest::newRow("misaligned") << made({4}, 0, 16) << bad
                                    << QStringList{"begin at 16, expected a multiple of 32"};
        QTest::newRow("longer than the file")
            << made({33}, 0, 0) << bad << QStringList{"132 bytes at 0", "only 128"};
        QTest::newRow("past the file") << made({1}, 0, 160) << bad << QStringList{"4 bytes at 160"};
        QTest::newRow("offset near 2^64")
            << made({8}, 0, ~std::uint64_t{31}) << bad << QStringList{"only 128 bytes"};
    }
    void rejectsWrongTensor()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, code);
        QFETCH(QStringList, parts);
        QCOMPARE(complaint(bytes.toStdString(), static_cast<ErrorCode>(code),
                           parts + QStringList{"tensor \"t\"", "at byte"}),
                 QString());
    }

    void rejectsTensorsThatOverlapOrShareAName()
    {
        GgufBuilder overlap;
        overlap.data.resize(128);
        overlap.entry("second", {16}, 0, 32).entry("first", {9}, 0, 0);
        QCOMPARE(complaint(overlap.bytes(), ErrorCode::BadInput,
                           {"\"second\"", "begin at 32", "\"first\" end at 36"}),
                 QString());
        GgufBuilder twice;
        twice.tensor("t", {1}).tensor("t", {1});
        QCOMPARE(complaint(twice.bytes(), ErrorCode::BadInput, {"tensor \"t\"", "occurs twice"}), QString());
    }

    void rejectsEveryTruncation()
    {
        const auto sound = soundFile();
        QVERIFY(open(sound));
        // The last tensor is 32 bytes; a file cut by even one of them lacks data.
        for (std::size_t length = 0; length < sound.size(); ++length) {
            const auto file = open(sound.substr(0, length));
            QVERIFY2(!file,
                     qPrintable(QString("%1 of %2 bytes were accepted").arg(length).arg(sound.size())));
            QVERIFY(file.error().code == ErrorCode::BadInput);
        }
    }

    /// Seeded random damage: whatever open() accepts must be readable to the last byte. Meant for a sanitizer
    /// build.
    void survivesDamagedBytes()
    {
        const auto sound = soundFile();
        const auto headBytes = sound.find("output_norm.weight") + 64;
        std::mt19937_64 random(20260102);
        int opened = 0, models = 0;
        for (int round = 0; round < 20000; ++round) {
            auto damaged = sound;
            for (auto count = 1 + random() % 4; count > 0; --count) {
                const auto at = random() % headBytes;
                constexpr char kEdges[] = {0, 1, 127, -128, -1};
                damaged[at] =
                    random() % 2 ? kEdges[random() % std::size(kEdges)] : static_cast<char>(random());
            }
            if (random() % 8 == 0) damaged.resize(random() % damaged.size());
            const auto file = open(damaged);
            if (!file) {
                QVERIFY(!file.error().message.empty());
                continue;
            }
            ++opened;
            unsigned sum = 0;
            for (const auto& tensor : file->tensors())
                for (const auto byte : tensor.bytes)
                    sum += std::to_integer<unsigned>(byte);
            QVERIFY(sum < ~0u);
            models += ggufLlamaConfig(*file).has_value();
        }
        // Both outcomes occur, else the damage tests nothing.
        QVERIFY2(opened > 100 && opened < 19900 && models > 10,
                 qPrintable(QString("%1, %2").arg(opened).arg(models)));
    }
};

QTEST_GUILESS_MAIN(TestGgufFile)
#include "test_gguf_file.moc"
