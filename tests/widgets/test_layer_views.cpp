// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/layer_bars.h"
#include "widgets/charts/layer_heatmap.h"

#include <cmath>

#include <QTest>

using namespace boolab::ui;

namespace
{

std::vector<LayerName> fourLayers()
{
    return layerNamesFrom({"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj",
                           "model.layers.1.self_attn.q_proj", "lm_head"});
}

} // namespace

class TestLayerViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreTakenApart()
    {
        const LayerName name = LayerName::from("model.layers.12.self_attn.q_proj");
        QCOMPARE(name.block, 12);
        QCOMPARE(name.part, "q_proj");
        QCOMPARE(name.spoken(), "block 12, q_proj");
        QCOMPARE(LayerName::from("lm_head").block, -1);
        QCOMPARE(LayerName::from("lm_head").spoken(), "lm_head");
    }

    void ticksStandAtTheFirstLayerOfEachBlock()
    {
        const auto ticks = blockTicks(fourLayers());
        QCOMPARE(ticks.size(), 2U);
        QCOMPARE(ticks[1].at, 2.0);
        QCOMPARE(ticks[1].label, "1");
    }

    void hoveringABarTellsTheLayer()
    {
        LayerBars bars(QStringLiteral("Kernels"));
        bars.resize(500, 200);
        bars.setLayers(fourLayers());
        bars.setValues({1, 2, NAN, 4});
        const QRectF plot = ChartFrame::in(bars.rect(), bars.font()).plot;
        const auto at = [&](double share) {
            return bars.textAt({plot.left() + share * plot.width(), plot.center().y()});
        };
        QCOMPARE(at(0.1), "block 0, q_proj: 1");
        QCOMPARE(at(0.6), "block 1, q_proj: not yet");
        QCOMPARE(at(0.9), "lm_head: 4");
        QCOMPARE(bars.textAt({0, 0}), "");
    }

    void layersOfABlockStandOnEachOther()
    {
        LayerBars bars(QStringLiteral("Size"));
        bars.resize(500, 200);
        bars.setUnit(QStringLiteral("MB"));
        bars.setStacked(true);
        bars.setLayers(fourLayers());
        bars.setValues({1, 2, NAN, 4});
        const QRectF q = bars.placeOf(0), up = bars.placeOf(1), head = bars.placeOf(3);
        QCOMPARE(q.left(), up.left());
        QVERIFY(qAbs(up.bottom() - q.top()) < 1e-6);
        QVERIFY(qAbs(up.height() - 2 * q.height()) < 1e-6);
        QVERIFY(bars.placeOf(2).isNull());
        QVERIFY(head.left() > 2 * q.width() + q.left() - 1); // block 1 lies between, empty
        QCOMPARE(bars.textAt(up.center()), "block 0, up_proj: 2 MB");
        QCOMPARE(bars.textAt({up.center().x(), up.top() - 5}), "");
    }

    void hoveringTheMapTellsLayerStepAndFlips()
    {
        LayerHeatmap map(QStringLiteral("Flips"), QStringLiteral("flips"));
        map.resize(600, 300);
        map.setLayers(fourLayers());
        for (int step = 1; step <= 10; ++step)
            map.add(step, std::vector<float>{0, static_cast<float>(step), 0, 5});
        const QRectF plot = ChartFrame::in(map.rect(), map.font()).plot;
        QCOMPARE(map.textAt({plot.left() + 0.95 * plot.width(), plot.top() + 0.4 * plot.height()}),
                 "block 0, up_proj · step 10: 10 flips");
    }

    void theMapPaintsMoreFlipsBrighter()
    {
        LayerHeatmap map(QStringLiteral("Flips"), QStringLiteral("flips"));
        map.resize(600, 300);
        map.add(1, std::vector<float>{0, 1000});
        const QImage image = map.grab().toImage();
        const QRectF plot = ChartFrame::in(map.rect(), map.font()).plot;
        const QPoint none(static_cast<int>(plot.center().x()), static_cast<int>(plot.top() + 10));
        const QPoint many(none.x(), static_cast<int>(plot.bottom() - 10));
        QVERIFY(image.pixelColor(many).lightness() > image.pixelColor(none).lightness() + 40);
    }
};

QTEST_MAIN(TestLayerViews)
#include "test_layer_views.moc"
