// SPDX-License-Identifier: Apache-2.0
// --device cuda from outside: what is refused, and what a machine without a device says. Where there is one,
// the same bits as on the CPU.
#include "cli_process.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

#include "kernels/cuda/devices.h"

namespace
{

const QString kModel = QString(BOOLAB_SOURCE_DIR) + "/resources/models/tiny-llama";

QByteArray content(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestCliCuda : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatComputesOnTheCpuOnlyIsRefused_data();
    void whatComputesOnTheCpuOnlyIsRefused();
    void withoutADeviceNothingStarts_data();
    void withoutADeviceNothingStarts();
    void deviceNumberBeyondTheLastIsRefused();
    void resultsEqualTheCpus_data();
    void resultsEqualTheCpus();

private:
    QString text() const;

    QTemporaryDir m_home;
    bool m_hasDevice = boolab::kernels::cuda::list_devices().has_value();
};

QString TestCliCuda::text() const
{
    const QString path = m_home.filePath("calibration.txt");
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray("The quick brown fox jumps over the lazy dog. ").repeated(200));
    return path;
}

void TestCliCuda::whatComputesOnTheCpuOnlyIsRefused_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("what");
    QTest::newRow("gptq") << QStringList{"convert", kModel,          "-o",  m_home.filePath("g"), "--method",
                                         "gptq",    "--calibration", text()}
                          << QByteArray("convert --method gptq");
    QTest::newRow("evaluate") << QStringList{"evaluate", kModel,      "--perplexity",
                                             text(),     "--runtime", "packed"}
                              << QByteArray("evaluate --runtime packed");
    QTest::newRow("generate") << QStringList{"generate", kModel, "-p", "a", "--runtime", "float32"}
                              << QByteArray("generate --runtime float32");
    QTest::newRow("sweep") << QStringList{"sweep", kModel,   "-o", m_home.filePath("s"), "--methods",
                                          "svid",  "--bits", "2",  "--perplexity",       text()}
                           << QByteArray("sweep");
}

void TestCliCuda::whatComputesOnTheCpuOnlyIsRefused()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, what);
    const CliOutcome outcome = runCli(arguments + QStringList{"--device", "cuda"}, m_home.path());
    QCOMPARE(outcome.exitCode, 2);
    QVERIFY2(outcome.errors.contains("--device cuda: " + what + " computes on the CPU only"),
             outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("run finetune, evaluate and generate by LibTorch"),
             outcome.errors.constData());
}

void TestCliCuda::withoutADeviceNothingStarts_data()
{
    QTest::addColumn<QStringList>("arguments");
    for (const char* method : {"svid", "refined"})
        QTest::newRow(method) << QStringList{"convert",  kModel, "-o", m_home.filePath("out"),
                                             "--method", method};
    QTest::newRow("calibrated") << QStringList{
        "convert", kModel, "-o", m_home.filePath("out"), "--method", "calibrated", "--calibration", text()};
    QTest::newRow("bench") << QStringList{"bench", "convert"};
    QTest::newRow("finetune") << QStringList{"finetune", kModel, "--teacher", kModel,
                                             "--data",   text(), "-o",        m_home.filePath("out")};
    QTest::newRow("evaluate") << QStringList{"evaluate", kModel, "--perplexity", text()};
    QTest::newRow("generate") << QStringList{"generate", kModel, "-p", "a"};
}

void TestCliCuda::withoutADeviceNothingStarts()
{
    if (m_hasDevice) QSKIP("this machine has a CUDA device");
    QFETCH(QStringList, arguments);
    const CliOutcome outcome = runCli(arguments + QStringList{"--device", "cuda"}, m_home.path());
    QCOMPARE(outcome.exitCode, 3);
    QVERIFY2(outcome.errors.contains("--device cuda: no CUDA device") ||
                 outcome.errors.contains("--device cuda: this build has no CUDA ops"),
             outcome.errors.constData());
    QVERIFY2(outcome.errors.contains("use --device cpu"), outcome.errors.constData());
    QVERIFY(outcome.output.isEmpty());
    QVERIFY(!QFile::exists(m_home.filePath("out")));
}

void TestCliCuda::deviceNumberBeyondTheLastIsRefused()
{
    const CliOutcome outcome = runCli({"convert", kModel, "-o", m_home.filePath("far"), "--method", "svid",
                                       "--device", "cuda:99999999999999999999"},
                                      m_home.path());
    QCOMPARE(outcome.exitCode, 3);
    QVERIFY2(outcome.errors.contains("no CUDA"), outcome.errors.constData());
}

void TestCliCuda::resultsEqualTheCpus_data()
{
    QTest::addColumn<QString>("method");
    for (const char* method : {"svid", "refined", "calibrated"})
        QTest::newRow(method) << QString(method);
}

void TestCliCuda::resultsEqualTheCpus()
{
    if (!m_hasDevice) QSKIP("no CUDA device on this machine");
    QFETCH(QString, method);
    for (const QString device : {"cpu", "cuda"}) {
        QStringList arguments{"convert",  kModel, "-o",       m_home.filePath(method + device),
                              "-k",       "3",    "--method", method,
                              "--device", device};
        if (method == "calibrated") arguments << "--calibration" << text();
        const CliOutcome outcome = runCli(arguments, m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
    }
    const QByteArray expected = content(m_home.filePath(method + "cpu/model.safetensors"));
    QVERIFY(!expected.isEmpty());
    QVERIFY(content(m_home.filePath(method + "cuda/model.safetensors")) == expected);
}

QTEST_GUILESS_MAIN(TestCliCuda)
#include "test_cli_cuda.moc"
