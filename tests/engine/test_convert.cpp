// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files.h"
#include "core/model/model_loader.h"
#include "job_helpers.h"

#include <QDir>
#include <QTemporaryDir>
#include <torch/all.h>

using namespace boolab;

class TestConvert : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    std::string path(const char* name) const { return m_folder.filePath(name).toStdString(); }
    nlohmann::json job(const char* output, const char* method, int kernels) const
    {
        return {{"kind", "convert"},
                {"model", BOOLAB_TINY_MODEL},
                {"output", path(output)},
                {"method", method},
                {"kernels", kernels}};
    }

private Q_SLOTS:
    void initTestCase() { qputenv("BOOLAB_HOME", m_folder.path().toUtf8()); }

    void refinedIsCloserThanSvidAndMoreKernelsAreCloser()
    {
        SilentObserver silent;
        auto svid = runJob(makeJob(job("svid3", "svid", 3)), silent);
        auto refined = runJob(makeJob(job("refined3", "refined", 3)), silent);
        auto refined1 = runJob(makeJob(job("refined1", "refined", 1)), silent);
        QVERIFY(svid && refined && refined1);
        QVERIFY((*refined)["relative_error"] < (*svid)["relative_error"]);
        QVERIFY((*refined)["relative_error"] < (*refined1)["relative_error"]);
        QVERIFY((*refined)["bits_per_weight"] > 3.0);
    }

    void outputLoadsAndItsDenseWeightIsAsCloseAsReported()
    {
        RecordingObserver observer;
        auto result = runJob(makeJob(job("model", "refined", 3)), observer);
        QVERIFY(result);
        QCOMPARE(observer.layerNames.size(), std::size_t{14});
        QCOMPARE(observer.stats["kernel_count"].back().back(), 3.0f);

        auto source = ModelFiles::open(BOOLAB_TINY_MODEL), files = ModelFiles::open(path("model"));
        QVERIFY(files);
        QVERIFY(files->kind() == ModelKind::Boolean);
        auto loaded = loadModel(*files, {});
        QVERIFY(loaded);
        double error = 0, weights = 0;
        for (const auto& layer : loaded->booleanLayers) {
            at::Tensor W = at::empty({layer->outFeatures(), layer->inFeatures()});
            const auto read = source->readFloat32(*source->find(layer->name() + ".weight"),
                                                  {W.data_ptr<float>(), static_cast<std::size_t>(W.numel())});
            QVERIFY(read);
            error += ((W - layer->denseWeight(at::kFloat)).square().sum() / W.square().sum()).item<double>() *
                     W.numel();
            weights += static_cast<double>(W.numel());
        }
        // The written scales are float16.
        QVERIFY(std::abs(error / weights - (*result)["relative_error"].get<double>()) < 1e-3);
    }

    void pinnedLayersKeepTheirCountOrStayDense()
    {
        SilentObserver silent;
        auto json = job("partial", "svid", 2);
        json["pin"] = "layers.0.*=dense,layers.1.self_attn.*=4";
        QVERIFY(runJob(makeJob(json), silent));
        auto files = ModelFiles::open(path("partial"));
        QVERIFY(files);
        QVERIFY(files->contains("model.layers.0.mlp.up_proj.weight"));
        QVERIFY(!files->booleanLayer("model.layers.0.mlp.up_proj"));
        QCOMPARE(files->booleanLayer("model.layers.1.mlp.up_proj")->kernelCount, std::int64_t{2});
        QCOMPARE(files->booleanLayer("model.layers.1.self_attn.k_proj")->kernelCount, std::int64_t{4});
    }

    void aBooleanModelIsNotConvertedAgain()
    {
        SilentObserver silent;
        QVERIFY(runJob(makeJob(job("once", "svid", 1)), silent));
        auto again = job("twice", "svid", 1);
        again["model"] = path("once");
        auto result = runJob(makeJob(again), silent);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Unsupported);
        QVERIFY(!QDir(m_folder.filePath("twice")).exists());
    }

    void aFolderWithOtherFilesIsRefusedBeforeTheWork()
    {
        QVERIFY(QDir(m_folder.path()).mkpath("notes"));
        QFile note(m_folder.filePath("notes/diary.txt"));
        QVERIFY(note.open(QIODevice::WriteOnly));
        note.write("keep me");
        note.close();
        RecordingObserver observer;
        auto result = runJob(makeJob(job("notes", "svid", 1)), observer);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Usage);
        QVERIFY(observer.metrics.empty());
        QVERIFY(note.exists());
    }

    void wrongRequestsAreExplained_data()
    {
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("named");
        QTest::newRow("pin without a count") << R"({"pin": "layers.0.*"})"
                                             << "PATTERN=COUNT";
        QTest::newRow("pin with too many kernels") << R"({"pin": "layers.0.*=9"})"
                                                   << "from 1 to 8";
        QTest::newRow("pin that matches nothing") << R"({"pin": "layers.99.*=2"})"
                                                  << "matches no layer";
        QTest::newRow("everything dense") << R"({"pin": "*=dense"})"
                                          << "leaves no layer";
        QTest::newRow("two budgets") << R"({"bits": 2, "target_size": "1MB"})"
                                     << "exclude each other";
        QTest::newRow("more bits than K_max") << R"({"bits": 3, "max_kernels": 2, "importance": "none"})"
                                              << "2.00";
        QTest::newRow("file too small") << R"({"target_size": "10kB", "importance": "none"})"
                                        << "smallest possible";
        QTest::newRow("no calibration text") << R"({"method": "gptq"})"
                                             << "--calibration is missing";
        QTest::newRow("missing calibration text") << R"({"method": "gptq", "calibration": "/no/such.txt"})"
                                                  << "/no/such.txt";
    }
    void wrongRequestsAreExplained()
    {
        QFETCH(QString, options);
        QFETCH(QString, named);
        SilentObserver silent;
        auto json = job("never", "refined", 1);
        json.update(nlohmann::json::parse(options.toStdString()));
        auto result = runJob(makeJob(json), silent);
        QVERIFY(!result);
        QVERIFY2(QString::fromStdString(result.error().text()).contains(named),
                 result.error().text().c_str());
        QVERIFY(!QDir(m_folder.filePath("never")).exists());
        QVERIFY(!QDir(m_folder.filePath("never.conversion")).exists());
    }

    void aFileStaysBelowItsTargetSizeAndNearIt()
    {
        SilentObserver silent;
        auto json = job("sized", "refined", 1);
        json.update({{"importance", "none"}, {"target_size", "60kB"}, {"embedding_bits", "8"}});
        auto result = runJob(makeJob(json), silent);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const auto bytes = (*result)["file_bytes"].get<std::int64_t>();
        QVERIFY2(bytes <= 60000 && bytes > 50000, qPrintable(QString::number(bytes)));
    }

    void averageBitsAreKept()
    {
        SilentObserver silent;
        auto json = job("averaged", "refined", 1);
        json.update({{"importance", "none"}, {"bits", 2.5}});
        auto result = runJob(makeJob(json), silent);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const double kernels = (*result)["kernels"];
        QVERIFY2(kernels <= 2.5 && kernels > 2.3, qPrintable(QString::number(kernels)));
    }

    void embeddingsIn8BitsReadBackWithinHalfAStep()
    {
        SilentObserver silent;
        auto json = job("narrow", "svid", 1);
        json["embedding_bits"] = "8";
        QVERIFY(runJob(makeJob(json), silent));
        auto source = ModelFiles::open(BOOLAB_TINY_MODEL), files = ModelFiles::open(path("narrow"));
        QVERIFY2(files, files ? "" : files.error().text().c_str());
        auto before = loadEmbedding(*source, {}), after = loadEmbedding(*files, {});
        QVERIFY(before && after);
        const at::Tensor step = std::get<0>(before->abs().max(1, true)) / 127;
        QVERIFY((((*before - *after).abs() / step).max().item<double>()) < 0.52); // the scale is a float16
        QVERIFY(files->find("model.embed_tokens.weight")->dtype == DType::I8);
    }
};

QTEST_GUILESS_MAIN(TestConvert)
#include "test_convert.moc"
