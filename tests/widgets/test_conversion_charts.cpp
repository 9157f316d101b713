// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/charts/block_bars.h"
#include "widgets/charts/error_curves.h"
#include "widgets/charts/layer_scatter.h"
#include "widgets/runs/run_layers.h"
#include "widgets/runs/save_file.h"

#include <cmath>

#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

constexpr int kPatienceMs = 10000;
const std::vector<std::string> kNames{"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj",
                                      "model.layers.1.self_attn.q_proj"};

RunUpdate converted(RunState state)
{
    RunUpdate update;
    update.run = test::sampleRun(1, "convert", "half done", state);
    nlohmann::json job = update.run.job.get();
    job["model"] = BOOLAB_SOURCE_DIR "/resources/models/tiny-llama";
    update.run.job = job;
    update.fromStart = true;
    update.layerNames = kNames;
    update.layers = {{3, "kernel_count", {1, 2, NAN}},
                     {3, "relative_error", {0.3F, 0.02F, NAN}},
                     {3, "error_after_1", {0.3F, 0.2F, NAN}},
                     {3, "error_after_2", {NAN, 0.02F, NAN}}};
    return update;
}

} // namespace

class TestConversionCharts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_layers = std::make_unique<RunLayers>();
        m_layers->resize(1100, 500);
        m_layers->show();
        m_layers->update(converted(RunState::Done));
    }

    void aCurveEndsWithItsLayersLastKernel()
    {
        QCOMPARE(m_layers->errorCurves()->curveOf(0), (std::vector<float>{0.3F}));
        QCOMPARE(m_layers->errorCurves()->curveOf(1), (std::vector<float>{0.2F, 0.02F}));
        QVERIFY(m_layers->errorCurves()->curveOf(2).empty());
        QCOMPARE(m_layers->errorCurves()->textOf(1), "block 0, up_proj: 0.2 → 0.02");
    }

    void lessErrorStandsLower()
    {
        const auto* curves = m_layers->errorCurves();
        QVERIFY(curves->placeOf(1, 2).y() > curves->placeOf(1, 1).y() + 50);
        QVERIFY(curves->placeOf(0, 1).y() < curves->placeOf(1, 1).y());
    }

    void aLayerWithoutACountIsDenseOnceTheRunIsDone()
    {
        QCOMPARE(m_layers->kernelBars()->counts(), (std::vector<int>{1, 2, BlockBars::kDense}));
        m_layers->update(converted(RunState::Running));
        QCOMPARE(m_layers->kernelBars()->counts(), (std::vector<int>{1, 2, BlockBars::kUnknown}));
    }

    void aChosenLayerIsChosenEverywhere()
    {
        auto* curves = m_layers->errorCurves();
        const QPointF place = curves->placeOf(1, 2);
        QCOMPARE(curves->layerAt(place + QPointF(0, 2)), 1);
        QTest::mouseClick(curves, Qt::LeftButton, {}, place.toPoint());
        QCOMPARE(m_layers->kernelBars()->current(), 1);
        QCOMPARE(m_layers->scatter()->current(), 1);
        QVERIFY2(m_layers->chosenText().contains("0.2 → 0.02"), qPrintable(m_layers->chosenText()));
        QTest::keyClick(curves, Qt::Key_Left);
        QCOMPARE(m_layers->kernelBars()->current(), 0);
    }

    void sizesComeFromTheModelsFiles()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!m_layers->values().shapes.empty(), kPatienceMs);
        QVERIFY(m_layers->values().weights()[1] > m_layers->values().weights()[0]);
        auto* scatter = m_layers->scatter();
        QVERIFY(scatter->placeOf(1).x() > scatter->placeOf(0).x());
        QVERIFY(scatter->placeOf(1).y() > scatter->placeOf(0).y());
        QCOMPARE(scatter->layerAt(scatter->placeOf(1)), 1);
        QVERIFY(scatter->textOf(2).isEmpty()); // dense: no error
    }

    void theTableHasARowPerLayer()
    {
        QTRY_VERIFY_WITH_TIMEOUT(!m_layers->values().shapes.empty(), kPatienceMs);
        const QStringList lines = m_layers->values().csv().trimmed().split('\n');
        QCOMPARE(lines.size(), 4);
        QCOMPARE(lines[0], "layer,out,in,kernels,relative_error,error_after_1,error_after_2");
        QVERIFY2(lines[2].endsWith(",2,0.02,0.2,0.02"), qPrintable(lines[2]));
    }

    void everyChartAndTheTableAreSaved()
    {
        QTemporaryDir folder;
        int saved = 0;
        QSignalSpy told(m_layers.get(), &RunLayers::told);
        for (QMenu* menu : m_layers->findChildren<QMenu*>())
            for (QAction* action : menu->actions()) {
                if (action->isSeparator()) continue;
                const QString file = folder.filePath(QStringLiteral("%1.svg").arg(++saved));
                setNextSaveFile(file);
                action->trigger();
                QVERIFY(QFile::exists(file));
            }
        QCOMPARE(saved, 5);
        QCOMPARE(told.count(), 5);
    }

    void aTrainingShowsNoConversion()
    {
        RunUpdate update;
        update.run = test::sampleRun(2, "finetune", "train", RunState::Running);
        m_layers->update(update);
        QVERIFY(!m_layers->errorCurves()->isVisible());
        QVERIFY(!m_layers->scatter()->isVisible());
    }

private:
    std::unique_ptr<RunLayers> m_layers;
};

QTEST_MAIN(TestConversionCharts)
#include "test_conversion_charts.moc"
