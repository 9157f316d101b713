// SPDX-License-Identifier: Apache-2.0
// Evaluating with the first kernels alone against a model that was rebuilt by hand with fewer kernels.
#include "core/formats/boolean_model_writer.h"
#include "core/formats/model_files.h"
#include "job_helpers.h"

#include <QTemporaryDir>

using namespace boolab;

namespace
{

/// Scales of one layer's first `K` kernels.
std::vector<float> firstScales(const ModelFiles& files, const std::string& name, std::int64_t K)
{
    const TensorInfo& info = *files.find(name);
    std::vector<float> all(static_cast<std::size_t>(info.elementCount()));
    if (!files.readFloat32(info, all)) qFatal("%s cannot be read", name.c_str());
    all.resize(all.size() / static_cast<std::size_t>(info.shape[0]) * static_cast<std::size_t>(K));
    return all;
}

/// The Boolean model in `folder` with at most `first` kernels per layer, written to `output`.
void rebuild(const std::string& folder, const std::string& output, std::int64_t first)
{
    const auto files = ModelFiles::open(folder);
    std::vector<std::vector<float>> scales;
    BooleanModelContent content;
    content.scaleDType = DType::F16;
    const auto layers = files->linearLayers();
    scales.reserve(2 * layers.size());
    for (const LinearLayerInfo& layer : layers) {
        const auto view = *files->booleanLayer(layer.name);
        const std::int64_t K = std::min(view.kernelCount, first);
        const std::size_t bytes =
            view.bits.size() / static_cast<std::size_t>(view.kernelCount) * static_cast<std::size_t>(K);
        scales.push_back(firstScales(*files, layer.name + ".scale_out", K));
        scales.push_back(firstScales(*files, layer.name + ".scale_in", K));
        content.layers.push_back({layer.name, K, layer.outFeatures, layer.inFeatures, view.bits.first(bytes),
                                  scales[scales.size() - 2], scales.back()});
    }
    const auto written = writeBooleanModel(output, *files, content);
    if (!written) qFatal("%s", written.error().text().c_str());
}

} // namespace

class TestFirstKernels : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    Result<nlohmann::json> evaluate(const std::string& model, const nlohmann::json& more = {}) const
    {
        nlohmann::json json = {{"kind", "evaluate"}, {"model", model}, {"perplexity", path("text.txt")},
                               {"seq_len", 64},      {"windows", 4},   {"dtype", "float32"}};
        if (more.is_object()) json.update(more);
        SilentObserver silent;
        return runJob(makeJob(json), silent);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QFile text(m_folder.filePath("text.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        for (int i = 0; i < 400; ++i)
            text.write(QByteArray("Sentence ") + QByteArray::number(i * 7919) + " follows the one before. ");
        text.close();
        SilentObserver silent;
        auto converted = runJob(makeJob({{"kind", "convert"},
                                         {"model", BOOLAB_TINY_MODEL},
                                         {"output", path("k3")},
                                         {"method", "refined"},
                                         {"kernels", 3},
                                         {"pin", "*.v_proj=1"}}),
                                silent);
        QVERIFY2(converted, converted ? "" : converted.error().text().c_str());
    }

    void measuresWhatAModelRebuiltWithFewerKernelsMeasures_data()
    {
        QTest::addColumn<int>("kernels");
        for (const int kernels : {1, 2, 3, 8})
            QTest::addRow("first %d", kernels) << kernels;
    }
    void measuresWhatAModelRebuiltWithFewerKernelsMeasures()
    {
        QFETCH(int, kernels);
        const std::string cut = path("cut") + std::to_string(kernels);
        rebuild(path("k3"), cut, kernels);
        const auto all = evaluate(path("k3")), expected = evaluate(cut);
        const auto got = evaluate(path("k3"), {{"first_kernels", kernels}});
        QVERIFY2(got, got ? "" : got.error().text().c_str());
        QCOMPARE((*got)["first_kernels"].get<int>(), kernels);
        QVERIFY(!all->contains("first_kernels"));
        QCOMPARE((*got)["perplexity"].get<double>(), (*expected)["perplexity"].get<double>());
        QCOMPARE((*got)["bits_per_weight"].get<double>(), (*expected)["bits_per_weight"].get<double>());
        // The files' headers differ by a few digits.
        const auto bytes = [](const auto& result) { return (*result)["file_bytes"].template get<double>(); };
        QVERIFY(std::abs(bytes(got) - bytes(expected)) < 256);
        QCOMPARE((*got)["perplexity"] == (*all)["perplexity"], kernels >= 3);
    }

    void aReferenceKeepsAllItsKernels()
    {
        const auto got = evaluate(path("k3"), {{"first_kernels", 1}, {"reference", path("k3")}});
        QVERIFY2(got, got ? "" : got.error().text().c_str());
        QVERIFY((*got)["kl_divergence"].get<double>() > 0);
    }

    void aDenseModelIsRefused()
    {
        const auto refused = evaluate(BOOLAB_TINY_MODEL, {{"first_kernels", 1}});
        QVERIFY(!refused);
        QVERIFY(refused.error().code == ErrorCode::Usage);
        QVERIFY(refused.error().message.find("no Boolean model") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestFirstKernels)
#include "test_first_kernels.moc"
