// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/bar_chart.h"

#include <cmath>

#include <QSignalSpy>
#include <QTest>

using namespace boolab::ui;

class TestBarChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_chart = std::make_unique<BarChart>(QStringLiteral("Speed"));
        m_chart->resize(600, 300);
        m_chart->setSeries({"packed", "dense"});
        m_chart->setGroups(
            {{"small", "1 kB", {{0, 40, "40", "small, packed: 40"}, {1, 10, "10", "small, dense: 10"}}},
             {"large", "9 MB", {{0, 20, "20", "large, packed: 20"}, {1, NAN, "none", "large: none"}}}});
    }

    void aBarIsAsLongAsItsValue()
    {
        const QRectF longest = m_chart->placeOf(0), shorter = m_chart->placeOf(1),
                     other = m_chart->placeOf(2);
        QVERIFY(longest.width() > 100);
        QVERIFY(qAbs(longest.width() - 4 * shorter.width()) < 1e-6);
        QVERIFY(qAbs(longest.width() - 2 * other.width()) < 1e-6);
        QCOMPARE(m_chart->placeOf(3).width(), 0.0);
        QVERIFY(m_chart->placeOf(4).isNull());
    }

    void barsOfAGroupTouchAndGroupsStandApart()
    {
        QVERIFY(qAbs(m_chart->placeOf(1).top() - m_chart->placeOf(0).bottom()) < 1e-6);
        QVERIFY(m_chart->placeOf(2).top() > m_chart->placeOf(1).bottom() + 5);
    }

    void aLabelFitsBesideTheLongestBar()
    {
        auto groups = m_chart->groups();
        groups[0].bars[0].label = QStringLiteral("40 · 4.0× dense, a long label");
        m_chart->setGroups(groups);
        const double room = m_chart->width() - m_chart->placeOf(0).right();
        QVERIFY(room > QFontMetricsF(m_chart->font()).horizontalAdvance(groups[0].bars[0].label));
    }

    void theLevelLineIsAlwaysInSight()
    {
        const double before = m_chart->placeOf(0).width();
        m_chart->setReference(400, QStringLiteral("limit"));
        QVERIFY(m_chart->placeOf(0).width() < before / 4);
        m_chart->setReference(NAN, QStringLiteral("limit"));
        QVERIFY(!m_chart->reference());
        QCOMPARE(m_chart->placeOf(0).width(), before);
    }

    void hoveringTellsTheBar()
    {
        const auto tell = [&](const QPointF& place) { return m_chart->textOf(m_chart->barAt(place)); };
        QCOMPARE(tell(m_chart->placeOf(1).center()), "small, dense: 10");
        QCOMPARE(tell({m_chart->width() - 5.0, m_chart->placeOf(2).center().y()}), "large, packed: 20");
        QCOMPARE(tell({5, 5}), "");
    }

    void arrowKeysTellTheBars()
    {
        m_chart->show();
        QTest::keyClick(m_chart.get(), Qt::Key_Down);
        QCOMPARE(m_chart->accessibleDescription(), "small, packed: 40");
        QTest::keyClick(m_chart.get(), Qt::Key_Down);
        QCOMPARE(m_chart->current(), 1);
        QTest::keyClick(m_chart.get(), Qt::Key_Up);
        QTest::keyClick(m_chart.get(), Qt::Key_Up);
        QCOMPARE(m_chart->current(), 0);
        QCOMPARE(m_chart->accessibleName(), "Speed");
    }

    void withoutBarsItSaysWhy()
    {
        m_chart->setEmptyText(QStringLiteral("Not measured yet."));
        m_chart->setGroups({});
        QCOMPARE(m_chart->accessibleDescription(), "Not measured yet.");
        QVERIFY(!m_chart->grab().isNull());
        QCOMPARE(m_chart->barAt({300, 150}), -1);
        QTest::keyClick(m_chart.get(), Qt::Key_Down);
        QCOMPARE(m_chart->current(), -1);
    }

private:
    std::unique_ptr<BarChart> m_chart;
};

QTEST_MAIN(TestBarChart)
#include "test_bar_chart.moc"
