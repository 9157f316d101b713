// SPDX-License-Identifier: Apache-2.0
// `bench finetune` on the tiny model.
#include "cli_process.h"

#include <QFile>
#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

class TestCliBench : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QFile text(m_home.filePath("text.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        for (int i = 0; i < 200; ++i)
            text.write("Line " + QByteArray::number(i) + " speaks of kernels, scales and bits.\n");
        text.close();
        const CliOutcome converted =
            runCli({"convert", m_teacher, "-o", m_home.filePath("student"), "--kernels", "2"}, m_home.path());
        QVERIFY2(converted.exitCode == 0, converted.errors.constData());
    }

    void everyVariantIsMeasuredInAProcessOfItsOwn()
    {
        const CliOutcome outcome = bench({"--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const QJsonObject json = outcome.json();
        const QJsonArray variants = json["variants"].toArray();
        QCOMPARE(variants.size(), 2);
        QCOMPARE(variants[0]["name"].toString(), QString("native"));
        QCOMPARE(variants[1]["name"].toString(), QString("latent"));
        QCOMPARE(variants[0]["loss_kl"].toDouble(), variants[1]["loss_kl"].toDouble());
        for (const QJsonValue& value : variants) {
            const QJsonObject variant = value.toObject();
            QVERIFY(variant["tokens_per_second"].toDouble() > 0);
            QVERIFY(variant["peak_memory_bytes"].toDouble() > variant["teacher_bytes"].toDouble());
        }
        QVERIFY(json["gemm_flops"].toObject()["bfloat16"].toDouble() > 0);
        QVERIFY(json["skipped"].toObject()["pytorch"].toString().contains("--python"));
    }

    void theTableNamesWhatWasSkipped()
    {
        const CliOutcome outcome = bench({});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY2(outcome.output.contains("native") && outcome.output.contains("pytorch was skipped"),
                 outcome.output.constData());
    }

    void opsAreCheckedAndMeasured()
    {
        const CliOutcome outcome = runCli({"bench", "op", "--shape", "70x90", "--shape", "1x1500", "-k", "3",
                                           "--tokens", "1", "--tokens", "4", "--seconds", "0.001", "--json"},
                                          m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const QJsonObject json = outcome.json();
        QVERIFY(json["error"].toDouble() < 2e-4);
        QVERIFY(json["memory_bytes_per_second"].toDouble() > 1e6);
        const QJsonArray figures = json["figures"].toArray();
        QVERIFY(figures.size() >= 4);
        for (const QJsonValue& figure : figures)
            QVERIFY(figure.toObject()["weights_per_second"].toDouble() > 0);
        const CliOutcome wrong = runCli({"bench", "op", "--shape", "70"}, m_home.path());
        QCOMPARE(wrong.exitCode, 2);
        QVERIFY2(wrong.errors.contains("--shape is \"70\""), wrong.errors.constData());
    }

    void oneInstructionSetIsMeasured()
    {
        const CliOutcome outcome =
            runCli({"bench", "op", "--shape", "70x90", "--isa", "auto", "--seconds", "0.001", "--json"},
                   m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const QJsonArray figures = outcome.json()["figures"].toArray();
        QVERIFY(!figures.isEmpty());
        for (const QJsonValue& figure : figures)
            QCOMPARE(figure.toObject()["isa"], figures[0].toObject()["isa"]);
        const CliOutcome wrong = runCli({"bench", "op", "--isa", "abacus"}, m_home.path());
        QCOMPARE(wrong.exitCode, 2);
        QVERIFY2(wrong.errors.contains("'abacus' is not supported"), wrong.errors.constData());
    }

    void everyShapeIsALineOfProgress()
    {
        const CliOutcome outcome = runCli({"bench", "op", "--shape", "8x8", "--shape", "9x9", "--isa", "auto",
                                           "--seconds", "0.001", "--json"},
                                          m_home.path());
        QVERIFY2(outcome.errors.contains("measuring: 1/2 shapes") &&
                     outcome.errors.contains("measuring: 2/2 shapes"),
                 outcome.errors.constData());
    }

    void theMachineIsDescribed()
    {
        const CliOutcome outcome = runCli({"bench", "machine", "--json"}, m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const QJsonObject json = outcome.json();
        QVERIFY(json["threads"].toInt() >= 1 && json["memory_bytes"].toDouble() > 0);
        QVERIFY(json["isas"].toArray().contains(json["isa"]));
        QVERIFY(json["gpus"].toArray().isEmpty() == json.contains("gpu_problem"));
        QVERIFY(runCli({"bench", "machine"}, m_home.path()).output.contains("instruction set"));
    }

    void decodingIsMeasured()
    {
        const CliOutcome outcome =
            runCli({"bench", "decode", m_home.filePath("student"), "--prompt-tokens", "20", "-n", "4",
                    "--sequences", "1", "--sequences", "3", "--repeat", "1", "--json"},
                   m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const QJsonObject json = outcome.json();
        QCOMPARE(json["decode"].toArray().size(), 2);
        QVERIFY(json["prompt_tokens_per_second"].toDouble() > 0 && json["weight_bytes"].toDouble() > 0);
        const CliOutcome tooLong =
            runCli({"bench", "decode", m_home.filePath("student"), "--prompt-tokens", "9999"}, m_home.path());
        QCOMPARE(tooLong.exitCode, 2);
        QVERIFY2(tooLong.errors.contains("--prompt-tokens"), tooLong.errors.constData());
    }

    void aPythonThatFailsIsExplained()
    {
        const CliOutcome outcome = bench({"--python", "/bin/false", "--json"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains("pytorch"), outcome.errors.constData());
    }

private:
    CliOutcome bench(const QStringList& more)
    {
        return runCli(QStringList{"bench", "finetune", m_home.filePath("student"), "--teacher", m_teacher,
                                  "--data", m_home.filePath("text.txt"), "--seq-len", "32", "--steps", "1",
                                  "--rounds", "1", "--dtype", "float32"} +
                          more,
                      m_home.path());
    }

    QTemporaryDir m_home;
    const QString m_teacher = BOOLAB_SOURCE_DIR "/resources/models/tiny-llama";
};

QTEST_GUILESS_MAIN(TestCliBench)
#include "test_cli_bench.moc"
