// SPDX-License-Identifier: Apache-2.0
// Ranks as threads of this process, over the loopback.
#include "core/cluster/rank_group.h"
#include "core/cluster/signal_code.h"
#include "tests/free_port.h"

#include <ATen/CPUGeneratorImpl.h>
#include <QtTest>
#include <set>
#include <thread>
#include <torch/utils.h>

using namespace boolab;

namespace
{

using Work = std::function<void(RankGroup&)>;

/// Runs `work` in every rank; the errors of those that did not join.
std::vector<std::string> inRanks(int size, const RankGroupConfig& config, const Work& work,
                                 std::set<int> absent = {})
{
    const std::uint16_t port = freePort();
    std::vector<std::string> errors(static_cast<std::size_t>(size));
    std::vector<std::jthread> ranks;
    for (int rank = 0; rank < size; ++rank)
        if (!absent.contains(rank))
            ranks.emplace_back([&, rank] {
                RankConfig place{.rank = rank, .size = size, .localSize = size};
                place.masterPort = port;
                auto group = RankGroup::join(place, config);
                if (group)
                    work(**group);
                else
                    errors[static_cast<std::size_t>(rank)] = group.error().text();
            });
    ranks.clear();
    return errors;
}

at::Tensor valuesOf(int rank, std::int64_t rows = 37, std::int64_t columns = 20)
{
    const auto generator = at::make_generator<at::CPUGeneratorImpl>(static_cast<std::uint64_t>(rank + 1));
    at::Tensor values = at::randn({rows, columns}, generator, at::kFloat);
    values.select(1, 3).mul_(1000); // a column with massive activations
    return values;
}

double relativeError(const at::Tensor& a, const at::Tensor& b)
{
    return ((a - b).square().sum() / b.square().sum()).sqrt().item<double>();
}

} // namespace

class TestRankGroup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void addsUpInRankOrder_data()
    {
        QTest::addColumn<int>("size");
        QTest::newRow("two") << 2;
        QTest::newRow("three") << 3;
        QTest::newRow("more ranks than rows") << 5;
    }

    void addsUpInRankOrder()
    {
        QFETCH(int, size);
        const std::int64_t rows = size == 5 ? 3 : 37;
        at::Tensor expected = valuesOf(0, rows).clone();
        for (int rank = 1; rank < size; ++rank)
            expected.add_(valuesOf(rank, rows));
        std::atomic<int> equal = 0;
        const auto errors = inRanks(size, {}, [&](RankGroup& group) {
            at::Tensor values = valuesOf(group.rank(), rows);
            group.sum(values);
            equal += at::equal(values, expected);
            equal += at::equal(group.sumSignal(valuesOf(group.rank(), rows), 1), expected);
        });
        QCOMPARE(errors, std::vector<std::string>(static_cast<std::size_t>(size)));
        QCOMPARE(equal.load(), 2 * size);
    }

    void narrowSignalsAreEqualOnAllRanksAndSmall_data()
    {
        QTest::addColumn<int>("bits");
        QTest::addColumn<double>("largestError");
        QTest::newRow("bfloat16") << 16 << 0x1p-8;
        QTest::newRow("8 bits") << 8 << 0.03;
    }

    void narrowSignalsAreEqualOnAllRanksAndSmall()
    {
        QFETCH(int, bits);
        QFETCH(double, largestError);
        constexpr int kSize = 3;
        std::array<at::Tensor, kSize> sums;
        std::array<std::int64_t, kSize> sent = {};
        const auto errors = inRanks(kSize, {.signalBits = bits}, [&](RankGroup& group) {
            const auto rank = static_cast<std::size_t>(group.rank());
            sums[rank] = group.sumSignal(valuesOf(group.rank(), 300, 200), 7);
            sent[rank] = group.takeSentBytes();
        });
        QCOMPARE(errors, std::vector<std::string>(kSize));
        at::Tensor expected = valuesOf(0, 300, 200) + valuesOf(1, 300, 200) + valuesOf(2, 300, 200);
        for (std::size_t rank = 0; rank < kSize; ++rank) {
            QVERIFY(at::equal(sums[rank], sums[0]));
            const std::int64_t exact = 2 * (kSize - 1) * 100 * 200 * 4;
            QVERIFY2(sent[rank] < exact * bits / 32 * 11 / 10, qPrintable(QString::number(sent[rank])));
        }
        // Small columns beside a massive one are as exact as that one.
        for (const std::int64_t column : {0, 3, 19})
            QVERIFY2(relativeError(sums[0].select(1, column), expected.select(1, column)) < largestError,
                     qPrintable(QString::number(
                         relativeError(sums[0].select(1, column), expected.select(1, column)))));
    }

    void eightBitsAreRightInTheMean()
    {
        const at::Tensor values = valuesOf(0);
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(codedBytes(37, 20, 8)));
        at::Tensor mean = at::zeros_like(values);
        constexpr int kTries = 400;
        for (int i = 0; i < kTries; ++i) {
            encodeSignal(values, 8, static_cast<std::uint64_t>(i) << 40, bytes.data());
            mean.add_(decodeSignal(bytes.data(), 37, 20, 8));
        }
        QVERIFY2(relativeError(mean / kTries, values) < 1e-3,
                 qPrintable(QString::number(relativeError(mean / kTries, values))));
    }

    void whatIsNotFiniteStaysSo()
    {
        at::Tensor values = valuesOf(0);
        values[5][7] = std::numeric_limits<float>::quiet_NaN();
        values[6][8] = std::numeric_limits<float>::infinity();
        for (const int bits : {32, 16, 8}) {
            std::vector<std::uint8_t> bytes(static_cast<std::size_t>(codedBytes(37, 20, bits)));
            encodeSignal(values, bits, 1, bytes.data());
            const at::Tensor back = decodeSignal(bytes.data(), 37, 20, bits);
            QVERIFY(!std::isfinite(back[5][7].item<float>()) && !std::isfinite(back[6][8].item<float>()));
            QVERIFY(std::isfinite(back[0][0].item<float>()));
        }
    }

    void wordsAndTensorsOfRankZeroReachAll()
    {
        std::atomic<int> heard = 0;
        (void)inRanks(3, {}, [&](RankGroup& group) {
            const bool first = group.rank() == 0;
            heard += group.meet(first ? "one" : "") == "one";
            heard += group.meet(first ? "two" : "") == "two";
            heard += group.broadcast(first ? std::string("text") : std::string()) == "text";
            at::Tensor values = first ? at::arange(5).to(at::kBFloat16) : at::zeros({5}, at::kBFloat16);
            group.broadcast(values);
            heard += at::equal(values, at::arange(5).to(at::kBFloat16));
            heard += group.gather(group.rank() * 10) == std::vector<std::int64_t>{0, 10, 20};
        });
        QCOMPARE(heard.load(), 15);
    }

    void namesTheRanksThatDoNotCome()
    {
        const auto errors = inRanks(3, {.timeout = std::chrono::milliseconds(1500)}, [](RankGroup&) {}, {1});
        QVERIFY2(QString::fromStdString(errors[0]).contains("of 3 ranks, 1 did not come within 1 s"),
                 errors[0].c_str());
    }

    void saysThatRankZeroIsOutOfReach()
    {
        QElapsedTimer timer;
        timer.start();
        const auto errors = inRanks(2, {.timeout = std::chrono::milliseconds(1500)}, [](RankGroup&) {}, {0});
        QVERIFY2(QString::fromStdString(errors[1]).contains("rank 1 of 2 does not reach rank 0 at 127.0.0.1"),
                 errors[1].c_str());
        QVERIFY(timer.elapsed() < 20'000);
    }

    void aRankThatLeavesIsNoticedAndNamed()
    {
        std::string told;
        (void)inRanks(3, {}, [&](RankGroup& group) {
            if (group.rank() == 2) return group.tell({ErrorCode::OutOfMemory, "no memory is left", {}});
            try {
                at::Tensor values = valuesOf(0);
                group.sum(values);
                group.sum(values);
            } catch (const RankLost& lost) {
                const std::string text = group.explain(lost);
                if (group.rank() == 0) told = text;
            }
        });
        QCOMPARE(told, std::string("rank 2: no memory is left"));
    }

    void whoWaitsForAWordNoticesTheLossOfRankZero()
    {
        std::atomic<int> noticed = 0;
        (void)inRanks(2, {}, [&](RankGroup& group) {
            if (group.rank() == 0) return;
            try {
                (void)group.meet();
            } catch (const RankLost&) {
                ++noticed;
            }
        });
        QCOMPARE(noticed.load(), 1);
    }

    void readsTorchrunsEnvironment()
    {
        QVERIFY(!*rankFromEnvironment());
        for (const auto& [name, value] : {std::pair{"RANK", "2"},
                                          {"WORLD_SIZE", "4"},
                                          {"LOCAL_WORLD_SIZE", "2"},
                                          {"MASTER_ADDR", "node1"},
                                          {"MASTER_PORT", "29500"}})
            qputenv(name, value);
        const auto config = rankFromEnvironment();
        QVERIFY(config && *config);
        QCOMPARE((*config)->rank, 2);
        QCOMPARE((*config)->size, 4);
        QCOMPARE((*config)->localSize, 2);
        QCOMPARE((*config)->masterAddress, std::string("node1"));
        qputenv("RANK", "4");
        const auto wrong = rankFromEnvironment();
        QVERIFY(!wrong);
        QVERIFY2(QString::fromStdString(wrong.error().message).contains("RANK is \"4\""),
                 wrong.error().message.c_str());
        for (const char* name : {"RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"})
            qunsetenv(name);
    }
};

QTEST_GUILESS_MAIN(TestRankGroup)
#include "test_rank_group.moc"
