// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/runs/runs_filter.h"
#include "widgets/runs/runs_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

class TestRunsFilter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_model = std::make_unique<RunsModel>();
        m_model->setRuns(test::sampleRuns());
        m_filter = std::make_unique<RunsFilter>();
        m_filter->setSourceModel(m_model.get());
    }

    void onlyWhatASearchFoundIsShown()
    {
        QAbstractItemModelTester tester(m_filter.get(),
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_filter->setFound({2, 3});
        QCOMPARE(names(), "second try,first try");
        m_filter->setFound({});
        QCOMPARE(names(), "");
    }

    void pinnedRunsStandOnTopInAnyOrder()
    {
        auto runs = test::sampleRuns();
        runs.back().pinned = true;
        m_model->setRuns(runs);
        for (const Qt::SortOrder order : {Qt::AscendingOrder, Qt::DescendingOrder}) {
            m_filter->sort(RunsModel::Started, order);
            QCOMPARE(m_filter->index(0, RunsModel::Name).data().toString(), "three kernels");
        }
        QCOMPARE(m_filter->index(1, RunsModel::Name).data().toString(), "after"); // newest first below
    }

    void filtersByStateAndKind()
    {
        m_filter->setState(RunState::Done);
        QCOMPARE(names(), "after,three kernels");
        m_filter->setKind(QStringLiteral("convert"));
        QCOMPARE(names(), "three kernels");
    }

    void hidesWhatIsAboutToBeDeleted()
    {
        m_filter->setHidden({3, 4});
        QCOMPARE(names(), "first try,three kernels");
    }

    void sortsNumbersAsNumbersAndMissingOnesLast()
    {
        m_filter->sort(RunsModel::Perplexity, Qt::AscendingOrder);
        QCOMPARE(m_filter->index(0, RunsModel::Name).data().toString(), "after");
        m_filter->sort(RunsModel::Duration, Qt::DescendingOrder);
        QCOMPARE(m_filter->index(0, RunsModel::Name).data().toString(), "three kernels");
    }

private:
    QString names() const
    {
        QStringList names;
        for (int row = 0; row < m_filter->rowCount(); ++row)
            names << m_filter->index(row, RunsModel::Name).data().toString();
        return names.join(QLatin1Char(','));
    }

    std::unique_ptr<RunsModel> m_model;
    std::unique_ptr<RunsFilter> m_filter;
};

QTEST_MAIN(TestRunsFilter)
#include "test_runs_filter.moc"
