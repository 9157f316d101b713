// SPDX-License-Identifier: Apache-2.0
#include "compared_runs.h"
#include "core/compare/comparison_report.h"

#include <QRegularExpression>
#include <QXmlStreamReader>
#include <QtTest>
#include <cmath>

using namespace boolab;
using namespace boolab::test;

namespace
{

ReportInput sampleInput()
{
    ReportInput input{.title = "K = 2 <against> 3", .madeAt = "today", .runs = {}, .colors = {0, 1}};
    input.runs = {comparedOf(evaluationOf(1, "/a", 50, 2)), comparedOf(evaluationOf(2, "/b", 40, 3))};
    input.runs[0].run.name = "<script>alert(1)</script> & \"more\"";
    input.runs[0].layers = {"model.layers.0"};
    input.runs[0].layerValues["kernel_count"] = {2};
    input.runs[1].samples = {
        {.step = 5, .prompt = "Once <b>", .teacher = "upon", .student = "a </pre> time"}};
    for (const ComparedRun& one : input.runs)
        input.all.push_back(one.run);
    input.baseline = 1;
    input.curves = {{.metric = "loss", .points = {{{1, 2.0, 0}, {2, NAN, 0}, {3, 1.0, 0}}, {}}}};
    input.references = {referenceScores().front()}; // OPT-125M in FP16: near enough to be drawn
    return input;
}

} // namespace

class TestComparisonReport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everythingFromRunsIsEscaped()
    {
        const QString html = QString::fromStdString(comparisonReport(sampleInput()));
        QVERIFY(!html.contains("<script"));
        QVERIFY(html.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;more&quot;"));
        QVERIFY(html.contains("a &lt;/pre&gt; time"));
        QVERIFY(html.contains("Once &lt;b&gt;"));
        QVERIFY(html.contains("<title>K = 2 &lt;against&gt; 3</title>"));
    }

    void nothingComesFromOutside()
    {
        const QString html = QString::fromStdString(comparisonReport(sampleInput()));
        QVERIFY(!html.contains(QRegularExpression("(src|href)\\s*=")));
        QVERIFY(!html.contains("@import"));
        QVERIFY(!html.contains("url("));
        QCOMPARE(html.count("<svg "), 2); // the trade-off and one metric
    }

    void picturesAreWellFormed()
    {
        int charts = 0;
        const std::string html = comparisonReport(sampleInput(), [&](const std::string& svg) {
            QXmlStreamReader reader(QByteArray::fromStdString(svg));
            while (!reader.atEnd())
                reader.readNext();
            if (reader.hasError()) qWarning("%s", qPrintable(reader.errorString()));
            charts += reader.hasError() ? 100 : 1;
            return std::string("[chart]");
        });
        QCOMPARE(charts, 2);
        QVERIFY(html.find("<svg") == std::string::npos);
        QVERIFY(html.find("[chart]") != std::string::npos);
    }

    void tellsTheBestTheDeltaAndTheSource()
    {
        const QString html = QString::fromStdString(comparisonReport(sampleInput()));
        QVERIFY(html.contains("<td class=\"b\">40<br>-10 (-20.0 %)"));
        QVERIFY(html.contains(QString::fromStdString(referenceScores().front().source)));
        QVERIFY(html.contains("(baseline)"));
    }

    void ticksAreRound()
    {
        QCOMPARE(roundTicks(0, 10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
        QVERIFY(roundTicks(1, 1, 5).empty());
    }

    void longCurvesAreThinned()
    {
        SvgChart chart{.title = "t", .xCaption = "x"};
        chart.curves.push_back({"c", "#000000", {}});
        for (int i = 0; i < 100'000; ++i)
            chart.curves[0].points.push_back({static_cast<double>(i), i == 70'001 ? 500.0 : i % 7});
        const std::string svg = svgOf(chart);
        QVERIFY2(svg.size() < 30'000, std::to_string(svg.size()).c_str());
        double highest = 1000; // of the line: the one point that stands out is still there
        static const QRegularExpression place("[ML]([0-9.]+) ([0-9.]+)");
        const QString text = QString::fromStdString(svg);
        const QString line = text.mid(text.indexOf("#000000") - 20'000);
        for (auto match = place.globalMatch(line.left(line.indexOf("#000000"))); match.hasNext();) {
            const auto one = match.next();
            highest = std::min(highest, one.captured(2).toDouble());
        }
        QVERIFY2(highest < 60, std::to_string(highest).c_str());
    }
};

QTEST_GUILESS_MAIN(TestComparisonReport)
#include "test_comparison_report.moc"
