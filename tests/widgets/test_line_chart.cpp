// SPDX-License-Identifier: Apache-2.0
#include "widgets/charts/chart_cursor.h"
#include "widgets/charts/chart_export.h"
#include "widgets/charts/line_chart.h"

#include <algorithm>
#include <cmath>

#include <QChart>
#include <QElapsedTimer>
#include <QImageReader>
#include <QLineSeries>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

using namespace boolab::ui;

namespace
{

std::vector<Sample> falling(int count)
{
    std::vector<Sample> samples;
    for (int i = 0; i < count; ++i)
        samples.push_back({static_cast<double>(i), 5 * std::exp(-i * 5.0 / count) + 0.1 * std::sin(i)});
    return samples;
}

void wheel(LineChart& chart, int delta)
{
    const QPointF place = chart.viewport()->rect().center();
    QWheelEvent event(place, chart.viewport()->mapToGlobal(place), {}, {0, delta}, Qt::NoButton,
                      Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(chart.viewport(), &event);
}

/// Milliseconds to scroll or zoom and paint a chart of four curves with `samples` in all, and 500 marks.
double medianFrame(int samples, int frames)
{
    LineChart chart(QStringLiteral("Loss"));
    chart.resize(800, 400);
    chart.show();
    const int length = samples / 4;
    for (int curve = 0; curve < 4; ++curve)
        chart.append(chart.addCurve(QStringLiteral("curve %1").arg(curve), curve), falling(length));
    std::vector<ChartMark> marks;
    for (int i = 1; i < 500; ++i)
        marks.push_back({i * length / 500.0, 4, i % 10 != 0, QStringLiteral("mark")});
    chart.setMarks(std::move(marks));
    chart.setSmoothing(0.6);
    chart.refresh();
    chart.grab();
    std::vector<double> times;
    for (int frame = 0; frame < frames; ++frame) {
        QElapsedTimer timer;
        timer.start();
        const double span = static_cast<double>(length) / (1 + frame % 50);
        const double low = (length - span) * (frame / static_cast<double>(frames));
        chart.setView(LineChart::View{low, low + span});
        chart.refresh();
        chart.grab();
        times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    std::ranges::sort(times);
    return times[times.size() / 2];
}

} // namespace

class TestLineChart : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_chart = std::make_unique<LineChart>(QStringLiteral("Loss"));
        m_chart->resize(800, 400);
        m_chart->show();
        m_total = m_chart->addCurve(QStringLiteral("total"), 0);
    }

    void aHundredThousandSamplesDrawAsTwoPerPixel()
    {
        m_chart->append(m_total, falling(120'000));
        m_chart->setSmoothing(0.6);
        m_chart->refresh();
        QVERIFY(m_chart->drawnSamples() > 800);
        QVERIFY2(m_chart->drawnSamples() <= 2 * 2 * 800,
                 qPrintable(QString::number(m_chart->drawnSamples())));
    }

    void aHundredThousandSamplesRefreshFast()
    {
        m_chart->setSmoothing(0.6);
        m_chart->append(m_total, falling(120'000));
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 10; ++i) {
            m_chart->append(m_total, std::vector<Sample>{{120'000.0 + i, 1}});
            m_chart->refresh();
            m_chart->grab();
        }
        QVERIFY2(timer.elapsed() < 10 * 80, qPrintable(QString::number(timer.elapsed())));
    }

    /// A frame at 60 per second has 16 ms. How fast a machine paints is its own affair; what the chart owes
    /// is that time does not grow with the samples.
    void aMillionSamplesScrollAndZoomSmoothly()
    {
        constexpr int kFewSamples = 160'000, kSamples = 1'000'000, kFrames = 100;
        constexpr double kAllowed = 2; // 6.25 if every sample were looked at
        const double few = medianFrame(kFewSamples, kFrames), many = medianFrame(kSamples, kFrames);
        qInfo("a frame of %d samples: median %.1f ms, of %d: %.1f ms", kFewSamples, few, kSamples, many);
        QVERIFY2(many < std::max(16.0, kAllowed * few),
                 qPrintable(QString("%1 against %2").arg(many).arg(few)));
    }

    void marksTellWhatHappenedUnderTheMouse()
    {
        m_chart->append(m_total, falling(1000));
        m_chart->setMarks({{300, 4, false, QStringLiteral("setting: learning rate 1e-4")},
                           {900, 6, true, QStringLiteral("checkpoint")}});
        m_chart->refresh();
        const auto& reading = m_chart->findChild<ChartCursor*>()->reading();
        m_chart->showCursorAt(302);
        QCOMPARE(reading.marks.size(), 2U);
        QCOMPARE(reading.marks[1].text, "step 300: setting: learning rate 1e-4");
        m_chart->showCursorAt(500);
        QCOMPARE(reading.marks.size(), 1U);
    }

    void marksAreLinesThroughThePlot()
    {
        m_chart->append(m_total, falling(1000));
        m_chart->refresh();
        const QImage without = m_chart->grab().toImage();
        m_chart->setMarks({{500, 1, false, QStringLiteral("rollback")}});
        m_chart->refresh();
        const QImage with = m_chart->grab().toImage();
        int changed = 0;
        for (int y = 0; y < with.height(); ++y)
            for (int x = 400; x < 440; ++x)
                changed += with.pixel(x, y) != without.pixel(x, y) ? 1 : 0;
        QVERIFY2(changed > 100, qPrintable(QString::number(changed)));
    }

    void logStepsKeepZoomAndCursor()
    {
        m_chart->append(m_total, falling(10'000)); // its step 0 has no place
        m_chart->setLogX(true);
        m_chart->refresh();
        m_chart->showCursorAt(10);
        const auto& reading = m_chart->findChild<ChartCursor*>()->reading();
        QCOMPARE(reading.title, "step 10");
        QVERIFY2(reading.x > 200 && reading.x < 400, qPrintable(QString::number(reading.x))); // a quarter
        m_chart->setView(LineChart::View{10, 100});
        m_chart->refresh();
        m_chart->pan(0.5);
        QVERIFY(std::abs(m_chart->view()->high - 100 * std::sqrt(10.0)) < 1);
        m_chart->zoom(1e9, 50);
        QVERIFY(m_chart->view()->high - m_chart->view()->low >= 1);
    }

    void chartsOfOneRunLineUp()
    {
        m_chart->append(m_total, std::vector<Sample>{{50, 1}, {100, 2}});
        m_chart->setSpan(LineChart::View{0, 200});
        m_chart->refresh();
        m_chart->showCursorAt(100);
        const QRectF plot = m_chart->chart()->plotArea();
        QVERIFY(std::abs(m_chart->findChild<ChartCursor*>()->reading().x - plot.center().x()) < 2);
    }

    void theWheelZoomsAroundTheMouseAndADoubleClickResets()
    {
        m_chart->append(m_total, falling(1000));
        m_chart->refresh();
        QSignalSpy changed(m_chart.get(), &LineChart::viewChanged);
        wheel(*m_chart, 240);
        QVERIFY(m_chart->view());
        QVERIFY(m_chart->view()->low > 0 && m_chart->view()->high < 999);
        QTest::mouseDClick(m_chart->viewport(), Qt::LeftButton);
        QVERIFY(!m_chart->view());
        QCOMPARE(changed.count(), 2);
    }

    void aDraggedBandBecomesTheView()
    {
        m_chart->append(m_total, falling(1000));
        m_chart->refresh();
        QTest::mousePress(m_chart->viewport(), Qt::LeftButton, {}, {300, 200});
        QTest::mouseMove(m_chart->viewport(), {500, 200});
        QTest::mouseRelease(m_chart->viewport(), Qt::LeftButton, {}, {500, 200});
        QVERIFY(m_chart->view());
        const double span = m_chart->view()->high - m_chart->view()->low;
        QVERIFY2(std::abs(span - 200.0 / 720 * 999) < 30, qPrintable(QString::number(span)));
    }

    void panningStopsAtTheEnds()
    {
        m_chart->append(m_total, falling(1000));
        m_chart->refresh();
        m_chart->setView(LineChart::View{100, 200});
        for (int i = 0; i < 20; ++i)
            m_chart->pan(-0.5);
        QCOMPARE(m_chart->view()->low, 0.0);
        QCOMPARE(m_chart->view()->high, 100.0);
    }

    void newSamplesKeepTheZoom()
    {
        m_chart->append(m_total, falling(1000));
        m_chart->setView(LineChart::View{100, 200});
        m_chart->append(m_total, std::vector<Sample>{{1000, 1}});
        m_chart->refresh();
        QCOMPARE(m_chart->view()->high, 200.0);
    }

    void aLogAxisLeavesOutWhatHasNoLogarithm()
    {
        m_chart->append(m_total, std::vector<Sample>{{0, 10}, {1, 0}, {2, -3}, {3, 0.1}, {4, NAN}});
        m_chart->setLogY(true);
        m_chart->refresh();
        QCOMPARE(m_chart->drawnSamples(), 2U);
        m_chart->grab();
    }

    void theCursorReadsStepRawAndSmoothedValues()
    {
        m_chart->append(m_total, std::vector<Sample>{{0, 4}, {10, 2}, {20, 1}});
        m_chart->setSmoothing(0.5);
        m_chart->refresh();
        m_chart->showCursorAt(11);
        const auto& reading = m_chart->findChild<ChartCursor*>()->reading();
        QCOMPARE(reading.title, "step 10");
        QCOMPARE(reading.marks.size(), 1U);
        QCOMPARE(reading.marks[0].text, "total  2  (smoothed 2.667)");
    }

    void emptyChartsExplainThemselves()
    {
        m_chart->setEmptyText(QStringLiteral("nothing"));
        m_chart->refresh();
        const QImage without = m_chart->grab().toImage();
        m_chart->setEmptyText(QString());
        m_chart->refresh();
        QVERIFY(m_chart->grab().toImage() != without);
    }

    void csvHoldsEveryCurveByStep()
    {
        const int kl = m_chart->addCurve(QStringLiteral("KL \"t\""), 1);
        m_chart->append(m_total, std::vector<Sample>{{1, 4}, {2, 2.5}});
        m_chart->append(kl, std::vector<Sample>{{2, 1}});
        QCOMPARE(chartCsv(*m_chart), "step,\"total\",\"KL \"\"t\"\"\"\n1,4,\n2,2.5,1\n");
    }

    void exportsPngSvgAndCsv()
    {
        QTemporaryDir folder;
        m_chart->append(m_total, falling(100));
        for (const char* name : {"a.png", "a.svg", "a.csv"})
            QVERIFY(exportChart(*m_chart, folder.filePath(QString::fromLatin1(name))));
        QCOMPARE(QImageReader(folder.filePath(QStringLiteral("a.png"))).size(), QSize(1600, 800));
        QFile svg(folder.filePath(QStringLiteral("a.svg")));
        QVERIFY(svg.open(QIODevice::ReadOnly) && svg.readAll().contains("<polyline"));
        QVERIFY(!exportChart(*m_chart, folder.filePath(QStringLiteral("absent/a.png"))));
    }

private:
    std::unique_ptr<LineChart> m_chart;
    int m_total = 0;
};

QTEST_MAIN(TestLineChart)
#include "test_line_chart.moc"
