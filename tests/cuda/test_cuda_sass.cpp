// SPDX-License-Identifier: Apache-2.0
// The machine code in the compiled CUDA ops' objects, where cuobjdump is there: BOOLAB_CUOBJDUMP, on PATH, or
// beside nvcc. A test of its own, so that ctest counts it as skipped where it is not.
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QtTest>

#include "tests/cuda/compiled_ops.h"

namespace
{

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

/// As named, from PATH, or beside the nvcc that made the objects.
QString cuobjdump()
{
    const QString named = qEnvironmentVariable("BOOLAB_CUOBJDUMP");
    if (!named.isEmpty()) return named;
    const QString onPath = QStandardPaths::findExecutable("cuobjdump");
    const QFileInfo nvcc(BOOLAB_NVCC);
    if (!onPath.isEmpty() || !nvcc.exists()) return onPath;
    return QStandardPaths::findExecutable(
        "cuobjdump", {nvcc.absolutePath(), QFileInfo(nvcc.canonicalFilePath()).absolutePath()});
}

QString output(const QStringList& arguments)
{
    QProcess process;
    process.start(cuobjdump(), arguments);
    return process.waitForFinished(60000) ? QString::fromUtf8(process.readAllStandardOutput()) : QString();
}

} // namespace

class TestCudaSass : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (kTargets.isEmpty()) QSKIP("skipped: this build has no CUDA ops (nvcc was not found)");
        if (cuobjdump().isEmpty()) QSKIP("skipped: no cuobjdump in BOOLAB_CUOBJDUMP, on PATH or beside nvcc");
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

    void objectsHoldEveryTargetWithoutLocalMemory_data()
    {
        QTest::addColumn<QString>("source");
        for (const QString& source : kSources)
            QTest::newRow(qPrintable(source)) << source;
    }
    void objectsHoldEveryTargetWithoutLocalMemory()
    {
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

QTEST_GUILESS_MAIN(TestCudaSass)
#include "test_cuda_sass.moc"
