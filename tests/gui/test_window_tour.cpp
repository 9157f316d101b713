// SPDX-License-Identifier: Apache-2.0
#include "main_window_fixture.h"

#include "widgets/tour/tour.h"

#include <QAction>

using namespace boolab;
using namespace boolab::ui;

class TestWindowTour : public QObject, private MainWindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void init() { makeFolder(); }

    void greetsANewcomerOnce()
    {
        {
            const auto window = open(true);
            auto* tour = part<Tour>(*window, "tour");
            QTRY_VERIFY_WITH_TIMEOUT(tour->isRunning(), kPatienceMs);
            QTest::keyClick(tour, Qt::Key_Escape);
            QVERIFY(!tour->isRunning());
        }
        const auto window = open(true);
        QTest::qWait(50);
        QVERIFY(!part<Tour>(*window, "tour")->isRunning());
    }

    void greetsNobodyUnasked()
    {
        const auto window = open();
        QTest::qWait(50);
        QVERIFY(!part<Tour>(*window, "tour")->isRunning());
    }

    void walksOverThePagesAndStaysWithinTheWindow()
    {
        const auto window = open();
        window->resize(window->minimumSize());
        auto* tour = part<Tour>(*window, "tour");
        window->findChild<QAction*>(QStringLiteral("startTour"))->trigger();
        QList<Page> seen;
        for (int stops = 0; tour->isRunning(); ++stops) {
            QVERIFY(stops < 20);
            seen << window->page();
            QVERIFY(window->rect().contains(tour->geometry()));
            for (const QLabel* label : tour->findChildren<QLabel*>())
                QVERIFY(label->isHidden() || label->height() >= label->heightForWidth(label->width()));
            part<QPushButton>(*window, "tourNext")->click();
        }
        QVERIFY(seen.size() >= 5);
        QCOMPARE(seen.front(), Page::Welcome);
        for (const Page page : seen)
            QCOMPARE(seen.count(page), 1);
    }

    void goesBackAndForthByKeys()
    {
        const auto window = open();
        auto* tour = part<Tour>(*window, "tour");
        window->startTour();
        QTest::keyClick(part<QPushButton>(*window, "tourNext"), Qt::Key_Right);
        const Page second = window->page();
        QVERIFY(second != Page::Welcome);
        QTest::keyClick(part<QPushButton>(*window, "tourNext"), Qt::Key_Left);
        QCOMPARE(window->page(), Page::Welcome);
        QTest::keyClick(part<QPushButton>(*window, "tourNext"), Qt::Key_Left);
        QCOMPARE(window->page(), Page::Welcome);
        QVERIFY(tour->isRunning());
    }
};

QTEST_MAIN(TestWindowTour)
#include "test_window_tour.moc"
