// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/event_loop_probe.h"

#include <QTest>

using namespace std::chrono_literals;

class TestEventLoopProbe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anIdleLoopShowsNoGap()
    {
        boolab::test::EventLoopProbe probe;
        probe.start();
        QTest::qWait(500);
        QVERIFY(probe.beats() > 20);
        QVERIFY2(probe.worstGapMs() < 100, qPrintable(QString::number(probe.worstGapMs())));
    }

    void aBlockOf150MillisecondsIsSeen()
    {
        boolab::test::EventLoopProbe probe;
        probe.start();
        QTest::qWait(100);
        QTimer::singleShot(0, [] { std::this_thread::sleep_for(150ms); });
        QTest::qWait(300);
        QVERIFY2(probe.worstRawGapMs() >= 150, qPrintable(QString::number(probe.worstRawGapMs())));
        QVERIFY2(probe.worstGapMs() > 100, qPrintable(QString::number(probe.worstGapMs())));
    }

    void aLoopThatComputesIsSeenToo()
    {
        boolab::test::EventLoopProbe probe;
        probe.start();
        QTest::qWait(100);
        QTimer::singleShot(0, [] {
            const auto until = std::chrono::steady_clock::now() + 150ms;
            while (std::chrono::steady_clock::now() < until) {
            }
        });
        QTest::qWait(300);
        QVERIFY2(probe.worstRawGapMs() >= 150, qPrintable(QString::number(probe.worstRawGapMs())));
    }
};

QTEST_MAIN(TestEventLoopProbe)
#include "test_event_loop_probe.moc"
