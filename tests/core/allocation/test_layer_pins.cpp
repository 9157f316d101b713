// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/layer_pins.h"

#include <QtTest>

using namespace boolab;

class TestLayerPins : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsPatternsAndCounts()
    {
        const auto pins = parsePins("layers.0.*=4, *.down_proj=dense;q_proj=1", 8);
        QVERIFY(pins);
        QCOMPARE(toText(*pins), std::string("layers.0.*=4,*.down_proj=dense,q_proj=1"));
        QVERIFY(parsePins("  ", 8)->empty());
    }

    void matchesNamesAndTheirEnds()
    {
        const auto pins = *parsePins("layers.0.*=4,model.layers.1.*=3,q_proj=1", 8);
        QCOMPARE(pinnedKernels(pins, "model.layers.0.mlp.up_proj"), std::optional<std::int64_t>(4));
        QCOMPARE(pinnedKernels(pins, "model.layers.1.mlp.up_proj"), std::optional<std::int64_t>(3));
        QCOMPARE(pinnedKernels(pins, "model.layers.10.mlp.up_proj"), std::optional<std::int64_t>());
        QVERIFY2(pinnedKernels(pins, "model.layers.0.self_attn.q_proj") == 1, "the last pin counts");
    }

    void refusesWhatIsNoPin_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"layers.0", "a=0", "a=9", "a=two", "=3", "a=3.5", "a=-1"})
            QTest::newRow(text) << text;
    }
    void refusesWhatIsNoPin()
    {
        QFETCH(QString, text);
        const auto pins = parsePins(text.toStdString(), 8);
        QVERIFY(!pins);
        QVERIFY(QString::fromStdString(pins.error().message).contains(text));
    }

    void aMisspeltPatternIsNoticed()
    {
        const std::vector<std::string> layers = {"model.layers.0.mlp.up_proj"};
        QVERIFY(checkPinsMatch(*parsePins("*.up_proj=2", 8), layers));
        QVERIFY(!checkPinsMatch(*parsePins("*.up_prj=2", 8), layers));
    }
};

QTEST_GUILESS_MAIN(TestLayerPins)
#include "test_layer_pins.moc"
