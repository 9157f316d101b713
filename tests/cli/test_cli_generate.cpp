// SPDX-License-Identifier: Apache-2.0
// `generate --json-lines` as the playground uses it, on the sample model that the repository carries.
#include "cli_process.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

namespace
{

const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");

QList<QJsonObject> eventsOf(const QByteArray& output)
{
    QList<QJsonObject> events;
    for (const QByteArray& line : output.trimmed().split('\n'))
        events.append(QJsonDocument::fromJson(line).object());
    return events;
}

QJsonObject lastOf(const QList<QJsonObject>& events, const QString& name)
{
    QJsonObject found;
    for (const QJsonObject& event : events)
        if (event["event"].toString() == name) found = event;
    return found;
}

QJsonArray tokensOf(const QList<QJsonObject>& events)
{
    QJsonArray all;
    for (const QJsonObject& event : events)
        for (const auto& token : event["tokens"].toArray())
            all.append(token);
    return all;
}

} // namespace

class TestCliGenerate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void linesTellTheSameTokensAsTheResult()
    {
        const CliOutcome lines = runCli(
            {"generate", kModel, "--json-lines"}, m_home.path(),
            R"({"prompt": "Boolean", "tokens": 20, "temperature": 1, "seed": 4, "probabilities": true})"
            "\n");
        QVERIFY2(lines.exitCode == 0, lines.errors.constData());
        const CliOutcome once = runCli({"generate", kModel, "-p", "Boolean", "-n", "20", "--temp", "1",
                                        "--seed", "4", "--probabilities", "--json"},
                                       m_home.path());
        QVERIFY2(once.exitCode == 0, once.errors.constData());
        const auto events = eventsOf(lines.output);
        QCOMPARE(tokensOf(events), once.json()["token_probabilities"].toArray());
        QCOMPARE(tokensOf(events).size(), lastOf(events, "done")["tokens"].toInt());
        QCOMPARE(lastOf(events, "done")["text"], once.json()["text"]);
        QString joined;
        for (const QJsonObject& event : events)
            if (event["event"] == "text") joined += event["text"].toString();
        QCOMPARE(joined, once.json()["text"].toString());
        const QJsonObject token = tokensOf(events).at(0).toObject();
        QVERIFY(token["probability"].toDouble() > 0 && token["probability"].toDouble() <= 1);
        QVERIFY(token["rank"].toInt() >= 1);
        QCOMPARE(token["alternatives"].toArray().size(), 5);
    }

    void tellsHowItLoadedAndWhatItTook()
    {
        const CliOutcome outcome = runCli({"generate", kModel, "--json-lines", "--runtime", "float32"},
                                          m_home.path(), "{\"prompt\": \"a\", \"tokens\": 3}\n");
        const auto events = eventsOf(outcome.output);
        QCOMPARE(events.at(0)["event"].toString(), QString("loading"));
        QCOMPARE(events.at(1)["event"].toString(), QString("ready"));
        QCOMPARE(events.at(1)["runtime"].toString(), QString("float32"));
        QCOMPARE(events.at(1)["device"].toString(), QString("cpu"));
        QVERIFY(events.at(1)["memory_bytes"].toDouble() > 1e6);
        const QJsonObject done = lastOf(events, "done");
        QVERIFY(done["tokens_per_second"].toDouble() > 0);
        QVERIFY(done["memory_bytes"].toDouble() > 1e6);
        QVERIFY(done["peak_memory_bytes"].toDouble() >= done["memory_bytes"].toDouble());
        QVERIFY(tokensOf(events).isEmpty()); // nobody asked for them
    }

    void aModelThatCannotBeLoadedIsAnErrorEvent()
    {
        const CliOutcome outcome =
            runCli({"generate", BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean", "--json-lines"},
                   m_home.path(), "{\"prompt\": \"a\"}\n");
        QVERIFY(outcome.exitCode != 0);
        const QJsonObject error = lastOf(eventsOf(outcome.output), "error");
        QVERIFY2(error["message"].toString().contains("tokenizer", Qt::CaseInsensitive),
                 outcome.output.constData());
    }

    void aPromptThatIsTooLongIsNamedByItsLine()
    {
        QFile file(m_home.filePath("prompts.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("one\n\n" + QByteArray(3000, 'x') + "\nlast\n");
        file.close();
        const CliOutcome outcome =
            runCli({"generate", kModel, "--prompts", file.fileName(), "-n", "2"}, m_home.path());
        QCOMPARE(outcome.exitCode, 2);
        QVERIFY2(outcome.errors.contains("prompts.txt, line 3: The prompt has"), outcome.errors.constData());
    }

    void endsAnAnswerThatNobodyReads()
    {
        QProcess reader;
        reader.start("sh", {"-c",
                            "printf '{\"prompt\": \"a\", \"tokens\": 250}\\n%.0s' $(seq 20000) | \"$0\" "
                            "generate \"$1\" --json-lines --device cpu | head -n 5 >/dev/null",
                            cliPath(), kModel});
        QVERIFY(reader.waitForFinished(30000));
    }

private:
    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(TestCliGenerate)
#include "test_cli_generate.moc"
