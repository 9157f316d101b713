// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/runs/runs_model.h"

#include <QAbstractItemModelTester>
#include <QIcon>
#include <QSignalSpy>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

/// All columns but "Started", which depends on the time zone.
QString printed(const QAbstractItemModel& model)
{
    QString table;
    for (int row = 0; row < model.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            if (column != RunsModel::Started) cells << model.index(row, column).data().toString();
        table += cells.join(QLatin1Char('|')) + QLatin1Char('\n');
    }
    return table;
}

} // namespace

class TestRunsModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void printsAsExpected()
    {
        RunsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto runs = test::sampleRuns();
        runs.back().tags = {"base", "paper"};
        runs.back().notes = "Why\n\nbecause";
        runs.back().pinned = true;
        model.setRuns(runs);
        QVERIFY(!model.index(3, RunsModel::Name).data(Qt::DecorationRole).value<QIcon>().isNull());
        QVERIFY(!model.index(2, RunsModel::Name).data(Qt::DecorationRole).isValid());
        QCOMPARE(printed(model), "Done|after|evaluate|other|50 / 200|1 min 15 s|40.23|3.69|||\n"
                                 "Running|second try|finetune|smollm2-135m|50 / 200|1 min 15 s|||||\n"
                                 "Failed|first try|finetune|smollm2-135m|50 / 200|1 min 15 s|||||\n"
                                 "Done|three kernels|convert|smollm2-135m|210 / 210|1 h 1 min|||3.04 · 5.87 "
                                 "· 98.6 MB|base paper|Why\n");
    }

    void aModelsPerplexityStandsAtTheRunThatMadeIt()
    {
        RunsModel model;
        auto conversion = test::sampleRuns().back();
        nlohmann::json job = conversion.job;
        job["output"] = "/k3";
        conversion.job = job;
        auto measured = test::sampleRun(60, "evaluate", "after", RunState::Done);
        measured.job = {{"kind", "evaluate"}, {"model", "/k3"}};
        measured.result = {{"perplexity", 40.23}};
        auto tasks = test::sampleRun(70, "evaluate", "tasks", RunState::Done); // newer, without one
        tasks.job = measured.job;
        model.setRuns({tasks, measured, conversion});
        const QModelIndex cell = model.index(2, RunsModel::Perplexity);
        QCOMPARE(cell.data().toString(), QStringLiteral("40.23"));
        QCOMPARE(cell.data(Qt::ToolTipRole).toString(), QStringLiteral("40.23, measured by after"));
        QCOMPARE(model.index(1, RunsModel::Perplexity).data(Qt::ToolTipRole).toString(),
                 QStringLiteral("40.23"));
        QVERIFY(model.index(0, RunsModel::Perplexity).data().toString().isEmpty());
    }

    void bitsStandBesideTheirK()
    {
        RunsModel model;
        auto conversion = test::sampleRuns().back();
        nlohmann::json result = conversion.result, job = conversion.job;
        result["kernels"] = 3.0;
        job["output"] = "/k3";
        conversion.result = result;
        conversion.job = job;
        auto tuned = test::sampleRun(7, "finetune", "tuned", RunState::Done);
        job = tuned.job;
        job["student"] = "/k3";
        tuned.job = job;
        tuned.startedAt = conversion.endedAt + 1;
        tuned.result = {{"bits_per_weight", 3.0421}}; // by a Boolab that told no K of it
        model.setRuns({tuned, conversion});
        QCOMPARE(model.index(0, RunsModel::Bits).data().toString(), QStringLiteral("K 3 · 3.04"));
        QCOMPARE(model.index(1, RunsModel::Bits).data().toString(),
                 QStringLiteral("K 3 · 3.04 · 5.87 · 98.6 MB"));
        QVERIFY(model.index(0, RunsModel::Bits)
                    .data(Qt::ToolTipRole)
                    .toString()
                    .startsWith(QStringLiteral("K = 3 · 3.04 bits per weight")));
    }

    void stateHasAnIconBesideItsText()
    {
        RunsModel model;
        model.setRuns(test::sampleRuns());
        for (int row = 0; row < model.rowCount(); ++row) {
            const auto icon = model.index(row, RunsModel::State).data(Qt::DecorationRole).value<QIcon>();
            QVERIFY(!icon.isNull());
        }
        QCOMPARE(model.index(2, RunsModel::State).data(Qt::ToolTipRole).toString(), "out of memory");
    }

    void aNewSnapshotTouchesOnlyWhatDiffers()
    {
        RunsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto runs = test::sampleRuns();
        model.setRuns(runs);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setRuns(runs);
        QCOMPARE(changed.count(), 0);
        runs[1].step = 51;
        model.setRuns(runs);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toModelIndex().row(), 1);
        QCOMPARE(reset.count(), 0);
    }

    void rowsComeAndGoWithoutAReset()
    {
        RunsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto runs = test::sampleRuns();
        model.setRuns(runs);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        runs.insert(runs.begin(), test::sampleRun(5, "generate", "new", RunState::Queued));
        runs.erase(runs.begin() + 3);
        model.setRuns(runs);
        QCOMPARE(reset.count(), 0);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.row(model.index(0, 0))->name, "new");
        QVERIFY(!model.indexOf(2).isValid());
        model.setRuns({});
        QCOMPARE(model.rowCount(), 0);
    }

    void aNewOrderIsTakenOver()
    {
        RunsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto runs = test::sampleRuns();
        model.setRuns(runs);
        std::swap(runs[0], runs[3]);
        model.setRuns(runs);
        QCOMPARE(model.rowCount(), 4);
        QCOMPARE(model.row(model.index(0, 0))->id, 1);
    }

    void partsStandBelowTheirSweep()
    {
        RunsModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        auto runs = test::sampleRuns();
        runs.insert(runs.begin(), test::sampleRun(10, "sweep", "grid", RunState::Running));
        model.setRuns(runs);
        QCOMPARE(model.rowCount(), 5);
        const QPersistentModelIndex sweep = model.indexOf(10);
        QCOMPARE(model.rowCount(sweep), 0);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        auto part = test::sampleRun(11, "convert", "svid, 2 bits", RunState::Running);
        part.parent = 10;
        runs.insert(runs.begin(), part);
        model.setRuns(runs);
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.rowCount(sweep), 1);
        QCOMPARE(model.indexOf(11).parent(), QModelIndex(sweep));
        QCOMPARE(model.below(10), std::vector<RunId>{11});
        QVERIFY(model.kinds().contains("convert"));
        runs[0].step = 90;
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setRuns(runs);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(changed[0][0].toModelIndex(), model.indexOf(11));
        QCOMPARE(reset.count(), 0);
        QVERIFY(model.setData(model.indexOf(11).siblingAtColumn(RunsModel::Name), "mine", Qt::EditRole));
        QCOMPARE(model.find(11)->name, "mine");
        runs.erase(runs.begin() + 1); // the sweep is deleted, its part is not
        model.setRuns(runs);
        QCOMPARE(model.indexOf(11).parent(), QModelIndex());
        QCOMPARE(model.rowCount(), 5);
    }

    void namesAreEditedInPlace()
    {
        RunsModel model;
        model.setRuns(test::sampleRuns());
        QSignalSpy renamed(&model, &RunsModel::renamed);
        const QModelIndex name = model.index(2, RunsModel::Name);
        QVERIFY(name.flags().testFlag(Qt::ItemIsEditable));
        QVERIFY(!model.index(2, RunsModel::Kind).flags().testFlag(Qt::ItemIsEditable));
        QVERIFY(!model.setData(name, QStringLiteral("  "), Qt::EditRole));
        QVERIFY(model.setData(name, QStringLiteral(" baseline "), Qt::EditRole));
        QCOMPARE(renamed.count(), 1);
        QCOMPARE(renamed[0][0].toLongLong(), 2);
        QCOMPARE(renamed[0][1].toString(), "baseline");
        QCOMPARE(name.data().toString(), "baseline");
    }
};

QTEST_MAIN(TestRunsModel)
#include "test_runs_model.moc"
