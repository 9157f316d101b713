// SPDX-License-Identifier: Apache-2.0
#include "core/generate/session.h"
#include "job_helpers.h"

#include <QFileInfo>
#include <QTemporaryDir>

using namespace boolab;

class TestGenerate : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameSeedSameText()
    {
        SilentObserver silent;
        const auto text = [&](int seed) {
            auto result = runJob(makeJob({{"kind", "generate"},
                                          {"model", BOOLAB_TINY_MODEL},
                                          {"prompt", "Boolean"},
                                          {"tokens", 24},
                                          {"temperature", 1.0},
                                          {"seed", seed}}),
                                 silent);
            return result ? (*result)["text"].get<std::string>() : "error: " + result.error().text();
        };
        QCOMPARE(text(3), text(3));
        QVERIFY(text(3) != text(4));
        QVERIFY(!text(3).starts_with("error"));
    }

    void piecesJoinToTheWholeTextAndCanBeStopped()
    {
        auto session = GenerateSession::open(
            makeJob({{"kind", "generate"}, {"model", BOOLAB_TINY_MODEL}, {"prompt", ""}}),
            boolab::openDecoderLogits);
        QVERIFY(session);
        std::string joined;
        auto whole = session->generate({.prompt = "Boolean", .tokens = 30}, [&](const WrittenPiece& piece) {
            joined += piece.text;
            return true;
        });
        QVERIFY(whole);
        QVERIFY(whole->text.starts_with(joined));
        int pieces = 0;
        auto stopped = session->generate({.prompt = "Boolean", .tokens = 30},
                                         [&](const WrittenPiece&) { return ++pieces < 3; });
        QVERIFY(stopped);
        QCOMPARE(stopped->finishReason, std::string("stopped"));
    }

    /// Texts end at different times, so that places are taken over.
    void textsTogetherAreTheTextsAlone_data()
    {
        QTest::addColumn<QString>("runtime");
        for (const char* runtime : {"packed", "float32", "libtorch"})
            QTest::newRow(runtime) << runtime;
    }
    void textsTogetherAreTheTextsAlone()
    {
        QFETCH(QString, runtime);
        const QTemporaryDir folder;
        QFile file(folder.filePath("prompts.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("Boolean\n\nOne two three four\r\nB\nKernels are\nlast");
        file.close();
        SilentObserver silent;
        nlohmann::json job = {{"kind", "generate"},
                              {"model", BOOLAB_TINY_MODEL},
                              {"dtype", "float32"},
                              {"temperature", 1.0},
                              {"seed", 5},
                              {"tokens", 240},
                              {"runtime", runtime.toStdString()}};
        const auto alone = [&](const std::string& prompt) {
            job["prompt"] = prompt;
            return runJob(makeJob(job), silent).value();
        };
        nlohmann::json expected = nlohmann::json::array();
        for (const char* prompt : {"Boolean", "One two three four", "B", "Kernels are", "last"})
            expected.push_back(alone(prompt));
        job.erase("prompt");
        job["prompts"] = file.fileName().toStdString();
        job["together"] = 2;
        const auto together = runJob(makeJob(job), silent);
        QVERIFY2(together, together ? "" : together.error().text().c_str());
        QCOMPARE((*together)["texts"].size(), expected.size());
        for (std::size_t i = 0; i < expected.size(); ++i)
            for (const char* key : {"text", "tokens", "prompt_tokens", "finish_reason"})
                QCOMPARE((*together)["texts"][i][key], expected[i][key]);
    }

    void stoppingEndsAllTexts()
    {
        auto session = GenerateSession::open(
            makeJob({{"kind", "generate"}, {"model", BOOLAB_TINY_MODEL}, {"prompt", ""}}),
            boolab::openDecoderLogits);
        QVERIFY(session);
        const std::vector<GenerateRequest> requests(5, {.prompt = "Boolean", .tokens = 30});
        int pieces = 0;
        const auto results =
            session->generateAll(requests, 2, [&](std::size_t, const WrittenPiece&) { return ++pieces < 3; });
        QVERIFY(results);
        QCOMPARE(pieces, 3);
        for (const GenerateResult& result : *results)
            QCOMPARE(result.finishReason, std::string("stopped"));
        QCOMPARE(results->back().newTokens, std::int64_t{0});
    }

    void anEmptyFileOfPromptsIsRefused()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath("prompts.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        SilentObserver silent;
        auto result = runJob(makeJob({{"kind", "generate"},
                                      {"model", BOOLAB_TINY_MODEL},
                                      {"prompts", file.fileName().toStdString()}}),
                             silent);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("prompts.txt") != std::string::npos);
    }

    void aPromptLongerThanTheContextIsRefused()
    {
        SilentObserver silent;
        auto result = runJob(
            makeJob({{"kind", "generate"}, {"model", BOOLAB_TINY_MODEL}, {"prompt", std::string(3000, 'x')}}),
            silent);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("256") != std::string::npos);
    }

    void theSampleModelKnowsTheCapitalOfFrance()
    {
        if (!QFileInfo::exists(BOOLAB_SAMPLE_MODEL)) QSKIP("the sample model is not there; ./run fetches it");
        SilentObserver silent;
        auto result = runJob(makeJob({{"kind", "generate"},
                                      {"model", BOOLAB_SAMPLE_MODEL},
                                      {"prompt", "The capital of France is"},
                                      {"tokens", 4},
                                      {"dtype", "float32"}}),
                             silent);
        QVERIFY(result);
        QVERIFY2((*result)["text"].get<std::string>().starts_with(" Paris"),
                 (*result)["text"].get<std::string>().c_str());
    }
};

QTEST_GUILESS_MAIN(TestGenerate)
#include "test_generate.moc"
