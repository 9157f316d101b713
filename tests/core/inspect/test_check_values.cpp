// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/check_values.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <map>

using namespace boolab;

namespace
{

constexpr std::uint16_t kNan = 0x7FC0, kInfinity = 0xFF80; // of bfloat16

ModelFiles opened(const std::filesystem::path& path)
{
    auto files = ModelFiles::open(path);
    if (!files) qFatal("%s", files.error().text().c_str());
    return std::move(*files);
}

std::vector<const TensorInfo*> allOf(const ModelFiles& files)
{
    std::vector<const TensorInfo*> tensors;
    for (const TensorInfo& tensor : files.tensors())
        tensors.push_back(&tensor);
    return tensors;
}

/// Puts 16-bit values at the start of a tensor.
void poison(const std::filesystem::path& model, const std::string& tensor,
            const std::vector<std::uint16_t>& values)
{
    editSafetensors(model / "model.safetensors", [&](nlohmann::json& header, std::string& data) {
        const auto begin = header[tensor]["data_offsets"][0].get<std::size_t>();
        std::memcpy(data.data() + begin, values.data(), values.size() * sizeof values[0]);
    });
}

} // namespace

class TestCheckValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTheTensorsWithNanAndInf()
    {
        const QTemporaryDir folder;
        const auto model =
            model_folders::copyOf(model_folders::tinyLlama(), folder.filePath("m").toStdString());
        const std::string bad = "model.layers.1.mlp.up_proj.weight", norm = "model.norm.weight";
        poison(model, bad, {kNan, kNan, kInfinity});
        poison(model, norm, {kInfinity});
        const ModelFiles files = opened(model);
        std::map<std::string, ValueFigures> found;
        const auto checked =
            checkValues(files, allOf(files),
                        {.found = [&](const TensorInfo& tensor,
                                      const ValueFigures& figures) { found[tensor.name] = figures; },
                         .goOn = [](std::int64_t, std::int64_t) { return true; }});
        QVERIFY(checked);
        QCOMPARE(found.size(), files.tensors().size());
        for (const auto& [name, figures] : found)
            QCOMPARE(figures.isFinite(), name != bad && name != norm);
        QCOMPARE(found[bad].nans, std::int64_t{2});
        QCOMPARE(found[bad].infinities, std::int64_t{1});
        QCOMPARE(found[bad].values, std::int64_t{96 * 64});
        QCOMPARE(found[norm].infinities, std::int64_t{1});
    }

    void figuresAreThoseOfTheValues()
    {
        const ModelFiles files = opened(model_folders::tinyLlama());
        const TensorInfo* tensor = files.find("model.layers.0.mlp.down_proj.weight");
        std::vector<float> values(static_cast<std::size_t>(tensor->elementCount()));
        QVERIFY(files.readFloat32(*tensor, values));
        double sum = 0;
        for (const float value : values)
            sum += std::abs(static_cast<double>(value));
        ValueFigures figures;
        QVERIFY(checkValues(files, {tensor},
                            {.found = [&](const TensorInfo&, const ValueFigures& one) { figures = one; },
                             .goOn = [](std::int64_t, std::int64_t) { return true; }}));
        QCOMPARE(figures.minimum, static_cast<double>(*std::ranges::min_element(values)));
        QCOMPARE(figures.maximum, static_cast<double>(*std::ranges::max_element(values)));
        QVERIFY(std::abs(figures.meanAbs - sum / static_cast<double>(values.size())) < 1e-12);
    }

    void signsAreNotReadAndTheProgressReachesItsEnd()
    {
        const ModelFiles files = opened(BOOLAB_TEST_DATA "/boolean");
        std::int64_t last = -1, whole = 0;
        bool grows = true;
        QVERIFY(checkValues(files, allOf(files),
                            {.found =
                                 [](const TensorInfo& tensor, const ValueFigures&) {
                                     QVERIFY2(!tensor.name.ends_with(".bool_weight"), tensor.name.c_str());
                                 },
                             .goOn =
                                 [&](std::int64_t done, std::int64_t total) {
                                     grows = grows && done >= last && done <= total;
                                     last = done;
                                     whole = total;
                                     return true;
                                 }}));
        QVERIFY(grows && whole > 0);
        QCOMPARE(last, whole);
    }

    void stopsWhenAsked()
    {
        const ModelFiles files = opened(model_folders::tinyLlama());
        int tensors = 0;
        const auto checked = checkValues(files, allOf(files),
                                         {.found = [&](const TensorInfo&, const ValueFigures&) { ++tensors; },
                                          .goOn = [&](std::int64_t, std::int64_t) { return tensors < 2; }});
        QVERIFY(!checked);
        QCOMPARE(checked.error().code, ErrorCode::Stopped);
        QCOMPARE(tensors, 2);
    }

    void figuresOfPartsAreThoseOfTheWhole()
    {
        const std::vector<float> values = {3, -7, NAN, 0.5F, INFINITY, 2};
        const std::span<const float> all(values);
        ValueFigures sum;
        sum.add(figuresOf(all.subspan(2, 1))); // nothing finite in it
        sum.add(figuresOf(all.first(2)));
        sum.add(figuresOf(all.subspan(3)));
        const ValueFigures whole = figuresOf(all);
        QCOMPARE(sum.nans, std::int64_t{1});
        QCOMPARE(sum.infinities, std::int64_t{1});
        QCOMPARE(sum.minimum, -7.0);
        QCOMPARE(sum.maximum, 3.0);
        QVERIFY(std::abs(sum.meanAbs - whole.meanAbs) < 1e-12);
        QCOMPARE(whole.meanAbs, 12.5 / 4);
    }
};

QTEST_GUILESS_MAIN(TestCheckValues)
#include "test_check_values.moc"
