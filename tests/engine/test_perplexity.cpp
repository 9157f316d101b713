// SPDX-License-Identifier: Apache-2.0
// Perplexity of the sample model against transformers in float32 on the same windows.
#include "core/base/mapped_file.h"
#include "job_helpers.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <cmath>

class TestPerplexity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sampleModelAgreesWithTransformers_data()
    {
        QTest::addColumn<int>("seqLen");
        QTest::newRow("windows of 512") << 512;
        QTest::newRow("windows of 2048") << 2048;
    }

    void sampleModelAgreesWithTransformers()
    {
        QFETCH(int, seqLen);
        const QString text = QString(BOOLAB_SHARED_DATA) + "/wikitext2-test.joined.txt";
        if (!QFileInfo::exists(BOOLAB_SAMPLE_MODEL)) QSKIP("the sample model is not there; ./run fetches it");
        if (!QFileInfo::exists(text)) QSKIP("the WikiText-2 test text is not beside this checkout");
        const auto golden =
            nlohmann::json::parse(*boolab::readTextFile(BOOLAB_TEST_DATA "/smollm2_perplexity.json"));
        const auto nll = golden["nll"][std::to_string(seqLen)].get<std::vector<double>>();
        RecordingObserver observer;
        auto result = boolab::runJob(makeJob({{"kind", "evaluate"},
                                              {"model", BOOLAB_SAMPLE_MODEL},
                                              {"perplexity", text.toStdString()},
                                              {"seq_len", seqLen},
                                              {"windows", nll.size()},
                                              {"dtype", "float32"}}),
                                     observer);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        double mean = 0;
        for (const double value : nll)
            mean += value / static_cast<double>(nll.size());
        const double expected = std::exp(mean), got = (*result)["perplexity"];
        qInfo("perplexity %.5f, transformers %.5f", got, expected);
        QVERIFY(std::abs(got / expected - 1) < 0.002);
        QCOMPARE(observer.metrics["nll"].size(), nll.size());
    }

    void refusesATextShorterThanAWindow()
    {
        QTemporaryDir folder;
        QFile file(folder.filePath("short.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("only a few words");
        file.close();
        boolab::SilentObserver silent;
        auto result = boolab::runJob(makeJob({{"kind", "evaluate"},
                                              {"model", BOOLAB_TINY_MODEL},
                                              {"perplexity", file.fileName().toStdString()}}),
                                     silent);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("short.txt") != std::string::npos);
        QVERIFY(result.error().message.find("2048") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestPerplexity)
#include "test_perplexity.moc"
