// SPDX-License-Identifier: Apache-2.0
// What the compiled CUDA ops use on every target: read from ptxas' own figures of the build.
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

#include "tests/cuda/compiled_ops.h"

namespace
{

// 128 threads of 96 registers: five blocks on a multiprocessor's 65,536. Only seven and eight kernels come
// near.
constexpr int kMostRegisters = 96;
// 512 threads of one block per multiprocessor: a block takes 32 rows, so there are no more of them.
constexpr int kMostGradientRegisters = 128;

QString fileText(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

} // namespace

class TestCudaResources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (kTargets.isEmpty()) QSKIP("skipped: this build has no CUDA ops (nvcc was not found)");
    }

    void source_data()
    {
        QTest::addColumn<QString>("source");
        for (const QString& source : kSources)
            QTest::newRow(qPrintable(source)) << source;
    }

    void noKernelSpillsOrUsesLocalMemory_data() { source_data(); }
    void noKernelSpillsOrUsesLocalMemory()
    {
        QFETCH(QString, source);
        QFile log(objectOf(source) + ".ptxas.log");
        QVERIFY2(log.open(QIODevice::ReadOnly), qPrintable(log.fileName()));
        const QString text = QString::fromUtf8(log.readAll());
        const QRegularExpression entry("Compiling entry function '(\\S+)' for 'sm_(\\d+)'[^\\0]*?"
                                       "(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes "
                                       "spill loads[^\\0]*?Used (\\d+) registers");
        QMap<QString, int> seen;
        for (auto it = entry.globalMatch(text); it.hasNext();) {
            const auto match = it.next();
            const QString name = match.captured(1) + " on sm_" + match.captured(2);
            ++seen[match.captured(2)];
            for (const int place : {3, 4, 5})
                QVERIFY2(match.captured(place) == "0", qPrintable(name + ": " + match.captured(0)));
            QVERIFY2(match.captured(6).toInt() <=
                         (name.contains("gradient_rows") ? kMostGradientRegisters : kMostRegisters),
                     qPrintable(name + " uses " + match.captured(6) + " registers"));
        }
        for (const QString& target : kTargets)
            QVERIFY2(seen[target] > 0 && seen[target] == seen[kTargets.first()], qPrintable("sm_" + target));
    }

    void gemmUsesTheUnitsOfEveryTarget_data()
    {
        QTest::addColumn<QString>("target");
        for (const QString& target : kTargets)
            QTest::newRow(qPrintable(target)) << target;
    }
    void gemmUsesTheUnitsOfEveryTarget()
    {
        QFETCH(QString, target);
        const QString ptx = fileText(QString(BOOLAB_CUDA_OBJECTS) + "/bool_gemm.compute_" + target + ".ptx");
        QVERIFY(!ptx.isEmpty());
        // Newer targets would run it in software.
        QCOMPARE(ptx.contains("mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc"),
                 target.toInt() < 100);
        QVERIFY(ptx.contains("mma.sync.aligned.m16n8k32.row.col.s32.u8.u8.s32"));
        QVERIFY(ptx.contains("ld.global.nc.L1::no_allocate.v4.u32"));
        QVERIFY(!ptx.contains(".local"));
    }
};

QTEST_GUILESS_MAIN(TestCudaResources)
#include "test_cuda_resources.moc"
