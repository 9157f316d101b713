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

    void runtimesAgree_data()
    {
        QTest::addColumn<QString>("runtime");
        QTest::addColumn<QString>("embedding");
        QTest::addColumn<QString>("cache");
        QTest::addColumn<double>("tolerance"); // of the perplexity
        QTest::newRow("float32") << "float32"
                                 << "int8"
                                 << "float16" << 1e-5;
        QTest::newRow("packed, embeddings as stored, float32 cache") << "packed"
                                                                     << "stored"
                                                                     << "float32" << 1e-4;
        QTest::newRow("packed, embeddings as stored") << "packed"
                                                      << "stored"
                                                      << "float16" << 1e-3;
        // Random weights are coarse; SmolLM2's figure stands in docs/decoder.md.
        QTest::newRow("packed, embeddings in int8") << "packed"
                                                    << "int8"
                                                    << "float16" << 5e-2;
    }

    void runtimesAgree()
    {
        QFETCH(QString, runtime);
        QFETCH(QString, embedding);
        QFETCH(QString, cache);
        QFETCH(double, tolerance);
        const std::string text = m_folder.filePath("text.txt").toStdString(), student = booleanModel();
        nlohmann::json job = {{"kind", "evaluate"},  {"model", student}, {"perplexity", text},
                              {"seq_len", 100},      {"windows", 3},     {"dtype", "float32"},
                              {"reference", student}};
        boolab::SilentObserver silent;
        auto expected = boolab::runJob(makeJob(job), silent);
        QVERIFY2(expected, expected ? "" : expected.error().text().c_str());
        job["runtime"] = runtime.toStdString();
        job["embedding"] = embedding.toStdString();
        job["kv_cache"] = cache.toStdString();
        auto got = boolab::runJob(makeJob(job), silent);
        QVERIFY2(got, got ? "" : got.error().text().c_str());
        const double difference =
            got->at("perplexity").get<double>() / expected->at("perplexity").get<double>() - 1;
        qInfo("relative difference %.2e, KL %.2e", difference, got->at("kl_divergence").get<double>());
        QVERIFY(std::abs(difference) < tolerance);
        QVERIFY(got->at("kl_divergence").get<double>() < tolerance);
        QCOMPARE(got->at("tokens"), expected->at("tokens"));
    }

    /// Of as few positions as are shown, all are, and their mean is the divergence.
    void theFarthestTokensAddUpToTheDivergence()
    {
        const std::string student = booleanModel();
        boolab::SilentObserver silent;
        auto result = boolab::runJob(makeJob({{"kind", "evaluate"},
                                              {"model", student},
                                              {"perplexity", m_folder.filePath("text.txt").toStdString()},
                                              {"seq_len", 11},
                                              {"windows", 2},
                                              {"dtype", "float32"},
                                              {"reference", BOOLAB_TINY_MODEL}}),
                                     silent);
        QVERIFY2(result, result ? "" : result.error().text().c_str());
        const nlohmann::json worst = result->at("worst_tokens");
        QCOMPARE(worst.size(), 20u);
        double sum = 0, before = INFINITY;
        int same = 0;
        for (const auto& token : worst) {
            const double kl = token.at("kl_divergence");
            QVERIFY(kl <= before && kl >= 0);
            before = kl;
            sum += kl;
            same += token.at("top_id") == token.at("reference_top_id") ? 1 : 0;
            const std::int64_t position = token.at("position");
            QVERIFY(position >= 1 && position <= 10);
            QVERIFY(token.at("reference_top_probability") >= 1.0 / 512); // the largest of the vocabulary's
        }
        QVERIFY(std::abs(sum / 20 - result->at("kl_divergence").get<double>()) < 1e-9);
        QCOMPARE(same / 20.0, result->at("top_1_agreement").get<double>());
        QVERIFY(worst.front().at("kl_divergence") > worst.back().at("kl_divergence"));
    }

    void refusesFirstKernelsOnTheDecoder()
    {
        boolab::SilentObserver silent;
        auto result = boolab::runJob(makeJob({{"kind", "evaluate"},
                                              {"model", booleanModel()},
                                              {"perplexity", m_folder.filePath("text.txt").toStdString()},
                                              {"first_kernels", 1},
                                              {"runtime", "packed"}}),
                                     silent);
        QVERIFY(!result);
        QVERIFY(result.error().message.find("--first-kernels") != std::string::npos);
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

private:
    /// The tiny model with two kernels per layer; writes text.txt beside it.
    std::string booleanModel()
    {
        const std::string path = m_folder.filePath("k2").toStdString();
        if (QFileInfo::exists(m_folder.filePath("k2"))) return path;
        QFile text(m_folder.filePath("text.txt"));
        if (text.open(QIODevice::WriteOnly))
            for (int i = 0; i < 200; ++i)
                text.write(
                    qPrintable(QString("In year %1 the river rose by %2 feet.\n").arg(i).arg(i * i % 37)));
        text.close();
        boolab::SilentObserver silent;
        auto done = boolab::runJob(makeJob({{"kind", "convert"},
                                            {"model", BOOLAB_TINY_MODEL},
                                            {"output", path},
                                            {"method", "svid"},
                                            {"kernels", 2}}),
                                   silent);
        if (!done) qFatal("%s", done.error().text().c_str());
        return path;
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestPerplexity)
#include "test_perplexity.moc"
