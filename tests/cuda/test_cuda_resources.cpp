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

const QStringList kSources = {"svid.cu",      "refine.cu",        "bool_gemm.cu",     "dense_weight.cu",
                              "flip_step.cu", "read_gradient.cu", "flip_selection.cu"};
const QStringList kTargets = QString(BOOLAB_CUDA_TARGETS).split(',', Qt::SkipEmptyParts);
// 128 threads of 96 registers: five blocks on a multiprocessor's 65,536. Only seven and eight kernels come
// near.
constexpr int kMostRegisters = 96;
// 512 threads of one block per multiprocessor: a block takes 32 rows, so there are no more of them.
constexpr int kMostGradientRegisters = 128;

QString objectOf(const QString& source)
{
    return QString(BOOLAB_CUDA_OBJECTS) + "/" + source + ".o";
}

QString fileText(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// The smallest loop of a function's machine code that multiplies matrices.
struct Loop {
    int instructions = 0, multiplications = 0;
};

Loop multiplyingLoop(const QString& function)
{
    static const QRegularExpression line("/\\*([0-9a-f]{4,5})\\*/\\s+([^;]+);"),
        back("BRA\\S*\\s.*0x([0-9a-f]+)");
    QList<std::pair<int, QString>> code;
    Loop best;
    for (auto it = line.globalMatch(function); it.hasNext();) {
        const auto match = it.next();
        const int place = match.captured(1).toInt(nullptr, 16);
        code.append({place, match.captured(2)});
        const auto branch = back.match(match.captured(2));
        const int target = branch.hasMatch() ? branch.captured(1).toInt(nullptr, 16) : place;
        if (target >= place) continue;
        Loop loop;
        for (const auto& [where, text] : code) {
            loop.instructions += where >= target;
            loop.multiplications += where >= target && text.contains("MMA.");
        }
        if (loop.multiplications > 0 && (best.instructions == 0 || loop.instructions < best.instructions))
            best = loop;
    }
    return best;
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

    void gemmsLoopStaysShort_data()
    {
        QTest::addColumn<QString>("function");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<double>("mostPerWeight");
        // At 0.87 the issue of instructions, not the memory, would bound an H200 (4.8 TB/s); B200: 0.55.
        QTest::newRow("bits, 1 token") << "gemm_bit_planesILi1E"
                                       << "BMMA.168256.AND.POPC" << 1 << 0.09;
        QTest::newRow("bits, 2 tokens") << "gemm_bit_planesILi2E"
                                        << "BMMA.168256.AND.POPC" << 2 << 0.13;
        QTest::newRow("bits, 4 tokens") << "gemm_bit_planesILi4E"
                                        << "BMMA.168256.AND.POPC" << 4 << 0.26;
        QTest::newRow("bytes, 4 tokens") << "gemm_bytesILi4E"
                                         << "IMMA.16832.U8.U8" << 4 << 0.48;
        QTest::newRow("bytes, 8 tokens") << "gemm_bytesILi8E"
                                         << "IMMA.16832.U8.U8" << 8 << 0.70;
    }
    void gemmsLoopStaysShort()
    {
        if (cuobjdump().isEmpty()) QSKIP("no cuobjdump on PATH or in BOOLAB_CUOBJDUMP");
        QFETCH(QString, function);
        QFETCH(QString, unit);
        QFETCH(int, tokens);
        QFETCH(double, mostPerWeight);
        for (const QString& target : kTargets) {
            if (unit.startsWith("BMMA") && target.toInt() >= 100) continue;
            QString& code = m_gemmCode[target];
            if (code.isEmpty()) code = output({"-sass", "-arch", "sm_" + target, objectOf("bool_gemm.cu")});
            const qsizetype begin = code.indexOf(QRegularExpression("Function : \\S*" + function));
            QVERIFY2(begin >= 0, qPrintable(target));
            const QString own = code.mid(begin, code.indexOf("Function : ", begin + 1) - begin);
            QVERIFY2(own.contains(unit), qPrintable(target));
            const Loop loop = multiplyingLoop(own);
            QVERIFY2(loop.multiplications > 0, qPrintable(target));
            // Either way a tile of 4,096 weights takes two multiplications per token.
            const double tiles = double(loop.multiplications) / (2 * tokens);
            const double perWeight = loop.instructions * 32 / (tiles * 4096);
            qInfo("sm_%s: %.3f instructions per weight", qPrintable(target), perWeight);
            QVERIFY2(perWeight <= mostPerWeight, qPrintable(target + ": " + QString::number(perWeight)));
        }
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

private:
    QMap<QString, QString> m_gemmCode; ///< machine code per target
};

QTEST_GUILESS_MAIN(TestCudaResources)
#include "test_cuda_resources.moc"
