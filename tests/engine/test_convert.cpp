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

    void excludedLayersStayDense()
    {
        SilentObserver silent;
        auto json = job("partial", "svid", 2);
        json["exclude"] = "layers\\.0\\.";
        QVERIFY(runJob(makeJob(json), silent));
        auto files = ModelFiles::open(path("partial"));
        QVERIFY(files);
        QVERIFY(files->contains("model.layers.0.mlp.up_proj.weight"));
        QVERIFY(!files->booleanLayer("model.layers.0.mlp.up_proj"));
        QVERIFY(files->booleanLayer("model.layers.1.mlp.up_proj"));
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

    void aWrongExcludePatternIsExplained()
    {
        SilentObserver silent;
        auto json = job("never", "svid", 1);
        json["exclude"] = "layers[";
        auto result = runJob(makeJob(json), silent);
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Usage);
        QVERIFY(result.error().message.find("layers[") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestConvert)
#include "test_convert.moc"
