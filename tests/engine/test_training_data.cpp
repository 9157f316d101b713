// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/training_data.h"

#include <QtTest>
#include <numeric>
#include <set>
#include <torch/all.h>

using boolab::TrainingData;

class TestTrainingData : public QObject
{
    Q_OBJECT

private:
    static TrainingData make(std::uint64_t seed)
    {
        std::vector<std::int32_t> ids(103);
        std::iota(ids.begin(), ids.end(), 0);
        return std::move(*TrainingData::make(ids, 10, seed, "numbers"));
    }

private Q_SLOTS:
    void everySequenceComesOncePerEpoch()
    {
        const auto data = make(1);
        QCOMPARE(data.sequenceCount(), std::int64_t{10});
        std::set<std::int64_t> starts;
        const at::Tensor epoch = data.batch(0, 10);
        for (int i = 0; i < 10; ++i) {
            starts.insert(epoch[i][0].item<std::int64_t>());
            QCOMPARE(epoch[i][9].item<std::int64_t>(), epoch[i][0].item<std::int64_t>() + 9);
        }
        QCOMPARE(starts.size(), std::size_t{10});
    }

    void orderDependsOnSeedAndEpochOnly()
    {
        const auto a = make(1), b = make(1), c = make(2);
        b.batch(35, 1);
        QVERIFY(torch::equal(a.batch(7, 9), b.batch(7, 9)));
        QVERIFY(!torch::equal(a.batch(0, 10), c.batch(0, 10)));
        QVERIFY(!torch::equal(a.batch(0, 10), a.batch(10, 10)));
    }

    void tooFewTokensNameTheirFile()
    {
        auto data = TrainingData::make({1, 2, 3}, 10, 0, "notes.txt");
        QVERIFY(!data);
        QVERIFY(data.error().message.find("notes.txt") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestTrainingData)
#include "test_training_data.moc"
