// SPDX-License-Identifier: Apache-2.0
// What the compiled CUDA ops use on every target: read from ptxas' own figures of the build, and where
// cuobjdump is there (on PATH, or BOOLAB_CUOBJDUMP) from the objects themselves.
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QtTest>

namespace
{

const QStringList kSources = {"svid.cu", "refine.cu", "bool_gemm.cu"};
const QStringList kTargets = QString(BOOLAB_CUDA_TARGETS).split(',', Qt::SkipEmptyParts);
// 128 threads of 96 registers: five blocks on a multiprocessor's 65,536. Only seven and eight kernels come
// near.
constexpr int kMostRegisters = 96;

QString objectOf(const QString& source)
{
    return QString(BOOLAB_CUDA_OBJECTS) + "/" + source + ".o";
}

QString cuobjdump()
{
    const QString named = qEnvironmentVariable("BOOLAB_CUOBJDUMP");
    return named.isEmpty() ? QStandardPaths::findExecutable("cuobjdump") : named;
}

QString output(const QStringList& arguments)
{
    QProcess process;
    process.start(cuobjdump(), arguments);
    return process.waitForFinished(60000) ? QString::fromUtf8(process.readAllStandardOutput()) : QString();
}

} // namespace

class TestCudaResources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (kTargets.isEmpty()) QSKIP("this build has no CUDA ops (nvcc was not found)");
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
            QVERIFY2(match.captured(6).toInt() <= kMostRegisters,
                     qPrintable(name + " uses " + match.captured(6) + " registers"));
        }
        for (const QString& target : kTargets)
            QVERIFY2(seen[target] > 0 && seen[target] == seen[kTargets.first()], qPrintable("sm_" + target));
    }

    void objectsHoldEveryTargetWithoutLocalMemory_data() { source_data(); }
    void objectsHoldEveryTargetWithoutLocalMemory()
    {
        if (cuobjdump().isEmpty()) QSKIP("no cuobjdump on PATH or in BOOLAB_CUOBJDUMP");
        QFETCH(QString, source);
        const QString usage = output({"-res-usage", objectOf(source)});
        const QRegularExpression figures("REG:(\\d+) STACK:(\\d+) SHARED:\\d+ LOCAL:(\\d+)");
        int count = 0;
        for (auto it = figures.globalMatch(usage); it.hasNext(); ++count) {
            const auto match = it.next();
            QVERIFY2(match.captured(2) == "0" && match.captured(3) == "0", qPrintable(match.captured(0)));
        }
        QVERIFY2(count > 0, qPrintable(usage.left(500)));
        const QString images = output({"-lelf", objectOf(source)});
        for (const QString& target : kTargets)
            QVERIFY2(images.contains("sm_" + target + "."), qPrintable(target + ": " + images));
    }
};

QTEST_GUILESS_MAIN(TestCudaResources)
#include "test_cuda_resources.moc"
