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
        QCOMPARE(json["bytes_read_per_token"], json["weight_bytes"]); // its head is its embedding
        const CliOutcome tooLong =
            runCli({"bench", "decode", m_home.filePath("student"), "--prompt-tokens", "9999"}, m_home.path());
        QCOMPARE(tooLong.exitCode, 2);
        QVERIFY2(tooLong.errors.contains("--prompt-tokens"), tooLong.errors.constData());
    }

    void modelsAreMeasuredBesideEachOther()
    {
        const CliOutcome outcome = runCli({"bench", "deploy", m_teacher, m_home.filePath("student"),
                                           "--prompt-tokens", "20", "-n", "4", "--repeat", "1", "--json"},
                                          m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const QJsonArray models = outcome.json()["models"].toArray();
        QCOMPARE(models.size(), 2);
        for (const auto& one : models)
            for (const char* figure : {"file_bytes", "peak_resident_bytes", "tokens_per_second",
                                       "prompt_tokens_per_second", "first_token_seconds"})
                QVERIFY2(one.toObject()[figure].toDouble() > 0, figure);
        QVERIFY(models[1].toObject()["file_bytes"].toDouble() <
                models[0].toObject()["file_bytes"].toDouble());
        const CliOutcome missing =
            runCli({"bench", "deploy", "/nowhere", m_home.filePath("student"), "--json"}, m_home.path());
        QVERIFY(missing.exitCode != 0);
        QVERIFY2(missing.errors.contains("/nowhere") || missing.output.contains("/nowhere"),
                 missing.errors.constData());
    }

    void aMatrixThatDoesNotFitIsRefusedAtOnce()
    {
        const CliOutcome outcome = runCli({"bench", "op", "--shape", "1048576x1048576"}, m_home.path());
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.errors.contains("1048576 x 1048576 with K = 1") &&
                     outcome.errors.contains("are available") && !outcome.errors.contains("frame #"),
                 outcome.errors.constData());
    }

    void aMatrixInCacheHasNoShareOfTheMemory()
    {
        const CliOutcome outcome =
            runCli({"bench", "op", "--shape", "70x90", "--isa", "auto", "--seconds", "0.001"}, m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY2(outcome.output.contains("in cache") && !outcome.output.contains(" %"),
                 outcome.output.constData());
    }

    void memoryThatRunsOutIsExplained()
    {
        QProcess
            shell; // the program and the model fit, the weights' memory or what is read for speed does not
        for (const char* kilobytes : {"150000", "250000"}) {
            shell.start("sh",
                        {"-c", "ulimit -v $0; exec \"$1\" bench decode \"$2\" -t 1 --prompt-tokens 8 -n 4",
                         kilobytes, cliPath(), m_home.filePath("student")});
            QVERIFY(shell.waitForFinished(60000));
            const QByteArray errors = shell.readAllStandardError();
            QCOMPARE(shell.exitCode(), 1);
            QVERIFY2(errors.contains("memory") && errors.contains("student") && !errors.contains("bad_alloc"),
                     errors.constData());
        }
    }

    void wrongFlagsNameTheWholeCommand()
    {
        const CliOutcome outcome =
            runCli({"bench", "decode", m_home.filePath("student"), "--layers", "foo"}, m_home.path());
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(outcome.errors.contains("error: bench decode: ") &&
                     outcome.errors.contains("See boolab-cli bench decode --help."),
                 outcome.errors.constData());
    }

    void anUnknownInstructionSetIsRefusedByEveryCommand()
    {
        qputenv("BOOLAB_FORCE_ISA", "abacus");
        const QString student = m_home.filePath("student");
        for (const QStringList& command :
             {QStringList{"generate", student, "-p", "x", "-n", "1"}, QStringList{"bench", "decode", student},
              QStringList{"evaluate", student, "--perplexity", m_home.filePath("text.txt")}}) {
            const CliOutcome outcome = runCli(command, m_home.path());
            QVERIFY2(outcome.exitCode == 2, qPrintable(command.join(' ') + ": " + outcome.errors));
            QVERIFY2(outcome.errors.contains("BOOLAB_FORCE_ISA: instruction set 'abacus' is not supported") &&
                         outcome.errors.contains("reference"),
                     outcome.errors.constData());
        }
        qunsetenv("BOOLAB_FORCE_ISA");
    }

    void allPositionsOfTheModelAreMeasured()
    {
        const auto measure = [&](const char* prompt) {
            return runCli({"bench", "decode", m_home.filePath("student"), "--prompt-tokens", prompt, "-n",
                           "6", "--repeat", "1", "--json"},
                          m_home.path());
        };
        const CliOutcome all = measure("250"), beyond = measure("251");
        QVERIFY2(all.exitCode == 0, all.errors.constData());
        QCOMPARE(beyond.exitCode, 2);
        QVERIFY2(beyond.errors.contains("more than the 256"), beyond.errors.constData());
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
