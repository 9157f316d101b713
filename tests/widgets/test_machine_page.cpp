// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/inspect_model.h"
#include "tests/widgets/sample_bench.h"
#include "widgets/base/banner.h"
#include "widgets/base/fact_card.h"
#include "widgets/charts/bar_chart.h"
#include "widgets/charts/layer_bars.h"
#include "widgets/machine/machine_page.h"
#include "widgets/machine/measure_bar.h"

#include <QFile>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

constexpr int kPatienceMs = 20000;
const QString kBoolean = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean");
const QString kDense = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");

} // namespace

class TestMachinePage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        engine(answering(test::kOpAnswer, test::kDecodeAnswer));
        open();
    }
    void cleanup() { m_page.reset(); }

    void tellsWhatTheMachineIs()
    {
        QCOMPARE(part<FactCard>("machineFacts")->valueOf("Processor"), "Test CPU 9000");
        QVERIFY(!part<Banner>("machineNotice")->isVisible());
    }

    void isEmptyAtFirstAndSaysWhatToDo()
    {
        QVERIFY(chart("opChart")->groups().empty());
        QVERIFY2(chart("opChart")->emptyText().contains("Not measured yet"),
                 qPrintable(chart("opChart")->emptyText()));
        QVERIFY(button("measureOps")->isEnabled());
        QVERIFY(!button("measureDecoding")->isEnabled());
        QVERIFY2(button("measureDecoding")->toolTip().contains("Open a model"),
                 qPrintable(button("measureDecoding")->toolTip()));
        QVERIFY(button("openModelForSizes")->isVisible());
        QSignalSpy asked(m_page.get(), &MachinePage::openRequested);
        button("openModelForSizes")->click();
        QCOMPARE(asked.count(), 1);
    }

    void measuresTheOps()
    {
        button("measureOps")->click();
        QVERIFY(bar("ops")->isRunning());
        QTRY_VERIFY_WITH_TIMEOUT(!bar("ops")->isRunning(), kPatienceMs);
        QCOMPARE(chart("opChart")->groups().size(), 2U);
        QCOMPARE(chart("opChart")->groups()[0].bars[0].value, 60.0);
        QCOMPARE(chart("opChart")->reference(), std::optional(80.0));
        QVERIFY2(bar("ops")->status().contains("AVX-512, 2 threads, memory read at 10.0 GB/s"),
                 qPrintable(bar("ops")->status()));
        const QString asked = textOf("cli.op");
        QVERIFY2(asked.startsWith("bench op --isa auto --json --shape 576x576"), qPrintable(asked));
    }

    void showsHowFarItIs()
    {
        engine("if [ \"$2\" = op ]; then echo 'measuring: 2/5 shapes  3.0 s left' >&2; exec sleep 60; fi\n" +
               answering(test::kOpAnswer, test::kDecodeAnswer));
        button("measureOps")->click();
        auto* progress = bar("ops")->findChild<QProgressBar*>();
        QVERIFY(progress->isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(progress->value(), 2, kPatienceMs);
        QCOMPARE(progress->maximum(), 5);
    }

    void aMeasurementIsCancelledAndAnotherMayStart()
    {
        engine("if [ \"$2\" = op ]; then exec sleep 60; fi\n" +
               answering(test::kOpAnswer, test::kDecodeAnswer));
        showModel(kBoolean);
        button("measureOps")->click();
        QCOMPARE(button("measureOps")->text(), "&Cancel");
        QVERIFY(!button("measureDecoding")->isEnabled()); // the two would slow each other down
        button("measureOps")->click();
        QVERIFY(!bar("ops")->isRunning());
        QCOMPARE(button("measureOps")->text(), "&Measure");
        QVERIFY(chart("opChart")->groups().empty());
        QVERIFY(!bar("ops")->hasProblem());
        QVERIFY(button("measureDecoding")->isEnabled());
        QVERIFY(!QFile::exists(path("machine.json")));
    }

    void aFailureIsExplainedAndEarlierBarsStay_data()
    {
        QTest::addColumn<QString>("script");
        QTest::addColumn<QString>("said");
        QTest::newRow("the engine's error") << "echo '{\"error\": {\"message\": \"bool_gemm: differs\", "
                                               "\"hint\": \"Please report.\"}}'; exit 1\n"
                                            << "bool_gemm: differs Please report.";
        QTest::newRow("no JSON") << "echo hello\n"
                                 << "did not answer as expected";
        QTest::newRow("another answer") << "echo '{\"figures\": []}'\n"
                                        << "did not answer as expected";
        QTest::newRow("killed") << "kill -KILL $$\n"
                                << "memory ran out";
        QTest::newRow("an old engine") << "echo 'unknown option --isa' >&2; exit 2\n"
                                       << "unknown option --isa";
    }
    void aFailureIsExplainedAndEarlierBarsStay()
    {
        QFETCH(QString, script);
        QFETCH(QString, said);
        measureOps();
        engine(script);
        measureOps();
        QVERIFY(bar("ops")->hasProblem());
        QVERIFY2(bar("ops")->status().contains(said), qPrintable(bar("ops")->status()));
        QCOMPARE(chart("opChart")->groups().size(), 2U);
        QVERIFY(button("measureOps")->isEnabled());
    }

    void aMissingEngineIsHeard()
    {
        QVERIFY(QFile::remove(path("cli")));
        open();
        QTRY_VERIFY_WITH_TIMEOUT(part<Banner>("machineNotice")->isVisible(), kPatienceMs);
        QVERIFY2(part<Banner>("machineNotice")->text().contains("cannot be started"),
                 qPrintable(part<Banner>("machineNotice")->text()));
        measureOps();
        QVERIFY(bar("ops")->hasProblem());
    }

    void showsWhatAModelTakes()
    {
        showModel(kBoolean);
        QVERIFY(!button("openModelForSizes")->isVisible());
        QCOMPARE(chart("sizes")->groups().size(), 3U);
        const auto* layers = part<LayerBars>("layerSizes");
        QCOMPARE(layers->values().size(), 14U);
        QVERIFY(!layers->isStacked());
        QVERIFY(layers->values()[0] > 0);
        showModel(kDense);
        QVERIFY2(layers->accessibleName().contains("dense"), qPrintable(layers->accessibleName()));
    }

    void measuresDecodingOfTheOpenModel()
    {
        showModel(kBoolean);
        button("measureDecoding")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!bar("decoding")->isRunning(), kPatienceMs);
        QCOMPARE(chart("decodeChart")->groups().size(), 3U);
        QCOMPARE(chart("decodeChart")->groups()[2].bars[0].value, 210.0);
        QCOMPARE(chart("decodeChart")->reference(), std::optional(200.0));
        QVERIFY2(textOf("cli.decode").startsWith("bench decode " + kBoolean + " "),
                 qPrintable(textOf("cli.decode")));
        showModel(kDense); // of which nothing is known
        QVERIFY(chart("decodeChart")->groups().empty());
        showModel(kBoolean);
        QCOMPARE(chart("decodeChart")->groups().size(), 3U);
    }

    void resultsAreThereWhenItIsOpenedAgain()
    {
        showModel(kBoolean);
        measureOps();
        button("measureDecoding")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!bar("decoding")->isRunning(), kPatienceMs);
        open();
        QCOMPARE(chart("opChart")->groups().size(), 2U);
        QVERIFY2(bar("ops")->status().startsWith("Measured "), qPrintable(bar("ops")->status()));
        QCOMPARE(chart("decodeChart")->groups().size(), 3U); // of the model measured last
        QCOMPARE(chart("decodeChart")->title(), "Tokens per second of boolean");
    }

    void damagedResultsAreIgnoredWithANotice()
    {
        QFile file(path("machine.json"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("{\"format\": 1, \"op");
        file.close();
        open();
        QVERIFY(part<Banner>("machineNotice")->isVisible());
        QVERIFY2(part<Banner>("machineNotice")->text().contains("machine.json is damaged"),
                 qPrintable(part<Banner>("machineNotice")->text()));
        QVERIFY(chart("opChart")->groups().empty());
        measureOps();
        open();
        QVERIFY(!part<Banner>("machineNotice")->isVisible());
        QCOMPARE(chart("opChart")->groups().size(), 2U);
    }

    void everythingIsReachedByKeyAndHasAName()
    {
        showModel(kBoolean);
        for (const char* name : {"measureOps", "measureDecoding"}) {
            QVERIFY(button(name)->focusPolicy() & Qt::TabFocus);
            QVERIFY(!button(name)->text().isEmpty());
        }
        for (const char* name : {"opChart", "sizes", "decodeChart"}) {
            QVERIFY(chart(name)->focusPolicy() & Qt::TabFocus);
            QVERIFY(!chart(name)->accessibleName().isEmpty());
        }
    }

private:
    QString path(const char* name) const { return m_folder->filePath(QLatin1String(name)); }
    QString textOf(const char* name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }
    template <class Widget> Widget* part(const char* name) const
    {
        return m_page->findChild<Widget*>(QLatin1String(name));
    }
    BarChart* chart(const char* name) const { return part<BarChart>(name); }
    QPushButton* button(const char* name) const { return part<QPushButton>(name); }
    MeasureBar* bar(const char* name) const { return part<MeasureBar>(name); }

    /// A stand-in for boolab-cli.
    void engine(const QString& script) const
    {
        QFile file(path("cli"));
        if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write");
        file.write("#!/bin/sh\n" + script.toUtf8());
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }
    static QString answering(const char* op, const char* decode)
    {
        return QStringLiteral("echo \"$*\" > \"$0.$2\"\ncase \"$2\" in\nmachine) cat <<'END'\n%1\nEND\n;;\n"
                              "op) cat <<'END'\n%2\nEND\n;;\ndecode) cat <<'END'\n%3\nEND\n;;\nesac\n")
            .arg(QLatin1String(test::kMachineAnswer), QLatin1String(op), QLatin1String(decode));
    }
    /// The page anew, once it knows the machine and the kept results.
    void open()
    {
        m_page.reset(); // what it wrote is on the disk then
        m_page = std::make_unique<MachinePage>(path("cli").toStdString(), path("machine.json").toStdString());
        m_page->resize(1100, 700);
        m_page->show();
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->isReading(), kPatienceMs);
    }
    void showModel(const QString& model)
    {
        auto inspection = inspectModel(model.toStdString());
        QVERIFY(inspection.has_value());
        m_page->showModel({model.toStdString(), *inspection});
    }
    void measureOps()
    {
        button("measureOps")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!bar("ops")->isRunning(), kPatienceMs);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MachinePage> m_page;
};

QTEST_MAIN(TestMachinePage)
#include "test_machine_page.moc"
