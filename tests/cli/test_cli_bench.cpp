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
