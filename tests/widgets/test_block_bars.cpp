// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/block_bars.h"
#include "widgets/charts/picture_export.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace boolab::ui;

class TestBlockBars : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_bars = std::make_unique<BlockBars>(QStringLiteral("Kernels"));
        m_bars->resize(600, 300);
        m_bars->setLayers(layerNamesFrom({"model.layers.0.self_attn.q_proj", "model.layers.0.mlp.up_proj",
                                          "model.layers.1.self_attn.q_proj", "model.layers.1.mlp.up_proj"}));
        m_bars->setCounts({2, 4, BlockBars::kDense, BlockBars::kUnknown});
        m_bars->setPinned({true, false, true, false});
    }

    void aLayerIsAsHighAsItsKernelsAndStandsOnTheOneBefore()
    {
        const QRectF q = m_bars->segmentOf(0), up = m_bars->segmentOf(1);
        QVERIFY(qAbs(up.height() - 2 * q.height()) < 1e-6);
        QVERIFY(qAbs(up.bottom() - q.top()) < 1e-6);
        QCOMPARE(q.left(), up.left());
        QVERIFY(m_bars->segmentOf(2).left() > q.right());
        QVERIFY(!m_bars->segmentOf(2).isNull()); // dense: still seen and clicked
        QVERIFY(m_bars->segmentOf(3).isNull());
    }

    void tellsTheLayerUnderTheMouse()
    {
        QCOMPARE(m_bars->layerAt(m_bars->segmentOf(1).center()), 1);
        QCOMPARE(m_bars->layerAt({0, 0}), -1);
        QCOMPARE(m_bars->textOf(0), "block 0, q_proj: 2 kernels, pinned");
        QCOMPARE(m_bars->textOf(2), "block 1, q_proj: stays in full precision, pinned");
        QCOMPARE(m_bars->textOf(3), "block 1, up_proj: not yet");
    }

    void aClickChoosesAndActivates()
    {
        QSignalSpy activated(m_bars.get(), &BlockBars::activated);
        QTest::mouseClick(m_bars.get(), Qt::LeftButton, {}, m_bars->segmentOf(1).center().toPoint());
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated[0][0].toInt(), 1);
        QCOMPARE(m_bars->current(), 1);
    }

    void keysChooseAndPinAndFree()
    {
        QSignalSpy typed(m_bars.get(), &BlockBars::countTyped), freed(m_bars.get(), &BlockBars::freed),
            activated(m_bars.get(), &BlockBars::activated);
        for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Right}) // the first chooses the first layer
            QTest::keyClick(m_bars.get(), key);
        QCOMPARE(m_bars->current(), 2);
        QTest::keyClick(m_bars.get(), Qt::Key_Up);
        QCOMPARE(m_bars->current(), 3);
        QTest::keyClick(m_bars.get(), Qt::Key_4);
        QTest::keyClick(m_bars.get(), Qt::Key_D);
        QTest::keyClick(m_bars.get(), Qt::Key_Delete);
        QTest::keyClick(m_bars.get(), Qt::Key_Space);
        QCOMPARE(typed.count(), 2);
        QCOMPARE(typed[0][1].toInt(), 4);
        QCOMPARE(typed[1][1].toInt(), 0);
        QCOMPARE(freed.count(), 1);
        QCOMPARE(activated.count(), 1);
    }

    void isSavedAsPictureAndAsVectors()
    {
        QTemporaryDir folder;
        const QString png = folder.filePath("bars.png"), svg = folder.filePath("bars.svg");
        QVERIFY(exportPicture(*m_bars, "Kernels", png));
        QVERIFY(exportPicture(*m_bars, "Kernels", svg));
        QCOMPARE(QImage(png).size(), QSize(1200, 600));
        QFile file(svg);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY(text.contains("<title>Kernels</title>"));
        QVERIFY(text.contains("up_proj")); // text stays text
        QVERIFY(!text.contains("<image"));
    }

private:
    std::unique_ptr<BlockBars> m_bars;
};

QTEST_MAIN(TestBlockBars)
#include "test_block_bars.moc"
