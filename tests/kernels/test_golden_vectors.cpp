// SPDX-License-Identifier: Apache-2.0
#include <QTemporaryDir>
#include <QtTest>
#include <functional>
#include <map>

#include "core/formats/safetensors_file.h"
#include "core/formats/safetensors_writer.h"
#include "tests/kernels/golden_vectors.h"

using namespace boolab;
using namespace boolab::kernels;

namespace
{

/// Tensors by name, as they are written.
struct Draft {
    DType dtype;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
};
using Drafts = std::map<std::string, Draft>;
using Change = std::function<void(Drafts&)>;

Drafts draftsOf(const char* file)
{
    const auto opened = SafetensorsFile::open(std::string(BOOLAB_TEST_DATA "/") + file);
    Drafts drafts;
    for (const SafetensorsTensor& one : opened->tensors())
        drafts[one.name] = {one.dtype, one.shape, {one.bytes.begin(), one.bytes.end()}};
    return drafts;
}

void write(const std::filesystem::path& path, const Drafts& drafts)
{
    std::vector<PlannedTensor> plan;
    for (const auto& [name, draft] : drafts)
        plan.push_back({name, draft.dtype, draft.shape});
    auto writer = SafetensorsWriter::create(path, plan);
    for (const auto& [name, draft] : drafts)
        QVERIFY(writer->writeBytes(draft.bytes));
    QVERIFY(writer->finish());
}

const std::string kGemm = "bool_gemm.one_token.", kFlip = "flip_step.pytorch.";

} // namespace

class TestGoldenVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFolderIsAllItsFiles()
    {
        const auto all = readGoldenVectors(BOOLAB_TEST_DATA);
        QVERIFY2(all, all ? "" : all.error().text().c_str());
        QVERIFY(!all->gemm.empty() && !all->flips.empty());
        const auto one = readGoldenVectors(BOOLAB_TEST_DATA "/bool_gemm.safetensors");
        QVERIFY(one && one->gemm.size() == all->gemm.size() && one->flips.empty());
    }

    void whatIsWrongIsNamed_data()
    {
        QTest::addColumn<QString>("expected");
        QTest::addColumn<Change>("change");
        const auto row = [](const char* name, const char* expected, const Change& change) {
            QTest::newRow(name) << QString(expected) << change;
        };
        row("a part is missing", "bool_gemm.one_token has no y", [](Drafts& d) { d.erase(kGemm + "y"); });
        row("no activations", "bool_gemm.one_token has no x", [](Drafts& d) { d.erase(kGemm + "x"); });
        row("a part too many", "bool_gemm.one_token.z is not known",
            [](Drafts& d) { d[kGemm + "z"] = d[kGemm + "y"]; });
        row("a shape", "bool_gemm.one_token.y is F32 (5, 1), expected F32 (1, 5)", [](Drafts& d) {
            d[kGemm + "y"].shape = {5, 1};
        });
        row("dimensions", "bool_gemm.one_token.scale_out has shape (5), expected 2 dimensions",
            [](Drafts& d) { d[kGemm + "scale_out"].shape = {5}; });
        row("a type", "bool_gemm.one_token.y is I32 (1, 5), expected F32 (1, 5)",
            [](Drafts& d) { d[kGemm + "y"].dtype = DType::I32; });
        row("padding bits", "bool_gemm.one_token.bits has bits beyond its 7 columns",
            [](Drafts& d) { d[kGemm + "bits"].bytes[2] |= std::byte(0x80); });
        row("an op", "there are vectors of bool_gemm and flip_step alone",
            [](Drafts& d) { d["other.one.x"] = d[kGemm + "x"]; });
        row("a name", "a tensor is named x, not OP.CASE.PART", [](Drafts& d) { d["x"] = d[kGemm + "x"]; });
        row("a kernel that is not there", "flip_step.pytorch.kernel is none of its kernels",
            [](Drafts& d) { d[kFlip + "kernel"].bytes[0] = std::byte(2); });
        row("steps", "flip_step.pytorch.flips is I64 (9), expected I64 (10)", [](Drafts& d) {
            d[kFlip + "flips"].shape = {9};
            d[kFlip + "flips"].bytes.resize(72);
        });
        row("no vectors", "holds no vectors", [](Drafts& d) { d.clear(); });
    }
    void whatIsWrongIsNamed()
    {
        QFETCH(QString, expected);
        QFETCH(Change, change);
        QTemporaryDir folder;
        const std::filesystem::path path = folder.filePath("wrong.safetensors").toStdString();
        Drafts drafts = draftsOf("bool_gemm.safetensors");
        drafts.merge(draftsOf("flip_step.safetensors"));
        write(path, drafts);
        QVERIFY(readGoldenVectors(path));
        change(drafts);
        write(path, drafts);
        const auto read = readGoldenVectors(path);
        QVERIFY(!read);
        const QString text = QString::fromStdString(read.error().text());
        QVERIFY2(text.contains(expected) && text.contains("wrong.safetensors"), qPrintable(text));
    }

    void damagedAndMissingFilesAreNamed()
    {
        QTemporaryDir folder;
        const std::string missing = folder.filePath("missing.safetensors").toStdString();
        const auto none = readGoldenVectors(missing);
        QVERIFY(!none && none.error().message.find("missing.safetensors") != std::string::npos);
        QVERIFY(!readGoldenVectors(folder.path().toStdString())); // an empty folder
        QFile sound(BOOLAB_TEST_DATA "/bool_gemm.safetensors"), cut(folder.filePath("cut.safetensors"));
        QVERIFY(sound.open(QIODevice::ReadOnly) && cut.open(QIODevice::WriteOnly));
        cut.write(sound.read(5000));
        cut.close();
        const auto broken = readGoldenVectors(folder.path().toStdString());
        QVERIFY(!broken && broken.error().message.find("cut.safetensors") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestGoldenVectors)
#include "test_golden_vectors.moc"
