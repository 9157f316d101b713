// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_runs.h"
#include "widgets/runs/eta.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/run_header.h"

#include <cmath>

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;
using Ask = RunHeader::Ask;

class TestRunHeader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void buttonsFollowTheState_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("enabled");
        const auto row = [](const char* name, RunState state, const char* kind, const char* enabled) {
            QTest::newRow(name) << static_cast<int>(state) << kind << enabled;
        };
        row("queued", RunState::Queued, "finetune", "continue stop again clone copy");
        row("running", RunState::Running, "finetune", "pause stop checkpoint change again clone copy");
        row("running convert", RunState::Running, "convert", "pause stop again clone copy");
        row("paused", RunState::Paused, "finetune", "continue stop checkpoint change again clone copy");
        row("done", RunState::Done, "finetune", "extend again clone copy");
        row("done convert", RunState::Done, "convert", "again clone copy");
        row("failed", RunState::Failed, "finetune", "resume extend again clone copy");
        row("stopped", RunState::Stopped, "finetune", "resume extend again clone copy");
        row("interrupted", RunState::Interrupted, "finetune", "resume extend again clone copy");
        row("interrupted convert", RunState::Interrupted, "convert", "again clone copy");
    }

    void buttonsFollowTheState()
    {
        QFETCH(int, state);
        QFETCH(QString, kind);
        QFETCH(QString, enabled);
        RunHeader header;
        header.setRun(test::sampleRun(1, kind.toStdString(), "run", static_cast<RunState>(state)));
        const std::pair<Ask, const char*> all[] = {{Ask::Pause, "pause"},   {Ask::Continue, "continue"},
                                                   {Ask::Stop, "stop"},     {Ask::Checkpoint, "checkpoint"},
                                                   {Ask::Change, "change"}, {Ask::Resume, "resume"},
                                                   {Ask::Extend, "extend"}, {Ask::Again, "again"},
                                                   {Ask::Clone, "clone"},   {Ask::Copy, "copy"}};
        QStringList found;
        for (const auto& [ask, name] : all)
            if (header.button(ask)->isEnabled()) found << QString::fromLatin1(name);
        QCOMPARE(found.join(QLatin1Char(' ')), enabled);
    }

    void aPressedButtonAsksAndSaysThatItTakesAStep()
    {
        RunHeader header;
        header.setRun(test::sampleRun(1, "finetune", "run", RunState::Running));
        QSignalSpy asked(&header, &RunHeader::asked);
        header.button(Ask::Pause)->click();
        QCOMPARE(asked.count(), 1);
        QVERIFY(header.progressText().contains(QStringLiteral("pausing after this step")));
        header.setRun(test::sampleRun(1, "finetune", "run", RunState::Paused));
        QVERIFY(!header.progressText().contains(QStringLiteral("pausing")));
    }

    void theKeyboardNeverMovesToAButtonThatStopsOrStarts_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<int>("pressed");
        QTest::addColumn<int>("expected");
        const auto row = [](const char* name, RunState from, RunState to, Ask pressed, Ask expected) {
            QTest::newRow(name) << static_cast<int>(from) << static_cast<int>(to) << static_cast<int>(pressed)
                                << static_cast<int>(expected);
        };
        row("pause", RunState::Running, RunState::Paused, Ask::Pause, Ask::Continue);
        row("continue", RunState::Paused, RunState::Running, Ask::Continue, Ask::Pause);
        row("stop", RunState::Running, RunState::Stopped, Ask::Stop, Ask::Copy);
        row("resume", RunState::Stopped, RunState::Running, Ask::Resume, Ask::Copy);
        row("ended while paused", RunState::Paused, RunState::Failed, Ask::Continue, Ask::Copy);
        row("stays", RunState::Running, RunState::Paused, Ask::Stop, Ask::Stop);
    }

    void theKeyboardNeverMovesToAButtonThatStopsOrStarts()
    {
        QFETCH(int, from);
        QFETCH(int, to);
        QFETCH(int, pressed);
        QFETCH(int, expected);
        RunHeader header;
        header.setRun(test::sampleRun(1, "finetune", "run", static_cast<RunState>(from)));
        header.show();
        header.activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(&header));
        header.button(static_cast<Ask>(pressed))->setFocus();
        header.setRun(test::sampleRun(1, "finetune", "run", static_cast<RunState>(to)));
        QVERIFY(header.button(static_cast<Ask>(expected))->hasFocus());
    }

    void showsStepPaceTimeLeftAndDevice()
    {
        RunHeader header;
        auto run = test::sampleRun(1, "finetune", "run", RunState::Running);
        run.phase = "training";
        header.setRun(run);
        run.step = 60;
        run.heartbeatAt += 20;
        header.setRun(run);
        header.setTokensPerSecond(256.4);
        QCOMPARE(header.progressText(), "training · 60 of 200");
        QCOMPARE(header.factsText(), "4 min 40 s left · 1 min 35 s · 256.4 tokens/s · cpu");
    }

    void aQueuedRunSaysWhatItWaitsForAndCanStartAtOnce()
    {
        RunHeader header;
        auto run = test::sampleRun(2, "finetune", "run", RunState::Queued);
        run.startedAt = 0;
        run.step = 0;
        run.phase = "waiting for run 1 (first)";
        header.setRun(run);
        QCOMPARE(header.progressText(), "waiting for run 1 (first)");
        QCOMPARE(header.button(Ask::Continue)->text(), "Start now");
        header.button(Ask::Continue)->click();
        QVERIFY(header.progressText().contains(QStringLiteral("starting")));
        run.state = RunState::Paused;
        header.setRun(run);
        QCOMPARE(header.button(Ask::Continue)->text(), "Resume");
    }

    void timeBetweenTwoEnginesIsNotCounted()
    {
        RunHeader header;
        auto run = test::sampleRun(1, "finetune", "run", RunState::Running);
        run.secondsBefore = 100;
        run.resumedAt = run.heartbeatAt - 5;
        run.startedAt -= 86'400;
        header.setRun(run);
        QVERIFY2(header.factsText().contains("1 min 45 s"), qPrintable(header.factsText()));
    }

    void aSuspendedEngineIsShownPlainly()
    {
        RunHeader header;
        auto run = test::sampleRun(1, "finetune", "run", RunState::Running);
        run.silentSeconds = 65;
        header.setRun(run);
        QVERIFY2(header.progressText().contains("no sign of life for 1 min 5 s"),
                 qPrintable(header.progressText()));
    }

    void bitsNeverComeWithoutTheWholeFile()
    {
        RunHeader header;
        header.setRun(test::sampleRuns().back());
        QCOMPARE(header.factsText(),
                 "1 h 1 min · 3.04 bits per weight with scales · 5.87 over the whole file "
                 "· 98.6 MB · cpu");
    }

    void timeLeftForgetsThePhaseBefore()
    {
        EtaEstimator eta;
        eta.observe(0, "sampling data", 0, 100);
        eta.observe(10, "sampling data", 50, 100);
        QCOMPARE(*eta.secondsLeft(), 10.0);
        eta.observe(11, "training", 0, 60);
        QVERIFY(!eta.secondsLeft());
        eta.observe(21, "training", 10, 60);
        QCOMPARE(*eta.secondsLeft(), 50.0);
    }

    void durationsReadWell()
    {
        QCOMPARE(durationText(45), "45 s");
        QCOMPARE(durationText(200), "3 min 20 s");
        QCOMPARE(durationText(7500), "2 h 5 min");
        QCOMPARE(durationText(NAN), "");
        QCOMPARE(byteText(97'700'000), "97.7 MB");
    }
};

QTEST_MAIN(TestRunHeader)
#include "test_run_header.moc"
