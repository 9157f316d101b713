// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/inspect_model.h"
#include "tests/widgets/sample_runs.h"
#include "widgets/base/store_queue.h"
#include "widgets/charts/block_bars.h"
#include "widgets/charts/error_curves.h"
#include "widgets/charts/layer_bars.h"
#include "widgets/inspector/bit_plane_panel.h"
#include "widgets/inspector/correlation_map.h"
#include "widgets/inspector/error_steps.h"
#include "widgets/inspector/inspector_bar.h"
#include "widgets/inspector/inspector_tables.h"
#include "widgets/inspector/layer_inspector.h"
#include "widgets/inspector/layer_inspectors.h"
#include "widgets/inspector/scale_chart.h"
#include "widgets/model/tensor_tree_model.h"
#include "widgets/pages/model_page.h"
#include "widgets/runs/run_layers.h"
#include "widgets/runs/save_file.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QTreeView>

using namespace boolab;
using namespace boolab::ui;

namespace
{

constexpr int kPatienceMs = 20000;
const QString kBoolean = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean");
const QString kOriginal = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
const QString kOther = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/engine/data/llama/plain");

const char* const kAnswer = R"({"probe": {"text": "builtin", "tokens": 512, "output_rms": [3, 2, 1],
"output_error": [0.5, 0.2, 0.1], "output_error_in_model": [0.6, 0.3, 0.2],
"correlation": [[1, -0.5, 0], [-0.5, 1, 0.25], [0, 0.25, 1]]}})";

InspectionRequest request(const QString& layer, const QString& original = kOriginal)
{
    return {.model = kBoolean, .layer = layer, .original = original, .text = {}, .unavailable = {}};
}

} // namespace

class TestLayerInspector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        engine(QStringLiteral("printf '%s\\n' \"$@\" > \"$0.arguments\"\ncat <<'END'\n%1\nEND\n")
                   .arg(QLatin1String(kAnswer)));
        m_inspector =
            std::make_unique<LayerInspector>(path("cli").toStdString(), path("runs.sqlite").toStdString());
        m_inspector->show();
        QVERIFY(QTest::qWaitForWindowActive(m_inspector.get()));
    }
    void cleanup() { m_inspector.reset(); }

    void showsWhatFilesAndEngineSay()
    {
        inspect(request("model.layers.0.mlp.up_proj"));
        QCOMPARE(m_inspector->explanation(), QString());
        QCOMPARE(text("layerName"), "block 0, up_proj");
        QVERIFY2(text("layerFacts").contains("96 × 64") && text("layerFacts").contains("K = 3") &&
                     text("layerFacts").contains("4.25 bits per weight with scales") &&
                     text("layerFacts").contains("over the whole file"),
                 qPrintable(text("layerFacts")));
        QCOMPARE(m_inspector->planes()->kernels()->count(), 3);
        QCOMPARE(m_inspector->scalesOut()->histograms().size(), 3U);
        QCOMPARE(m_inspector->errors()->lines().size(), 1U);
        QTRY_COMPARE_WITH_TIMEOUT(m_inspector->errors()->lines().size(), 3U, kPatienceMs);
        QVERIFY(!m_inspector->isMeasuring());
        QVERIFY2(told().contains("512 tokens of the built-in text"), qPrintable(told()));
        QFile arguments(path("cli.arguments"));
        QVERIFY(arguments.open(QIODevice::ReadOnly));
        const QStringList words = QString::fromUtf8(arguments.readAll()).split('\n');
        QCOMPARE(words.mid(0, 4),
                 (QStringList{"inspect", kBoolean, "--layer", "model.layers.0.mlp.up_proj"}));
        QVERIFY(words.contains("--json") && words.contains("--original") && words.contains(kOriginal));
        const auto* table = m_inspector->findChild<QTreeView*>(QStringLiteral("kernels"));
        const QAbstractItemModelTester tester(table->model());
        QCOMPARE(table->model()->rowCount(), 3);
        QCOMPARE(table->model()->index(2, 3).data().toString(), "0.1");
    }

    void arrowKeysGoToTheLayersBesideAndEscapeCloses()
    {
        inspect(request("model.layers.0.self_attn.q_proj"));
        m_inspector->planes()->view()->setFocus();
        QTest::keyClick(m_inspector->planes()->view(), Qt::Key_Right);
        QTRY_COMPARE_WITH_TIMEOUT(text("layerName"), "block 0, k_proj", kPatienceMs);
        QTest::keyClick(m_inspector.get(), Qt::Key_Left, Qt::AltModifier);
        QTRY_COMPARE_WITH_TIMEOUT(text("layerName"), "block 0, q_proj", kPatienceMs);
        m_inspector->step(-1); // there is none before
        QVERIFY(!m_inspector->isReading());
        QTest::keyClick(m_inspector.get(), Qt::Key_Escape);
        QVERIFY(!m_inspector->isVisible());
    }

    void aDenseLayerIsExplained()
    {
        inspect(request("model.layers.1.self_attn.v_proj"));
        QVERIFY2(m_inspector->explanation().contains("stays in full precision"),
                 qPrintable(m_inspector->explanation()));
        m_inspector->step(1); // the others are still a step away
        QTRY_VERIFY_WITH_TIMEOUT(m_inspector->explanation().isEmpty(), kPatienceMs);
    }

    void whatIsMissingIsExplained_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("layer");
        QTest::addColumn<QString>("said");
        QTest::newRow("no folder") << "/nowhere"
                                   << "model.layers.0.mlp.up_proj"
                                   << "no such file or folder";
        QTest::newRow("no layer") << kBoolean << "model.layers.0.mlp.upproj"
                                  << "Did you mean";
    }
    void whatIsMissingIsExplained()
    {
        QFETCH(QString, model);
        QFETCH(QString, layer);
        QFETCH(QString, said);
        InspectionRequest wrong = request(layer);
        wrong.model = model;
        inspect(wrong);
        QVERIFY2(m_inspector->explanation().contains(said), qPrintable(m_inspector->explanation()));
    }

    void anOriginalThatDoesNotFitIsNamedAndTheRestIsShown()
    {
        inspect(request("model.layers.0.mlp.up_proj", kOther));
        QCOMPARE(m_inspector->explanation(), QString());
        QVERIFY2(told().contains("expected 96 x 64"), qPrintable(told()));
        QVERIFY(m_inspector->errors()->lines().empty());
        QCOMPARE(m_inspector->scalesIn()->histograms().size(), 3U);
        // Naming the right one mends it.
        m_inspector->bar()->findChild<QLineEdit*>()->setText(kOriginal);
        QTRY_VERIFY_WITH_TIMEOUT(!m_inspector->errors()->lines().empty(), kPatienceMs);
    }

    void aFailingEngineIsHeard()
    {
        engine("echo '{\"error\": {\"message\": \"probe.txt: 3 tokens\", \"hint\": \"Name a longer "
               "text.\"}}'\nexit 3\n");
        inspect(request("model.layers.0.mlp.up_proj"));
        QTRY_COMPARE_WITH_TIMEOUT(told(), "probe.txt: 3 tokens Name a longer text.", kPatienceMs);
        QCOMPARE(m_inspector->errors()->lines().size(), 1U); // the weight's stays
    }

    void aMissingEngineIsHeard()
    {
        QVERIFY(QFile::remove(path("cli")));
        inspect(request("model.layers.0.mlp.up_proj"));
        QTRY_VERIFY_WITH_TIMEOUT(told().contains("cannot be started"), kPatienceMs);
    }

    void aMeasurementIsCancelled()
    {
        engine("exec sleep 60\n");
        inspect(request("model.layers.0.mlp.up_proj"));
        QTRY_VERIFY_WITH_TIMEOUT(m_inspector->isMeasuring(), kPatienceMs);
        auto* button = m_inspector->findChild<QPushButton*>(QStringLiteral("measure"));
        QCOMPARE(button->text(), "&Cancel");
        button->click();
        QVERIFY(!m_inspector->isMeasuring());
        QCOMPARE(told(), "Cancelled.");
        QCOMPARE(button->text(), "&Measure outputs");
    }

    void everyChartAndTableIsSaved()
    {
        inspect(request("model.layers.0.mlp.up_proj"));
        QTRY_COMPARE_WITH_TIMEOUT(m_inspector->errors()->lines().size(), 3U, kPatienceMs);
        int saved = 0;
        for (QMenu* menu : m_inspector->findChildren<QMenu*>())
            for (QAction* action : menu->actions()) {
                if (action->isSeparator() || menu->parent()->objectName().endsWith("_browse")) continue;
                const bool isPlane = action->text().contains("a pixel per sign");
                const QString file = path(qPrintable(QString::number(++saved) + (isPlane ? ".png" : ".svg")));
                setNextSaveFile(file);
                action->trigger();
                QVERIFY2(QFile::exists(file), qPrintable(action->text()));
                if (isPlane) QCOMPARE(QImage(file).size(), QSize(64, 96));
            }
        QCOMPARE(saved, 8);
        const QStringList rows =
            kernelsCsv(m_inspector->reading(), m_inspector->probe()).trimmed().split('\n');
        QCOMPARE(rows.size(), 4);
        QVERIFY(rows[0].startsWith(
            "kernel,plus_share,weight_error,output_error,output_error_in_model,output_rms,"));
        QVERIFY2(rows[2].endsWith(",-0.5,1,0.25"), qPrintable(rows[2]));
        QCOMPARE(scalesCsv(*m_inspector->reading().layer).count('\n'), 1 + 3 * (96 + 64));
    }

    void theBitPlaneShowsTheSigns()
    {
        inspect(request("model.layers.0.mlp.up_proj"));
        const LayerInspection& layer = *m_inspector->reading().layer;
        const QImage image = bitPlaneImage(layer, 1, 0, 0, {64, 96}, {1, 1}, Qt::white, Qt::black);
        for (int row = 0; row < 96; ++row)
            for (int column = 0; column < 64; ++column)
                QCOMPARE(image.pixelColor(column, row) == QColor(Qt::white), layer.isPlus(1, row, column));
        const QImage part = bitPlaneImage(layer, 1, 90, 60, {64, 96}, {4, 1}, Qt::white, Qt::black);
        QCOMPARE(part.size(), QSize(16, 24)); // no more than there is
        QCOMPARE(part.pixelColor(7, 11) == QColor(Qt::white), layer.isPlus(1, 92, 61));
        const QImage small = bitPlaneImage(layer, 0, 0, 0, {64, 96}, {1, 5}, Qt::white, Qt::black);
        QCOMPARE(small.size(), QSize(13, 20));
        QVERIFY(fittingZoom(96, 64, {500, 500}, 16) == (BitPlaneZoom{5, 1}));
        QVERIFY(fittingZoom(1536, 576, {500, 300}, 16) == (BitPlaneZoom{1, 6}));
    }

    void hoveringABitPlaneTellsTheSignUnderTheMouse()
    {
        inspect(request("model.layers.0.mlp.up_proj"));
        BitPlaneView* view = m_inspector->planes()->view();
        view->resize(640, 480);
        view->fit();
        const int pixels = view->zoom().pixels;
        const QPointF origin((640 - 64 * pixels) / 2, (480 - 96 * pixels) / 2);
        const QPointF place = origin + QPointF(10.5 * pixels, 20.5 * pixels);
        QCOMPARE(view->signAt(place), QPoint(10, 20));
        const QString sign = m_inspector->reading().layer->isPlus(0, 20, 10) ? "+1" : "−1";
        QVERIFY2(view->textAt(place).startsWith("row 20, column 10: " + sign),
                 qPrintable(view->textAt(place)));
        QCOMPARE(view->textAt({0, 240}), QString());
        for (int i = 0; i < 3; ++i) { // what is in the middle stays there
            view->zoomBy(1);
            const QPoint middle = view->signAt({320, 240});
            QVERIFY2(std::abs(middle.x() - 32) <= 1 && std::abs(middle.y() - 48) <= 1,
                     qPrintable(view->textAt({320, 240})));
        }
        QTest::keyClick(view, Qt::Key_0);
        QVERIFY(view->isFit());
    }

    void chartsTellTheirValues()
    {
        inspect(request("model.layers.0.mlp.up_proj"));
        QTRY_COMPARE_WITH_TIMEOUT(m_inspector->errors()->lines().size(), 3U, kPatienceMs);
        const auto* errors = m_inspector->errors();
        QVERIFY(errors->placeOf(1, 3).y() > errors->placeOf(1, 1).y() + 10); // less stands lower
        QVERIFY2(errors->textAt(errors->placeOf(1, 2)).contains("output: 0.2"),
                 qPrintable(errors->textAt(errors->placeOf(1, 2))));
        const auto* map = m_inspector->correlation();
        QCOMPARE(map->textAt(map->cellOf(0, 1).center()), "Outputs of kernels 1 and 2: correlation -0.5000");
    }

    void anUnfinishedRunIsExplained()
    {
        RunLayers layers;
        RunUpdate update;
        update.run = test::sampleRun(1, "convert", "half done", RunState::Running);
        update.run.job = {{"model", kOriginal.toStdString()}, {"output", kBoolean.toStdString()}};
        update.fromStart = true;
        update.layerNames = {"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj"};
        update.layers = {{3, "kernel_count", {1, 0}}, {3, "relative_error", {0.3F, NAN}}};
        layers.resize(900, 500);
        layers.show();
        layers.update(update);
        QSignalSpy asked(&layers, &RunLayers::inspectRequested);
        layers.kernelBars()->activated(0);
        auto wanted = asked[0][0].value<InspectionRequest>();
        QCOMPARE(wanted.layer, "model.layers.0.self_attn.q_proj");
        QCOMPARE(wanted.original, kOriginal);
        QVERIFY(!wanted.unavailable.isEmpty());
        m_inspector->inspect(wanted);
        QCOMPARE(m_inspector->explanation(), wanted.unavailable);
        update.run.state = RunState::Done;
        layers.update(update);
        layers.errorCurves()->activated(1);
        QVERIFY(asked[1][0].value<InspectionRequest>().unavailable.isEmpty());
    }

    void aPinnedLayerIsNotWaitedForWhileTheRunGoesOn()
    {
        RunLayers layers;
        RunUpdate update;
        update.run = test::sampleRun(1, "convert", "half done", RunState::Running);
        update.fromStart = true;
        update.layerNames = {"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj"};
        update.layers = {{3, "kernel_count", {0, NAN}}, {3, "relative_error", {NAN, NAN}}};
        layers.resize(900, 500);
        layers.show();
        layers.update(update);
        QCOMPARE(layers.kernelBars()->textOf(0), "block 0, q_proj: stays in full precision");
        QCOMPARE(layers.kernelBars()->textOf(1), "block 0, up_proj: not yet");
        const auto* bars = layers.errorBars();
        QCOMPARE(bars->textAt({bars->width() * 0.3, bars->height() * 0.5}),
                 "block 0, q_proj: stays in full precision");
    }

    void theModelPageNamesTheLayerOfABooleanModel()
    {
        ModelPage page;
        QSignalSpy asked(&page, &ModelPage::inspectRequested);
        auto* tensors = page.findChild<QTreeView*>(QStringLiteral("tensors"));
        auto* button = page.findChild<QPushButton*>(QStringLiteral("inspectLayer"));
        const auto open = [&](const QString& path) {
            page.showModel({path.toStdString(), *inspectModel(path.toStdString())});
            const QModelIndex block = tensors->model()->index(1, 0); // behind the embeddings
            tensors->setCurrentIndex(tensors->model()->index(7, 0, block));
        };
        open(kBoolean);
        QVERIFY(!button->isHidden() && button->isEnabled());
        button->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), "model.layers.0.mlp.up_proj");
        const QModelIndex layer = tensors->currentIndex();
        QCOMPARE(layer.siblingAtColumn(TensorTreeModel::Bits).data().toString(), "4.25");
        tensors->setCurrentIndex(layer.parent());
        QVERIFY(!button->isEnabled()); // a block is no layer
        open(kOriginal);
        QVERIFY(button->isHidden()); // a dense model has no kernels to look at
    }

    void comparingOpensAnotherInspector()
    {
        QWidget window;
        StoreQueue store(path("runs.sqlite").toStdString());
        LayerInspectors inspectors(path("cli").toStdString(), path("runs.sqlite").toStdString(), store,
                                   &window);
        inspectors.show(request("model.layers.0.mlp.up_proj"));
        QTRY_VERIFY_WITH_TIMEOUT(inspectors.newest() != nullptr, kPatienceMs);
        LayerInspector* first = inspectors.newest();
        QTRY_VERIFY_WITH_TIMEOUT(!first->isReading(), kPatienceMs);
        inspectors.show(request("model.layers.0.mlp.down_proj"));
        QTRY_COMPARE_WITH_TIMEOUT(first->request().layer, "model.layers.0.mlp.down_proj", kPatienceMs);
        QCOMPARE(inspectors.newest(), first);
        Q_EMIT first->compareRequested(first->request());
        QVERIFY(inspectors.newest() != first && inspectors.newest()->isVisible() && first->isVisible());
    }

private:
    QString path(const char* name) const { return m_folder->filePath(QLatin1String(name)); }
    QString told() const { return m_inspector->bar()->told(); }
    QString text(const char* name) const
    {
        return m_inspector->findChild<QLabel*>(QLatin1String(name))->text().remove(QChar(0x200b));
    }
    void inspect(const InspectionRequest& wanted)
    {
        m_inspector->inspect(wanted);
        QTRY_VERIFY_WITH_TIMEOUT(!m_inspector->isReading(), kPatienceMs);
    }
    /// A stand-in for boolab-cli.
    void engine(const QString& script) const
    {
        QFile file(path("cli"));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
        file.write("#!/bin/sh\n" + script.toUtf8());
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<LayerInspector> m_inspector;
};

QTEST_MAIN(TestLayerInspector)
#include "test_layer_inspector.moc"
