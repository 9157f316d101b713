// SPDX-License-Identifier: Apache-2.0
#include "core/compare/reference_scores.h"

#include <QtTest>
#include <set>

using namespace boolab;

class TestReferenceScores : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFigureHasItsSourceAndProtocol()
    {
        QVERIFY2(referenceScores().size() > 100, "the file could not be read");
        std::set<std::tuple<std::string, std::string, std::string>> seen;
        for (const ReferenceScore& one : referenceScores()) {
            const std::string who = one.model + " " + one.method;
            QVERIFY2(!one.source.empty(), who.c_str());
            QVERIFY2(one.bits > 0 && one.bits <= 16, who.c_str());
            QVERIFY2(!one.wikitext2 || (*one.wikitext2 > 1 && *one.wikitext2 < 1e5), who.c_str());
            QVERIFY2(!one.accuracy || (*one.accuracy > 20 && *one.accuracy < 100), who.c_str());
            QVERIFY2(seen.insert({one.model, one.method, one.source}).second, who.c_str());
        }
    }

    void holdsTheAnchorsAsPublished()
    {
        const auto find = [](const std::string& model, const std::string& method) {
            const auto found = std::ranges::find_if(referenceScores(), [&](const ReferenceScore& one) {
                return one.model == model && one.method == method;
            });
            return found == referenceScores().end() ? ReferenceScore() : *found;
        };
        const ReferenceScore mbok = find("OPT-1.3B", "MBOK K=2");
        QCOMPARE(mbok.wikitext2.value_or(0), 16.13);
        QCOMPARE(mbok.accuracy.value_or(0), 51.69);
        QCOMPARE(valueOf(mbok, ReferenceKind::Accuracy).value_or(0), 0.5169);
        QCOMPARE(find("LLaMA-2-7B", "FP16").wikitext2.value_or(0), 5.47);
        QCOMPARE(find("LLaMA-2-7B", "FP16 (windows of 4096)").wikitext2.value_or(0), 5.12);
    }

    void onlyWindowsOfTheSameLengthAreAlike()
    {
        const ReferenceScore one{.model = "m", .method = "x", .bits = 1, .wikitext2 = 5, .context = 2048};
        QVERIFY(isLikeProtocol(one, ReferenceKind::Wikitext2, "gptq-2048, wiki.txt, 8 windows"));
        QVERIFY(!isLikeProtocol(one, ReferenceKind::Wikitext2, "gptq-20480, wiki.txt"));
        QVERIFY(!isLikeProtocol(one, ReferenceKind::Wikitext2, "strided-2048-512"));
        QVERIFY(!isLikeProtocol({.context = 0}, ReferenceKind::Wikitext2, "gptq-0"));
        QVERIFY(!referenceKindFor("word_perplexity"));
        QVERIFY(referenceKindFor("perplexity") == ReferenceKind::Wikitext2);
    }

    void refusesWhatIsIncomplete_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("told");
        QTest::newRow("no json") << QByteArray("{") << QByteArray("expected");
        QTest::newRow("no source") << QByteArray(
                                          R"({"scores":[{"model":"m","method":"x","bits":1,"wikitext2":5}]})")
                                   << QByteArray("source");
        QTest::newRow("no score") << QByteArray(
                                         R"({"scores":[{"model":"m","method":"x","bits":1,"source":"s"}]})")
                                  << QByteArray("score");
        QTest::newRow("negative bits")
            << QByteArray(R"({"scores":[{"model":"m","method":"x","bits":-1,"c4":5,"source":"s"}]})")
            << QByteArray("bits");
        QTest::newRow("accuracy of nothing")
            << QByteArray(R"({"scores":[{"model":"m","method":"x","bits":1,"accuracy":50,"source":"s"}]})")
            << QByteArray("tasks");
    }

    void refusesWhatIsIncomplete()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, told);
        const auto read = parseReferenceScores(text.toStdString());
        QVERIFY(!read);
        QVERIFY2(read.error().message.find(told.toStdString()) != std::string::npos,
                 read.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestReferenceScores)
#include "test_reference_scores.moc"
