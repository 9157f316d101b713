// SPDX-License-Identifier: Apache-2.0
// Logits and greedy tokens of tiny random models against transformers (tests/golden/make_llama_golden.py).
#include "core/base/mapped_file.h"
#include "core/model/model_loader.h"

#include <QDir>
#include <QtTest>
#include <torch/all.h>

using namespace boolab;

class TestLlamaParity : public QObject
{
    Q_OBJECT

private:
    static QString folder(const QString& name) { return QString(BOOLAB_TEST_DATA) + "/llama/" + name; }
    static nlohmann::json golden(const QString& name)
    {
        return nlohmann::json::parse(*readTextFile((folder(name) + "/golden.json").toStdString()));
    }
    static void everyCase()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : QDir(folder("")).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QTest::newRow(qPrintable(name)) << name;
    }

private Q_SLOTS:
    void logitsEqualTransformers_data() { everyCase(); }
    void logitsEqualTransformers()
    {
        QFETCH(QString, name);
        const torch::NoGradGuard noGrad;
        const auto json = golden(name);
        auto files = ModelFiles::open(folder(name).toStdString());
        QVERIFY2(files, files ? "" : files.error().text().c_str());
        auto loaded = loadModel(*files, {});
        QVERIFY2(loaded, loaded ? "" : loaded.error().text().c_str());

        double worst = 0;
        std::size_t row = 0;
        for (const auto& sequence : json["ids"]) {
            const at::Tensor ids = torch::tensor(sequence.get<std::vector<std::int64_t>>()).unsqueeze(0);
            const at::Tensor logits = loaded->model->logits(loaded->model->forward(ids).hidden)[0];
            for (const std::int64_t position : json["positions"]) {
                const at::Tensor expected = torch::tensor(json["logits"][row++].get<std::vector<float>>());
                worst = std::max(worst, (logits[position] - expected).abs().max().item<double>());
            }
        }
        QCOMPARE(row, json["logits"].size());
        QVERIFY2(worst < 1e-4, qPrintable(QString("largest difference %1").arg(worst)));
    }

    void greedyTokensWithKvCacheEqualTransformers_data() { everyCase(); }
    void greedyTokensWithKvCacheEqualTransformers()
    {
        QFETCH(QString, name);
        const torch::NoGradGuard noGrad;
        const auto expected = golden(name)["greedy"].get<std::vector<std::int64_t>>();
        auto loaded = loadModel(*ModelFiles::open(folder(name).toStdString()), {});
        LlamaModel& model = *loaded->model;
        KvCache cache(model.config(), 1, 32, model.options());
        std::vector<std::int64_t> ids(expected.begin(), expected.begin() + 8);
        // The prompt in two pieces: the second is masked behind a cache.
        model.forward(torch::tensor(std::vector<std::int64_t>(ids.begin(), ids.begin() + 3)).unsqueeze(0),
                      &cache);
        at::Tensor hidden =
            model
                .forward(torch::tensor(std::vector<std::int64_t>(ids.begin() + 3, ids.end())).unsqueeze(0),
                         &cache)
                .hidden;
        while (ids.size() < expected.size()) {
            ids.push_back(model.logits(hidden.select(1, hidden.size(1) - 1)).argmax().item<std::int64_t>());
            hidden = model.forward(torch::tensor({ids.back()}, torch::kInt64).unsqueeze(0), &cache).hidden;
        }
        QCOMPARE(ids, expected);
    }
};

QTEST_GUILESS_MAIN(TestLlamaParity)
#include "test_llama_parity.moc"
