// SPDX-License-Identifier: Apache-2.0
#include "core/compare/pareto_front.h"

#include <QtTest>
#include <limits>

using namespace boolab;
using Flags = std::vector<bool>;

class TestParetoFront : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatNobodyBeats()
    {
        const std::vector<Tradeoff> points{{1, 50}, {2, 30}, {3, 35}, {4, 20}};
        QVERIFY(paretoFront(points, false) == (Flags{true, true, false, true}));
    }

    void moreCanBeBetter()
    {
        const std::vector<Tradeoff> points{{1, 0.4}, {2, 0.6}, {3, 0.5}};
        QVERIFY(paretoFront(points, true) == (Flags{true, true, false}));
        QVERIFY(paretoFront(points, false) == (Flags{true, false, false}));
    }

    void tiesStandTogetherOnlyWhereTheyAreEqual()
    {
        const std::vector<Tradeoff> points{{2, 30}, {2, 30}, {2, 31}, {3, 30}};
        QVERIFY(paretoFront(points, false) == (Flags{true, true, false, false}));
    }

    void orderDoesNotMatter()
    {
        const std::vector<Tradeoff> points{{4, 20}, {3, 35}, {1, 50}, {2, 30}};
        QVERIFY(paretoFront(points, false) == (Flags{true, false, true, true}));
    }

    void whatIsNotFiniteIsNeverOnIt()
    {
        constexpr double nan = std::numeric_limits<double>::quiet_NaN();
        constexpr double inf = std::numeric_limits<double>::infinity();
        const std::vector<Tradeoff> points{{nan, 1}, {1, nan}, {1, inf}, {0.5, -inf}, {2, 30}};
        QVERIFY(paretoFront(points, false) == (Flags{false, false, false, false, true}));
        QVERIFY(paretoFront({}, false).empty());
    }
};

QTEST_GUILESS_MAIN(TestParetoFront)
#include "test_pareto_front.moc"
