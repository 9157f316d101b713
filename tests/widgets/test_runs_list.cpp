// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/runs/notice_bar.h"
#include "widgets/runs/runs_list.h"

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
