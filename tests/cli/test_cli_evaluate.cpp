// SPDX-License-Identifier: Apache-2.0
// Several models measured by one command, on a model that the repository made.
#include "cli_process.h"
#include "tests/core/formats/model_folders.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

class TestCliEvaluate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QFile text(m_home.filePath("text.txt"));
        QVERIFY(text.open(QIODevice::WriteOnly));
        for (int i = 0; i < 100; ++i)
            text.write(qPrintable(QString("In year %1 the river rose by %2 feet.\n").arg(i).arg(i * i % 37)));
        text.close();
        const CliOutcome converted =
            runCli({"convert", kModel, "-o", m_home.filePath("k1"), "--method", "svid", "-k", "1", "--quiet"},
                   m_home.path());
        QVERIFY2(converted.exitCode == 0, converted.errors.constData());
    }

    void severalModelsAreMeasuredLikeEach()
    {
        const CliOutcome outcome = measure({kModel, m_home.filePath("k1")});
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        const QJsonArray models = outcome.json().value("models").toArray();
        QCOMPARE(models.size(), 2);
        for (const QString& model : {kModel, m_home.filePath("k1")}) {
            const QJsonObject one = models[model == kModel ? 0 : 1].toObject();
            QCOMPARE(one.value("model").toString(), model);
            QCOMPARE(one.value("perplexity"), measure({model}).json().value("perplexity"));
            QVERIFY(one.value("run_id").toInt() > 0);
        }
        QVERIFY(models[0].toObject().value("run_id") != models[1].toObject().value("run_id"));
    }

    void aModelThatIsMissingDoesNotHoldUpTheOthers()
    {
        const CliOutcome outcome = measure({kModel, m_home.filePath("nowhere"), m_home.filePath("k1")});
        QCOMPARE(outcome.exitCode, 3);
        const QJsonArray models = outcome.json().value("models").toArray();
        QCOMPARE(models.size(), 3);
        const QJsonObject error = models[1].toObject().value("error").toObject();
        QVERIFY(error.value("message").toString().contains("nowhere"));
        QVERIFY(models[2].toObject().value("perplexity").toDouble() > 1);
    }

    void theFarthestTokensAreTold()
    {
        const QStringList arguments = {"evaluate",     m_home.filePath("k1"),
                                       "--reference",  kModel,
                                       "--perplexity", m_home.filePath("text.txt"),
                                       "--seq-len",    "64",
                                       "--windows",    "2",
                                       "--quiet"};
        const CliOutcome outcome = runCli(arguments, m_home.path());
        QVERIFY2(outcome.exitCode == 0, outcome.errors.constData());
        QVERIFY2(outcome.output.contains("farthest from the reference:"), outcome.output.constData());
    }

    void aModelThatComputesNanIsWarnedOf()
    {
        const auto broken =
            model_folders::copyOf(kModel.toStdString(), m_home.filePath("broken").toStdString());
        model_folders::putNan(broken, "model.norm.weight");
        const QString path = QString::fromStdString(broken.string());
        const CliOutcome json = measure({path});
        QVERIFY2(json.exitCode == 0, json.errors.constData());
        QVERIFY2(json.errors.contains("warning: " + path.toUtf8() + ": the model computes NaN"),
                 json.errors.constData());
        QVERIFY(json.json().contains("perplexity") && json.json()["perplexity"].isNull());
        for (const char* protocol : {"windows", "strided"}) {
            const CliOutcome text =
                runCli({"evaluate", path, "--perplexity", m_home.filePath("text.txt"), "--seq-len", "64",
                        "--windows", "2", "--protocol", protocol, "--stride", "32"},
                       m_home.path());
            QVERIFY2(text.exitCode == 0, text.errors.constData());
            QVERIFY2(text.output.contains("perplexity nan over 2 windows"), text.output.constData());
            QVERIFY2(!text.errors.contains("-nan"), text.errors.constData());
        }
    }

    void nothingToMeasureIsWrongUsage()
    {
        const CliOutcome outcome = runCli({"evaluate", kModel}, m_home.path());
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(outcome.errors.contains("nothing to measure"), outcome.errors.constData());
        QCOMPARE(runCli({"evaluate", kModel, "--tasks", "piqa"}, m_home.path()).exitCode, 2);
    }

private:
    CliOutcome measure(const QStringList& models) const
    {
        return runCli(QStringList{"evaluate"} + models +
                          QStringList{"--perplexity", m_home.filePath("text.txt"), "--seq-len", "64",
                                      "--windows", "2", "--dtype", "float32", "--quiet", "--json"},
                      m_home.path());
    }

    const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(TestCliEvaluate)
#include "test_cli_evaluate.moc"
