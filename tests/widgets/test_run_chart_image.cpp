// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_recorder.h"
#include "widgets/charts/layer_bars.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/run_chart_image.h"
#include "widgets/runs/run_chart_widget.h"

#include <set>

#include <QFile>
#include <QImage>
#include <QLabel>
#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

std::set<QRgb> colorsIn(const QImage& image, const QRect& part)
{
    std::set<QRgb> colors;
    for (int y = part.top(); y <= part.bottom(); ++y)
        for (int x = part.left(); x <= part.right(); ++x)
            colors.insert(image.pixel(x, y));
    return colors;
}

} // namespace

class TestRunChartImage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void drawsCurvesAndLayersOfAFinetuneRun()
    {
        QTemporaryDir folder;
        const std::filesystem::path database = folder.filePath(QStringLiteral("runs.sqlite")).toStdString();
        NewRun run;
        run.project = "test";
        run.kind = "finetune";
        run.name = "sixty steps";
        auto recorder = RunRecorder::begin(database, run);
        QVERIFY(recorder);
        recorder->layers({"model.layers.0.q_proj", "model.layers.0.up_proj"});
        recorder->layerStats(0, "kernel_count", {3, 2});
        for (int step = 1; step <= 60; ++step) {
            recorder->metric(step, "loss", 5.0 / step);
            recorder->metric(step, "flip_rate", 1e-3 / step);
            recorder->layerStats(step, "flips", {1.0F * static_cast<float>(step), 100});
        }
        QVERIFY(recorder->end(RunState::Done, "", {{"loss", 0.08}}));
        const QString file = folder.filePath(QStringLiteral("run.png"));
        QString error;
        QVERIFY2(writeRunChart(database, recorder->id(), file, &error), qPrintable(error));
        const QImage image(file);
        QCOMPARE(image.size(), QSize(1400, 900));
        const QRect loss(100, 150, 500, 250), flipRate(800, 150, 500, 250), kernels(100, 620, 500, 200),
            flips(800, 620, 500, 200);
        for (const QRect& part : {loss, flipRate, flips})
            QVERIFY2(colorsIn(image, part).size() > 8, qPrintable(QString::number(part.left())));
        QVERIFY(colorsIn(image, kernels).size() >= 3); // two layers of different parts on the ground
    }

    void oneKForAllLayersStandsInTheTitle()
    {
        RunUpdate update;
        update.run.kind = "finetune";
        update.run.name = "uniform";
        update.layerNames = {"model.layers.0.q_proj", "model.layers.0.up_proj"};
        update.layers = {{0, "kernel_count", {2, 2}}, {10, "scale_drift", {0.1F, 0.2F}}};
        update.metrics = {{"loss", {{1, 2, 0}, {2, 1, 0}}},
                          {"held_out_kl", {{1, 2, 0}, {2, 1, 0}}},
                          {"held_out_perplexity", {{1, 40, 0}, {2, 30, 0}}}};
        const RunChartWidget uniform(update);
        const auto title = [](const RunChartWidget& widget) {
            return widget.findChild<QLabel*>()->text().contains(QStringLiteral("K = 2 in every layer"));
        };
        QVERIFY(title(uniform));
        QCOMPARE(uniform.findChildren<LayerBars*>().size(), 1); // the drift
        QStringList curves;
        for (const LineChart* chart : uniform.findChildren<LineChart*>())
            for (const auto& curve : chart->curves())
                curves << curve.name;
        QCOMPARE(curves, (QStringList{"Loss", "KL on held-out text", "Held-out perplexity"}));
        update.layers.front().values = {2, 3};
        const RunChartWidget mixed(update);
        QVERIFY(!title(mixed));
        QCOMPARE(mixed.findChildren<LayerBars*>().size(), 2);
    }

    void saysWhatIsMissing()
    {
        QTemporaryDir folder;
        const QString png = folder.filePath(QStringLiteral("run.png"));
        const std::filesystem::path database = folder.filePath(QStringLiteral("runs.sqlite")).toStdString();
        QString error;
        QVERIFY(!writeRunChart(database, 1, png, &error));
        QVERIFY(error.contains(QStringLiteral("runs.sqlite")));
        QVERIFY(!std::filesystem::exists(database));
        QVERIFY(ExperimentStore::open(database));
        QVERIFY(!writeRunChart(database, 77, png, &error));
        QVERIFY2(error.contains(QStringLiteral("77")), qPrintable(error));
        QVERIFY(!QFile::exists(png));
    }
};

QTEST_MAIN(TestRunChartImage)
#include "test_run_chart_image.moc"
