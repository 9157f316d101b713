// SPDX-License-Identifier: Apache-2.0
#include "core/base/child_process.h"

#include <QtTest>

using namespace boolab;

class TestChildProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsBothOutputsAndTheExitCode()
    {
        auto child = runChild({"sh", "-c", "echo out; echo err >&2; exit 7"});
        QVERIFY(child);
        QCOMPARE(child->out, std::string("out\n"));
        QCOMPARE(child->err, std::string("err\n"));
        QCOMPARE(child->exitCode, 7);
    }

    void longOutputsOnBothSidesDoNotBlock()
    {
        auto child = runChild({"sh", "-c", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"});
        QVERIFY(child);
        QCOMPARE(child->out.size(), std::size_t{300000});
        QCOMPARE(child->err.size(), std::size_t{300000});
    }

    void aSignalShowsInTheExitCode()
    {
        auto child = runChild({"sh", "-c", "kill -9 $$"});
        QVERIFY(child);
        QCOMPARE(child->exitCode, 128 + 9);
    }

    void aProgramThatIsNotThereIsAnError()
    {
        auto child = runChild({"/nowhere/python"});
        QVERIFY(!child);
        QVERIFY(child.error().message.find("/nowhere/python") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestChildProcess)
#include "test_child_process.moc"
