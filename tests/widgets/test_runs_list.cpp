// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/runs/notice_bar.h"
#include "widgets/runs/run_search.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_model.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QTreeView>

using namespace boolab;
using namespace boolab::ui;

class TestRunsList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_list = std::make_unique<RunsList>();
        m_list->resize(900, 300);
        m_list->show();
    }

    void anEmptyListSaysWhatToDo()
    {
        m_list->setRuns({});
        QVERIFY(!m_list->view()->isVisible());
        bool explained = false;
        for (const QLabel* label : m_list->findChildren<QLabel*>())
            explained |=
                label->isVisible() && label->text().startsWith(QStringLiteral("No runs yet. Drop a model"));
        QVERIFY(explained);
    }

    void theNewestRunIsSelectedAtFirst()
    {
        m_list->setRuns(test::sampleRuns());
        QCOMPARE(m_list->currentRun(), 4);
    }

    void aRunAskedForBeforeItExistsIsSelectedWhenItAppears()
    {
        m_list->showRun(9);
        m_list->setRuns(test::sampleRuns());
        auto runs = test::sampleRuns();
        runs.insert(runs.begin(), test::sampleRun(9, "convert", "started from the form", RunState::Running));
        m_list->setRuns(runs);
        QCOMPARE(m_list->currentRun(), 9);
    }

    void aNewSnapshotKeepsTheSelection()
    {
        m_list->setRuns(test::sampleRuns());
        m_list->showRun(2);
        auto runs = test::sampleRuns();
        runs.insert(runs.begin(), test::sampleRun(9, "convert", "new", RunState::Running));
        m_list->setRuns(runs);
        QCOMPARE(m_list->currentRun(), 2);
    }

    void deletingCanBeUndone()
    {
        m_list->setRuns(test::sampleRuns());
        QSignalSpy deleted(m_list.get(), &RunsList::deleted);
        m_list->showRun(2);
        m_list->view()->setFocus();
        QVERIFY(QTest::qWaitForWindowActive(m_list.get()));
        QTest::keyClick(m_list->view(), Qt::Key_Delete);
        QCOMPARE(m_list->view()->model()->rowCount(), 3);
        QVERIFY(m_list->notice()->isVisible());
        m_list->notice()->actionButton()->click();
        QCOMPARE(m_list->view()->model()->rowCount(), 4);
        m_list->confirmDelete();
        QCOMPARE(deleted.count(), 0);
    }

    void theRowAfterADeletedOneIsSelectedWhole()
    {
        m_list->setRuns(test::sampleRuns());
        m_list->showRun(2);
        m_list->deleteSelected();
        QVERIFY(m_list->currentRun() != 2);
        const QModelIndexList selected = m_list->view()->selectionModel()->selectedRows();
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected[0].row(), m_list->view()->currentIndex().row());
    }

    void severalRunsAreDeletedTogetherAndActiveOnesStay()
    {
        m_list->setRuns(test::sampleRuns());
        QSignalSpy deleted(m_list.get(), &RunsList::deleted);
        m_list->view()->selectAll();
        m_list->deleteSelected();
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
        m_list->confirmDelete();
        QCOMPARE(deleted.count(), 1);
        auto ids = deleted[0][0].value<std::vector<RunId>>();
        std::ranges::sort(ids);
        QCOMPARE(ids, (std::vector<RunId>{1, 2, 4}));
    }

    void aSweepIsDeletedWithItsPartsAndFoundByThem()
    {
        auto runs = test::sampleRuns();
        auto part = test::sampleRun(11, "convert", "svid, 2 bits", RunState::Done);
        part.parent = 10;
        runs.insert(runs.begin(), {part, test::sampleRun(10, "sweep", "grid", RunState::Done)});
        m_list->setRuns(runs);
        m_list->showRun(11);
        QCOMPARE(m_list->currentRun(), 11);
        QVERIFY(m_list->view()->isExpanded(m_list->view()->currentIndex().parent()));
        m_list->findChild<QLineEdit*>()->setText("svid");
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
        m_list->findChild<QLineEdit*>()->setText("grid");
        QCOMPARE(m_list->view()->model()->rowCount(m_list->view()->model()->index(0, 0)), 1);
        m_list->findChild<QLineEdit*>()->clear();
        QSignalSpy deleted(m_list.get(), &RunsList::deleted);
        m_list->showRun(10);
        m_list->deleteSelected();
        QVERIFY2(m_list->notice()->text().contains("“grid” with all runs below it"),
                 qPrintable(m_list->notice()->text()));
        m_list->confirmDelete();
        QCOMPARE(deleted[0][0].value<std::vector<RunId>>(), (std::vector<RunId>{10, 11}));
    }

    void searchesAndSaysWhatIsWrong()
    {
        m_list->setRuns(test::sampleRuns());
        m_list->search()->setText(QStringLiteral("kind:finetune -state:failed"));
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
        m_list->search()->setText(QStringLiteral("perplexity<many"));
        QVERIFY(m_list->search()->complaint()->isVisible());
        QVERIFY2(m_list->search()->complaint()->text().contains("character 12"),
                 qPrintable(m_list->search()->complaint()->text()));
        QCOMPARE(m_list->view()->model()->rowCount(), 1); // as before
        m_list->search()->setText(QStringLiteral("ppl<41"));
        QVERIFY(!m_list->search()->complaint()->isVisible());
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
        m_list->search()->setText(QStringLiteral("perplexty<41"));
        QVERIFY(!m_list->search()->complaint()->isVisible()); // it may be a curve
        m_list->setCurves(std::make_shared<SummaryTable>());
        QVERIFY(m_list->search()->complaint()->isVisible());
        QVERIFY(m_list->search()->complaint()->text().contains("did you mean \"perplexity\""));
    }

    void curvesAreAskedForWhereTheSearchNeedsThem()
    {
        m_list->setRuns(test::sampleRuns());
        QSignalSpy wanted(m_list.get(), &RunsList::curvesWanted);
        m_list->search()->setText(QStringLiteral("cpu_load.max>1"));
        QVERIFY(wanted.last()[0].toBool());
        QCOMPARE(m_list->view()->model()->rowCount(), 0);
        m_list->setCurves(
            std::make_shared<SummaryTable>(SummaryTable{{3, {{"cpu_load", 1, 0.5, 0.5, 1.5}}}}));
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
    }

    void archivedAndDeletedRunsShowWhereAskedFor()
    {
        auto runs = test::sampleRuns();
        runs[0].archivedAt = 5;
        m_list->setRuns(runs);
        auto gone = test::sampleRun(8, "convert", "gone", RunState::Done);
        gone.deletedAt = 5;
        m_list->setDeletedRuns({gone});
        QCOMPARE(m_list->view()->model()->rowCount(), 3);
        m_list->search()->setText(QStringLiteral("is:archived"));
        QCOMPARE(m_list->currentRun(), 0);
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
        m_list->search()->setText(QStringLiteral("is:deleted"));
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
        m_list->showRun(8);
        QSignalSpy restored(m_list.get(), &RunsList::restored), deleted(m_list.get(), &RunsList::deleted);
        m_list->restoreSelected();
        QCOMPARE(restored[0][0].value<std::vector<RunId>>(), std::vector<RunId>{8});
        m_list->undo();
        QCOMPARE(deleted[0][0].value<std::vector<RunId>>(), std::vector<RunId>{8});
    }

    void theProjectNarrowsTheListTogetherWithTheSearch()
    {
        auto runs = test::sampleRuns();
        for (RunRecord& run : runs)
            run.project = "one";
        m_list->setRuns(runs);
        QVERIFY(!m_list->projects()->isVisible()); // there is nothing to choose
        runs[1].project = runs[2].project = "two";
        m_list->setRuns(runs);
        QComboBox* projects = m_list->projects();
        QVERIFY(projects->isVisible());
        QVERIFY(!projects->accessibleName().isEmpty());
        QCOMPARE(projects->count(), 3);
        QCOMPARE(projects->itemText(1), QStringLiteral("one"));
        projects->setCurrentIndex(2);
        QCOMPARE(m_list->view()->model()->rowCount(), 2);
        m_list->search()->setText(QStringLiteral("state:failed"));
        QCOMPARE(m_list->view()->model()->rowCount(), 1);
        m_list->search()->setText({});
        m_list->showRun(1); // of the other project
        QCOMPARE(m_list->currentRun(), 1);
        QCOMPARE(projects->currentIndex(), 0);
        projects->setCurrentIndex(2);
        std::erase_if(runs, [](const RunRecord& run) { return run.project == "two"; });
        m_list->setRuns(runs);
        QVERIFY(!projects->isVisible());
        QCOMPARE(m_list->view()->model()->rowCount(), 2); // and none is hidden by what is gone
    }

    void statesAndStepsAreNeverCut_data()
    {
        QTest::addColumn<int>("size");
        for (const int size : {8, 10, 14})
            QTest::addRow("%d points", size) << size;
    }

    void statesAndStepsAreNeverCut()
    {
        QFETCH(int, size);
        QFont font = m_list->font();
        font.setPointSize(size);
        m_list->setFont(font);
        auto run = test::sampleRun(1, "finetune", "long", RunState::Interrupted);
        run.step = 4310;
        run.totalSteps = 10000;
        run.endedAt = run.heartbeatAt = run.startedAt + 730; // 12 min 10 s
        m_list->setRuns({run});
        for (const int column : {int{RunsModel::State}, int{RunsModel::Progress}, int{RunsModel::Duration}}) {
            const QModelIndex index = m_list->view()->model()->index(0, column);
            const int needed = m_list->view()->sizeHintForIndex(index).width(),
                      given = m_list->view()->columnWidth(column);
            QVERIFY2(needed <= given,
                     qPrintable(QStringLiteral("%1: %2 of %3").arg(column).arg(given).arg(needed)));
        }
    }

    void aFinalDeletionCanBeUndoneToo()
    {
        m_list->setRuns(test::sampleRuns());
        QSignalSpy restored(m_list.get(), &RunsList::restored);
        m_list->showRun(2);
        m_list->deleteSelected();
        m_list->confirmDelete();
        m_list->undo();
        QCOMPARE(restored[0][0].value<std::vector<RunId>>(), std::vector<RunId>{2});
        QCOMPARE(m_list->view()->model()->rowCount(), 4);
    }

    void pinsTagsAndTheArchiveAreChangedAndUndone()
    {
        auto runs = test::sampleRuns();
        runs[0].tags = {"base", "old"};
        m_list->setRuns(runs);
        m_list->showRun(4);
        QSignalSpy pinned(m_list.get(), &RunsList::pinned), archived(m_list.get(), &RunsList::archived),
            tagged(m_list.get(), &RunsList::tagged);
        m_list->pinSelected();
        QVERIFY(pinned[0][1].toBool());
        m_list->archiveSelected();
        QVERIFY(archived[0][1].toBool());
        m_list->changeTags({4}, QStringLiteral("new -old"));
        QCOMPARE(tagged[0][1].value<std::vector<std::string>>(), (std::vector<std::string>{"base", "new"}));
        QVERIFY(m_list->notice()->isVisible());
        m_list->notice()->actionButton()->click();
        QCOMPARE(tagged[1][1].value<std::vector<std::string>>(), (std::vector<std::string>{"base", "old"}));
        m_list->undo();
        QVERIFY(!archived[1][1].toBool());
        m_list->undo();
        QVERIFY(!pinned[1][1].toBool());
    }

    void aRunAtWorkIsNotDeleted()
    {
        m_list->setRuns(test::sampleRuns());
        m_list->showRun(3);
        m_list->deleteSelected();
        QCOMPARE(m_list->view()->model()->rowCount(), 4);
        QVERIFY(m_list->notice()->text().contains(QStringLiteral("Stop it first")));
    }

private:
    std::unique_ptr<RunsList> m_list;
};

QTEST_MAIN(TestRunsList)
#include "test_runs_list.moc"
