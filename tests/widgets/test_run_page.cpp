// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/charts/layer_heatmap.h"
#include "widgets/charts/line_chart.h"
#include "widgets/runs/run_charts.h"
#include "widgets/runs/run_details.h"
#include "widgets/runs/run_header.h"
#include "widgets/runs/run_layers.h"
#include "widgets/runs/run_log.h"
#include "widgets/runs/run_page.h"
#include "widgets/runs/save_file.h"

#include <QComboBox>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

std::vector<MetricPoint> points(std::int64_t from, std::int64_t to)
{
    std::vector<MetricPoint> result;
    for (auto step = from; step <= to; ++step)
        result.push_back({step, 10.0 / static_cast<double>(step), 0});
    return result;
}

RunUpdate firstUpdate()
{
    RunUpdate update;
    update.run = test::sampleRun(3, "finetune", "run", RunState::Running);
    update.fromStart = true;
    update.metrics = {{"loss", points(1, 50)},
                      {"loss_kl", points(1, 50)},
                      {"flip_rate", points(1, 50)},
                      {"learning_rate", points(1, 50)},
                      {"tokens_per_second", points(1, 50)}};
    update.layerNames = {"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj"};
    update.layers = {{1, "kernel_count", {3, 3}}, {1, "flips", {4, 5}}, {2, "flips", {6, 7}}};
    update.logs = {
        {1, 1.0, "info", "loading"}, {2, 2.0, "warning", "little memory"}, {3, 3.0, "error", "no disk"}};
    return update;
}

} // namespace

class TestRunPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_page = std::make_unique<RunPage>();
        m_page->resize(1200, 600);
        m_page->show();
        m_page->setRun(3);
        m_page->update(firstUpdate());
    }

    void curvesGrowByWhatIsNew()
    {
        RunUpdate more;
        more.run = firstUpdate().run;
        more.metrics = {
            {"loss", points(51, 60)}, {"loss_hidden", points(1, 60)}, {"tokens_per_second", points(51, 60)}};
        m_page->update(more);
        const auto& curves = m_page->charts()->lossChart()->curves();
        QCOMPARE(curves.size(), 3U);
        QCOMPARE(curves[0].data.raw().size(), 60U);
        QCOMPARE(m_page->charts()->otherChart()->curves().at(0).data.raw().size(), 60U);
    }

    void theThirdChartNamesAndOffersWhatItShows()
    {
        RunUpdate whole = firstUpdate();
        whole.run = test::sampleRun(5, "finetune", "ended", RunState::Done);
        whole.metrics = {{"loss", points(1, 5)}, {"learning_rate", points(1, 5)}};
        m_page->setRun(5);
        m_page->update(whole); // all there will ever be of it
        const LineChart* chart = m_page->charts()->otherChart();
        QCOMPARE(chart->title(), "Learning rate");
        auto* choice = chart->findChild<QComboBox*>();
        QVERIFY(choice->isVisible());
        QCOMPARE(choice->currentText(), "Learning rate");
    }

    void aRunReadFromItsStartReplacesWhatStood()
    {
        RunUpdate again = firstUpdate();
        again.metrics = {{"loss", points(1, 20)}};
        m_page->update(again);
        QCOMPARE(m_page->charts()->lossChart()->curves()[0].data.raw().size(), 20U);
        QCOMPARE(m_page->layers()->flipMap()->grid().columns().size(), 2U);
        QCOMPARE(m_page->log()->text().count(QLatin1Char('\n')), 2);
    }

    void rowsOfTheRunSelectedBeforeAreIgnored()
    {
        m_page->setRun(7);
        m_page->update(firstUpdate());
        QVERIFY(!m_page->header()->isVisible());
    }

    void zoomIsShared()
    {
        m_page->charts()->lossChart()->setView(LineChart::View{10, 20});
        QCOMPARE(m_page->charts()->flipChart()->view()->low, 10.0);
        m_page->charts()->flipChart()->setView(std::nullopt);
        QVERIFY(!m_page->charts()->lossChart()->view());
    }

    void theLogFiltersByLevel()
    {
        QVERIFY(m_page->log()->text().contains(QStringLiteral("loading")));
        m_page->log()->findChild<QComboBox*>()->setCurrentIndex(1);
        QCOMPARE(m_page->log()->text().count(QLatin1Char('\n')), 1);
        const auto* view = m_page->log()->findChild<QPlainTextEdit*>();
        QTRY_COMPARE(view->toPlainText(), m_page->log()->text());
    }

    void theLogFollowsUntilTheUserScrollsUp()
    {
        std::vector<LogLine> lines;
        for (int i = 0; i < 1000; ++i)
            lines.push_back({10 + i, 1.0, "info", "line " + std::to_string(i)});
        m_page->tabs()->setCurrentWidget(m_page->log());
        m_page->log()->append(lines);
        const auto* view = m_page->log()->findChild<QPlainTextEdit*>();
        QTRY_COMPARE(view->document()->blockCount(), 1003);
        auto* bar = view->verticalScrollBar();
        QCOMPARE(bar->value(), bar->maximum());
        bar->triggerAction(QAbstractSlider::SliderPageStepSub);
        const int place = bar->value();
        m_page->log()->append({{5000, 1.0, "info", "one more"}});
        QTRY_COMPARE(view->document()->blockCount(), 1004);
        QCOMPARE(bar->value(), place);
    }

    void detailsHoldJobResultsAndSeed()
    {
        RunUpdate update = firstUpdate();
        update.run.seed = 1234;
        update.run.result = {{"perplexity", 40.25}};
        update.run.versions = {{"boolab", "0.1.0"}};
        update.artifacts = {{"boolean model", "/tmp/out & more", 1'500'000}};
        m_page->update(update);
        for (const char* part :
             {"perplexity", "40.25", "1234", "models/a.gguf", "0.1.0", "/tmp/out & more", "1.5 MB"})
            QVERIFY2(m_page->details()->text().contains(QString::fromLatin1(part)), part);
    }

    void aConvertRunOpensOnItsLayers()
    {
        RunUpdate update;
        update.run = test::sampleRun(1, "convert", "three kernels", RunState::Done);
        update.fromStart = true;
        m_page->setRun(1);
        m_page->update(update);
        QCOMPARE(m_page->tabs()->currentWidget(), m_page->layers());
        QVERIFY(!m_page->layers()->flipMap()->isVisible());
    }

    void savesAChartWhereAsked()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath(QStringLiteral("loss.csv"));
        setNextSaveFile(file);
        QSignalSpy told(m_page.get(), &RunPage::told);
        for (QMenu* menu : m_page->charts()->findChildren<QMenu*>())
            menu->actions().first()->trigger();
        QVERIFY(QFile::exists(file));
        QCOMPARE(told.count(), 1);
    }

    void requestsCarryTheRun()
    {
        QSignalSpy requested(m_page.get(), &RunPage::requested);
        m_page->header()->button(RunHeader::Ask::Stop)->click();
        QCOMPARE(requested.count(), 1);
        QCOMPARE(requested[0][0].toLongLong(), 3);
        QCOMPARE(requested[0][1].value<RequestKind>(), RequestKind::Stop);
    }

private:
    std::unique_ptr<RunPage> m_page;
};

QTEST_MAIN(TestRunPage)
#include "test_run_page.moc"
