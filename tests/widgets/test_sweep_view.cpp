// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_sweep.h"
#include "widgets/charts/point_chart.h"
#include "widgets/runs/run_charts.h"
#include "widgets/runs/run_header.h"
#include "widgets/runs/run_page.h"
#include "widgets/runs/save_file.h"
#include "widgets/sweep/sweep_model.h"
#include "widgets/sweep/sweep_view.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

using namespace boolab;
using namespace boolab::ui;

namespace
{

QString printed(const QAbstractItemModel& model)
{
    QString table;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.index(row, column).data().toString();
        table += cells.join(QLatin1Char('|')) + QLatin1Char('\n');
    }
    return table;
}

} // namespace

class TestSweepView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_view = std::make_unique<SweepView>();
        m_view->resize(1000, 420);
        m_view->show();
        m_view->setSweep(test::sampleSweep(), test::sampleSweepRuns(test::sampleSweep()));
    }

    void theTableTellsOfEveryPoint()
    {
        QAbstractItemModelTester tester(m_view->model(),
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(printed(*m_view->model()), "full precision|20||16.00||16.00|270.0 MB\n"
                                            "svid, 2 bits|4000|200|2.25|0.25|4.00|40.0 MB\n"
                                            "svid, 3 bits|400|20|3.25|0.25|5.00|50.0 MB\n"
                                            "refined, 2 bits|measuring|||||\n"
                                            "refined, 3 bits|waiting|||||\n");
        QVERIFY(m_view->model()->index(3, 0).data(Qt::ToolTipRole).toString().contains("measuring, 3 of 8"));
        QVERIFY2(m_view->note().startsWith("2 of 4 points are done."), qPrintable(m_view->note()));
    }

    void theChartDrawsWhatIsMeasuredByMethod()
    {
        const auto& points = m_view->chart()->points();
        QCOMPARE(points.size(), 2U);
        QCOMPARE(points[0].x, 2.25);
        QCOMPARE(points[1].y, 400.0);
        QCOMPARE(points[0].series, 0);
        m_view->findChild<QComboBox*>("sweepAxis")->setCurrentIndex(2);
        QCOMPARE(m_view->chart()->points()[1].x, 50.0);
        for (const char* part :
             {"svid, 3 bits", "perplexity 400", "20 × full precision", "3.25", "50", "scales"})
            QVERIFY2(points[1].text.contains(QString::fromUtf8(part)), qPrintable(points[1].text));
    }

    void aFigureThatArrivesInTheDatabaseIsDrawn()
    {
        RunRecord sweep = test::sampleSweep();
        auto runs = test::sampleSweepRuns(sweep);
        runs[0].state = RunState::Done;
        runs[0].result = {{"perplexity", 300.0},
                          {"bits_per_weight", 2.25},
                          {"bits_per_weight_all", 4.0},
                          {"file_bytes", 4e7}};
        runs[1].result = {{"kernels", 2}, {"relative_error", 0.3}};
        m_view->setSweep(sweep, runs);
        QCOMPARE(m_view->chart()->points().size(), 3U);
        QCOMPARE(m_view->chart()->points()[2].series, 1);
        QCOMPARE(m_view->model()->index(3, SweepModel::Ratio).data().toString(), "15");
        QCOMPARE(m_view->model()->index(3, SweepModel::ScaleBits).data().toString(), "0.25");
    }

    void aClickOpensTheRun()
    {
        QSignalSpy opened(m_view.get(), &SweepView::runRequested);
        PointChart* chart = m_view->chart();
        QTest::mouseClick(chart, Qt::LeftButton, {}, chart->placeOf(1).toPoint());
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toLongLong(), 24);
        QCOMPARE(m_view->table()->currentIndex().row(), 2);
        QTest::mouseClick(chart, Qt::LeftButton, {}, QPoint(2, 2));
        QCOMPARE(opened.count(), 1);
    }

    void theKeyboardWalksAndOpens()
    {
        QSignalSpy opened(m_view.get(), &SweepView::runRequested);
        QTest::keyClick(m_view->chart(), Qt::Key_Right);
        QTest::keyClick(m_view->chart(), Qt::Key_Right);
        QTest::keyClick(m_view->chart(), Qt::Key_Right);
        QTest::keyClick(m_view->chart(), Qt::Key_Return);
        QCOMPARE(opened.count(), 1);
        QCOMPARE(opened[0][0].toLongLong(), 24);
    }

    void whatFailedIsExplained()
    {
        RunRecord sweep = test::sampleSweep(RunState::Stopped);
        nlohmann::json result = sweep.result.get();
        result["points"][1] = {{"method", "svid"}, {"bits", 3.0}, {"error", {{"message", "no disk left"}}}};
        sweep.result = result;
        m_view->setSweep(sweep, {sweep});
        QVERIFY2(m_view->note().contains("svid, 3 bits: no disk left"), qPrintable(m_view->note()));
        QVERIFY2(m_view->note().contains("2 are left: Resume goes on"), qPrintable(m_view->note()));
        QCOMPARE(m_view->model()->index(2, SweepModel::Perplexity).data().toString(), "failed");
        QCOMPARE(m_view->chart()->points().size(), 1U);
    }

    void anInfinitePerplexityIsNoPoint()
    {
        RunRecord sweep = test::sampleSweep(RunState::Done);
        nlohmann::json result = sweep.result.get();
        result["points"][0]["perplexity"] = nullptr;
        sweep.result = result;
        m_view->setSweep(sweep, {sweep});
        QCOMPARE(m_view->chart()->points().size(), 1U);
        QVERIFY2(m_view->note().contains("svid, 2 bits: the perplexity is infinite"),
                 qPrintable(m_view->note()));
    }

    void savesPictureAndTable()
    {
        QTemporaryDir folder;
        auto* save = m_view->findChild<QToolButton*>();
        for (const char* name : {"a.png", "a.svg", "a.csv"}) {
            setNextSaveFile(folder.filePath(name));
            save->click();
            QVERIFY2(QFile::exists(folder.filePath(name)), name);
        }
        const QStringList lines = m_view->csv().trimmed().split('\n');
        QCOMPARE(lines.size(), 4); // heading, full precision, two points
        QVERIFY2(lines[0].startsWith("method,bits,kernels,bits_per_weight,"), qPrintable(lines[0]));
        QVERIFY2(lines[3].startsWith("svid,3"), qPrintable(lines[3]));
    }

    void theRunPageShowsASweepAndItsPartsLeadBack()
    {
        const RunRecord sweep = test::sampleSweep();
        const auto runs = test::sampleSweepRuns(sweep);
        RunPage page;
        page.resize(1100, 500);
        page.show();
        page.setRuns(std::make_shared<const std::vector<RunRecord>>(runs));
        page.setRun(sweep.id);
        RunUpdate update;
        update.run = sweep;
        update.fromStart = true;
        page.update(update);
        QCOMPARE(page.tabs()->currentWidget(), page.sweep());
        QVERIFY(!page.tabs()->isTabVisible(page.tabs()->indexOf(page.charts())));
        QSignalSpy asked(&page, &RunPage::runRequested);
        QTest::keyClick(page.sweep()->chart(), Qt::Key_Right);
        QTest::keyClick(page.sweep()->chart(), Qt::Key_Return);
        QCOMPARE(asked.count(), 1);

        page.setRun(26);
        update.run = runs[1];
        page.update(update);
        QVERIFY(page.tabs()->currentWidget() != page.sweep());
        QVERIFY(page.tabs()->isTabVisible(page.tabs()->indexOf(page.charts())));
        QVERIFY(!page.tabs()->isTabVisible(page.tabs()->indexOf(page.sweep())));
        auto* parent = page.findChild<QToolButton*>("parentRun");
        QVERIFY(parent->isVisible());
        QVERIFY(parent->text().contains("grid"));
        parent->click();
        QCOMPARE(asked.last()[0].toLongLong(), sweep.id);
    }

    void anEndedSweepCanBeResumed_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("can");
        QTest::newRow("stopped") << static_cast<int>(RunState::Stopped) << true;
        QTest::newRow("killed") << static_cast<int>(RunState::Interrupted) << true;
        QTest::newRow("running") << static_cast<int>(RunState::Running) << false;
        QTest::newRow("done") << static_cast<int>(RunState::Done) << false;
    }

    void anEndedSweepCanBeResumed()
    {
        QFETCH(int, state);
        QFETCH(bool, can);
        RunHeader header;
        header.show();
        header.setRun(test::sampleSweep(static_cast<RunState>(state)));
        QCOMPARE(header.button(RunHeader::Ask::Resume)->isVisible(), can);
    }

private:
    std::unique_ptr<SweepView> m_view;
};

QTEST_MAIN(TestSweepView)
#include "test_sweep_view.moc"
