// SPDX-License-Identifier: Apache-2.0
#include "core/store/process_identity.h"

#include <QTest>
#include <sys/wait.h>
#include <unistd.h>

using namespace boolab;

class TestProcessIdentity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thisProcessIsAlive()
    {
        const std::string identity = processIdentity(getpid());
        QCOMPARE(identity, processIdentity(getpid()));
        QCOMPARE(lifeOf(getpid(), identity), ProcessLife::Alive);
    }

    void endedProcessIsGoneEvenWhileNobodyHasWaitedForIt()
    {
        int channel[2];
        QCOMPARE(pipe(channel), 0);
        const pid_t child = fork();
        if (child == 0) {
            char byte;
            _exit(read(channel[0], &byte, 1) == 1 ? 0 : 1);
        }
        const std::string identity = processIdentity(child);
        QCOMPARE(lifeOf(child, identity), ProcessLife::Alive);
        QCOMPARE(write(channel[1], "x", 1), ssize_t(1));
        siginfo_t info;
        QCOMPARE(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
        QCOMPARE(lifeOf(child, identity), ProcessLife::Gone); // a zombie
        waitpid(child, nullptr, 0);
        QCOMPARE(lifeOf(child, identity), ProcessLife::Gone);
        close(channel[0]);
        close(channel[1]);
    }

    void otherStartTimeIsAnotherProcess()
    {
        QCOMPARE(lifeOf(getpid(), processIdentity(getpid()) + "1"), ProcessLife::Gone);
    }

    void otherBootCannotBeLookedAt()
    {
        QCOMPARE(lifeOf(getpid(), "some-other-boot/pid:[1]/123"), ProcessLife::Unknown);
    }

    void noIdentityIsGone() { QCOMPARE(lifeOf(getpid(), ""), ProcessLife::Gone); }
};

QTEST_GUILESS_MAIN(TestProcessIdentity)
#include "test_process_identity.moc"
