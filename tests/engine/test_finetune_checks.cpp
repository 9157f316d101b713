// SPDX-License-Identifier: Apache-2.0
// What is wrong with a finetune's inputs is said before the first step.
#include "finetune_fixture.h"

#include <QDir>
#include <cstring>
#include <fstream>

using namespace boolab;

class TestFinetuneChecks : public FinetuneFixture
{
    Q_OBJECT

private:
    /// A copy of the teacher, with one of its JSON files changed.
    template <typename Change>
    std::string changedTeacher(const QString& name, const char* file, Change change) const
    {
        const QDir from(BOOLAB_TINY_MODEL);
        QDir().mkpath(m_folder.filePath(name));
        for (const QString& entry : from.entryList(QDir::Files))
            QFile::copy(from.filePath(entry), m_folder.filePath(name + "/" + entry));
        const std::string target = path(name) + "/" + file;
        QFile::setPermissions(QString::fromStdString(target), QFile::ReadOwner | QFile::WriteOwner);
        std::ifstream in(target);
        nlohmann::json json = nlohmann::json::parse(in);
        in.close();
        change(json);
        std::ofstream(target) << json.dump();
        return path(name);
    }

    /// A copy of the teacher in which the first `rows` embeddings point the other way.
    std::string turnedTeacher(const QString& name, std::int64_t rows) const
    {
        const std::string folder = changedTeacher(name, "config.json", [](nlohmann::json&) {});
        QFile file(QString::fromStdString(folder) + "/model.safetensors");
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        if (!file.open(QIODevice::ReadWrite)) return {};
        QByteArray content = file.readAll();
        std::uint64_t headerBytes = 0;
        std::memcpy(&headerBytes, content.constData(), sizeof headerBytes);
        const auto header = nlohmann::json::parse(content.mid(8, qsizetype(headerBytes)).toStdString());
        const nlohmann::json& info = header["model.embed_tokens.weight"];
        const qsizetype begin = 8 + qsizetype(headerBytes) + info["data_offsets"][0].get<qsizetype>(),
                        bytes = info["dtype"] == "F32" ? 4 : 2,
                        count = rows * info["shape"][1].get<qsizetype>();
        for (qsizetype i = 0; i < count; ++i)
            content[begin + (i + 1) * bytes - 1] = char(content[begin + (i + 1) * bytes - 1] ^ 0x80);
        file.seek(0);
        file.write(content);
        return folder;
    }

    /// The job fails before its first step; what the error says.
    QString refusal(const nlohmann::json& changes) const
    {
        RecordingObserver observer;
        const auto result = runJob(makeJob(job("refused", changes)), observer);
        if (result || !observer.metrics.empty() || QDir(m_folder.filePath("refused")).exists())
            return "not refused";
        return QString::fromStdString(result.error().text());
    }

private Q_SLOTS:
    void initTestCase() { makeStudentAndText(); }

    void aStudentThatIsNoBooleanModelIsRefused()
    {
        const QString error = refusal({{"student", BOOLAB_TINY_MODEL}});
        QVERIFY2(error.contains("not a Boolean model") && error.contains("boolab-cli convert"),
                 qPrintable(error));
    }

    void aTeacherOfAnotherShapeIsRefused()
    {
        const std::string other = changedTeacher("shallow", "config.json",
                                                 [](nlohmann::json& json) { json["num_hidden_layers"] = 1; });
        const QString error = refusal({{"teacher", other}});
        QVERIFY2(error.contains("2 layers") && error.contains("1 layers") && error.contains("shallow"),
                 qPrintable(error));
    }

    void anotherModelOfTheSameShapeIsRefusedAsTeacher()
    {
        const QString error = refusal({{"teacher", turnedTeacher("stranger", 384)}});
        QVERIFY2(error.contains("differ from those of the teacher") && error.contains("200 %") &&
                     error.contains("stranger") && error.contains("--teacher"),
                 qPrintable(error));
    }

    void aTeacherWithSomeOtherEmbeddingsIsWarnedOf()
    {
        RecordingObserver observer;
        QVERIFY(
            runJob(makeJob(job("trained-further", {{"teacher", turnedTeacher("cousin", 10)}})), observer));
        QCOMPARE(observer.warnings.size(), std::size_t{1});
        QVERIFY2(observer.warnings[0].find("embeddings differ") != std::string::npos,
                 observer.warnings[0].c_str());
    }

    void aBooleanTeacherIsRefused()
    {
        const QString error = refusal({{"teacher", path("student")}});
        QVERIFY2(error.contains(QString::fromStdString(path("student"))) &&
                     error.contains("is a Boolean model, a teacher in full precision was expected") &&
                     error.contains("converted from"),
                 qPrintable(error));
    }

    void latentRatesThatFlipAllAtOnceAreRefused_data()
    {
        QTest::addColumn<double>("rate");
        QTest::newRow("the start itself") << 0.02;
        QTest::newRow("far beyond") << 1e9;
    }

    void latentRatesThatFlipAllAtOnceAreRefused()
    {
        QFETCH(double, rate);
        const QString error = refusal({{"bool_rule", "latent"}, {"bool_lr", rate}});
        QVERIFY2(error.contains("--bool-lr") && error.contains("would flip at once") &&
                     error.contains("below 0.02"),
                 qPrintable(error));
    }

    void aTeacherWithAnotherTokenizerIsRefused()
    {
        const std::string other = changedTeacher(
            "other-words", "tokenizer.json", [](nlohmann::json& json) { json["model"]["merges"].erase(0); });
        const QString error = refusal({{"teacher", other}});
        QVERIFY2(error.contains("tokenizer") && error.contains("other-words") && error.contains("tokens"),
                 qPrintable(error));
    }

    void sequencesLongerThanTheContextAreRefused()
    {
        const QString error = refusal({{"seq_len", 257}});
        QVERIFY2(error.contains("context is 256 tokens") && error.contains("--seq-len 256"),
                 qPrintable(error));
    }

    void textsWithoutWordsAreRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("content");
        QTest::addColumn<QString>("says");
        QTest::newRow("empty") << "empty.txt" << QByteArray() << "is empty";
        QTest::newRow("blank lines") << "blank.jsonl" << QByteArray("\n\n") << "0 tokens";
        QTest::newRow("no text") << "wrong.jsonl" << QByteArray("{\"words\": 1}\n") << "line 1";
        QTest::newRow("shorter than a sequence") << "tiny.txt" << QByteArray("A few words.") << "--seq-len";
        QTest::newRow("UTF-16") << "wide.txt"
                                << QByteArray("\xff\xfe"
                                              "a\0b\0c\0",
                                              8)
                                << "a zero byte at byte 3";
        QByteArray noise = "abc ";
        for (int i = 0; i < 4000; ++i)
            noise += char(1 + (i * 7919 + i * i) % 255);
        QTest::newRow("random bytes") << "noise.txt" << noise << "are no UTF-8, the first at byte";
        QTest::newRow("random bytes as lines") << "noise.jsonl" << noise << "is no text";
    }

    void textsWithoutWordsAreRefused()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, content);
        QFETCH(QString, says);
        write(name, content);
        const QString error = refusal({{"data", path(name)}});
        QVERIFY2(error.contains(name) && error.contains(says), qPrintable(error));
    }

    void aHeldOutTextThatIsNoneIsRefused()
    {
        write("zeros.bin", QByteArray("words and then") + QByteArray(9, '\0'));
        const QString error = refusal({{"held_out", path("zeros.bin")}});
        QVERIFY2(error.contains("zeros.bin: is no text: a zero byte at byte 14"), qPrintable(error));
    }

    void aTextWithAFewStrayBytesIsTaken()
    {
        write("latin.txt", bytes(path("text.txt")) + "caf\xe9 na\xefve\n");
        RecordingObserver observer;
        const auto result = runJob(
            makeJob(job("latin", {{"data", path("latin.txt")}, {"steps", 2}, {"bool_wait", 0}})), observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
    }

    void aTextTooShortToHoldAnyOutIsWarnedOf()
    {
        write("short.txt", bytes(path("text.txt")).left(600));
        RecordingObserver observer;
        QVERIFY(runJob(makeJob(job("short", {{"data", path("short.txt")}, {"patience", 3}})), observer));
        QCOMPARE(observer.warnings.size(), std::size_t{1});
        QVERIFY2(observer.warnings[0].find("Nothing is held out") != std::string::npos &&
                     observer.warnings[0].find("--patience stops nothing") != std::string::npos &&
                     observer.warnings[0].find("--held-out") != std::string::npos,
                 observer.warnings[0].c_str());
    }

    void aTextThatChangedSinceTheCheckpointIsRefused()
    {
        write("moving.txt", bytes(path("text.txt")));
        RecordingObserver stopping;
        stopping.stopAfter = 3;
        QVERIFY(!runJob(makeJob(job("refused", {{"data", path("moving.txt")}})), stopping));
        write("moving.txt", "Now " + bytes(path("text.txt")));
        const QString error = refusal({{"data", path("moving.txt")}, {"resume", true}});
        QVERIFY2(error.contains("moving.txt") && error.contains("checkpoint"), qPrintable(error));
    }

    void oddInputsAreWarnedOf_data()
    {
        QTest::addColumn<QByteArray>("changes");
        QTest::addColumn<QString>("says");
        QTest::newRow("batch larger than the text")
            << QByteArray(
                   R"({"batch_size": 1000, "steps": 1, "bool_wait": 0, "seq_len": 128, "eval_every": 0})")
            << "1000 sequences";
        QTest::newRow("flips after the end")
            << QByteArray(R"({"bool_wait": 2, "steps": 2})") << "No bit will flip";
    }

    void oddInputsAreWarnedOf()
    {
        QFETCH(QByteArray, changes);
        QFETCH(QString, says);
        RecordingObserver observer;
        QVERIFY(runJob(makeJob(job("odd", nlohmann::json::parse(changes.toStdString()))), observer));
        QCOMPARE(observer.warnings.size(), std::size_t{1});
        const QString warning = QString::fromStdString(observer.warnings[0]);
        QVERIFY2(warning.contains(says), qPrintable(warning));
    }

    void usualInputsAreNotWarnedOf()
    {
        RecordingObserver observer;
        QVERIFY(runJob(makeJob(job("usual")), observer));
        QVERIFY2(observer.warnings.empty(), observer.warnings.empty() ? "" : observer.warnings[0].c_str());
    }
};

QTEST_GUILESS_MAIN(TestFinetuneChecks)
#include "test_finetune_checks.moc"
