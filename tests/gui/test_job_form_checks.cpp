// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/job_form_probe.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/formats/boolean_model_writer.h"
#include "widgets/base/text_look.h"

using namespace boolab;
using namespace boolab::ui::test;
using ui::JobForm;

namespace
{

/// The sample model with one Boolean kernel per layer; all bits are -1.
void makeStudent(const QString& folder)
{
    const auto source = ModelFiles::open(kModel.toStdString());
    QVERIFY2(source, "the sample model cannot be read");
    const std::vector<std::uint8_t> bits(1 << 16);
    const std::vector<float> scales(1 << 12, 0.5F);
    BooleanModelContent content;
    for (const LinearLayerInfo& layer : source->linearLayers()) {
        const auto out = static_cast<std::size_t>(layer.outFeatures),
                   in = static_cast<std::size_t>(layer.inFeatures);
        content.layers.push_back({.name = layer.name,
                                  .kernelCount = 1,
                                  .outFeatures = layer.outFeatures,
                                  .inFeatures = layer.inFeatures,
                                  .bits = std::span(bits).first(out * ((in + 7) / 8)),
                                  .scaleOut = std::span(scales).first(out),
                                  .scaleIn = std::span(scales).first(in)});
    }
    const Status written = writeBooleanModel(folder.toStdString(), *source, content);
    QVERIFY2(written, written ? "" : written.error().text().c_str());
}

} // namespace

class TestJobFormChecks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_student = m_folder.filePath("student");
        makeStudent(m_student);
    }

    void saysWhatIsMissing()
    {
        const JobForm form(JobKind::Convert);
        QVERIFY(!start(form)->isEnabled());
        QCOMPARE(labelText(form, "reason"), QStringLiteral("To start, fill in: Model, Output folder."));
        QVERIFY(labelText(form, "model_problem").isEmpty()); // nothing was done wrong yet
    }

    void invalidValuesShowAMessageAndDisableStart_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        QTest::newRow("too large") << "kernels"
                                   << "9"
                                   << "expected a whole number from 1 to 8";
        QTest::newRow("no number") << "kernels"
                                   << "two"
                                   << "expected a whole number";
        QTest::newRow("fraction") << "rounds"
                                  << "1.5"
                                  << "expected a whole number";
        QTest::newRow("text") << "device"
                              << "gpu"
                              << "expected a text like";
        QTest::newRow("choice") << "method"
                                << "sviid"
                                << "Did you mean svid?";
    }

    void invalidValuesShowAMessageAndDisableStart()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, expected);
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        fill(form);
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        form.setValue(key, value);
        auto* problem = form.findChild<QLabel*>(key + "_problem");
        QVERIFY2(problem->text().contains(expected), qPrintable(problem->text()));
        QVERIFY(problem->isVisible());
        QVERIFY(input(form, key.toStdString())->accessibleDescription().contains(expected));
        QVERIFY(!start(form)->isEnabled());
        QVERIFY2(labelText(form, "reason").startsWith("To start, correct: "),
                 qPrintable(labelText(form, "reason")));

        form.setValue(key, {});
        QVERIFY(problem->text().isEmpty());
        QVERIFY(start(form)->isEnabled());
    }

    void refusesToWriteOverTheModel()
    {
        JobForm form(JobKind::Convert);
        fill(form);
        form.setValue("output", kModel);
        QVERIFY(labelText(form, "output_problem").contains("itself"));
        QVERIFY(!start(form)->isEnabled());
    }

    void tellsThatAFileIsMissing()
    {
        JobForm form(JobKind::Finetune);
        form.setValue("student", "/absent/student");
        form.setValue("data", "/absent/text.txt");
        QTRY_VERIFY_WITH_TIMEOUT(labelText(form, "data_problem").contains("no such file"), kPatienceMs);
        QVERIFY(labelText(form, "student_problem").contains("/absent/student"));
        form.setValue("data", "self");
        QTRY_VERIFY_WITH_TIMEOUT(labelText(form, "data_problem").isEmpty(), kPatienceMs);
    }

    void tellsThatAModelIsOfTheWrongKind()
    {
        JobForm finetune(JobKind::Finetune), convert(JobKind::Convert);
        finetune.setValue("student", kModel);
        convert.setValue("model", m_student);
        QTRY_VERIFY_WITH_TIMEOUT(labelText(finetune, "student_problem").contains("Convert it first"),
                                 kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(labelText(convert, "model_problem").contains("Boolean model already"),
                                 kPatienceMs);
        QVERIFY(!start(convert)->isEnabled());
    }

    void estimateTellsWhatFits()
    {
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        QVERIFY(labelText(form, "estimate_headline").startsWith("Choose the model"));
        fill(form);
        QTRY_VERIFY_WITH_TIMEOUT(labelText(form, "estimate_headline").startsWith("Fits: needs "),
                                 kPatienceMs);
    }

    void estimateTellsWhatDoesNotFit()
    {
        JobForm form(JobKind::Finetune);
        form.setValue("student", m_student);
        form.setValue("teacher", kModel);
        form.setValue("data", "self");
        QTRY_VERIFY_WITH_TIMEOUT(labelText(form, "estimate_headline").startsWith("Fits: "), kPatienceMs);
        form.setValue("batch_size", "65536");
        form.setValue("seq_len", "1048576");
        QVERIFY2(labelText(form, "estimate_headline").startsWith("Does not fit: needs "),
                 qPrintable(labelText(form, "estimate_headline")));
        QVERIFY2(labelText(form, "estimate_advice").contains("would fit: --batch-size"),
                 qPrintable(labelText(form, "estimate_advice")));
        QVERIFY(!start(form)->isEnabled());
        QVERIFY(labelText(form, "reason").contains("Start even if"));
        form.setValue("force", "true");
        QVERIFY(start(form)->isEnabled());
    }

    void noticesThatTheModelAppears()
    {
        QTemporaryDir folder;
        const QString model = folder.filePath("late");
        JobForm form(JobKind::Convert);
        form.show();
        form.setValue("model", model);
        QTRY_VERIFY_WITH_TIMEOUT(!labelText(form, "model_problem").isEmpty(), kPatienceMs);
        QVERIFY(!start(form)->isEnabled());
        QVERIFY(QDir().mkpath(model));
        for (const char* file :
             {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"})
            QVERIFY(QFile::copy(kModel + '/' + file, model + '/' + file));
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
    }

    void saysThatAnOutputWillBeReplaced()
    {
        QTemporaryDir folder;
        JobForm form(JobKind::Convert);
        form.show();
        fill(form);
        form.setValue("output", folder.path());
        QTRY_VERIFY_WITH_TIMEOUT(labelText(form, "reason").contains("replaced"), kPatienceMs);
        QVERIFY(start(form)->isEnabled());
    }

    void whatIsStillToChooseIsNoError()
    {
        JobForm form(JobKind::Evaluate);
        form.resize(1000, 700);
        form.show();
        const auto color = [&] {
            return form.findChild<QLabel*>("reason")->palette().color(QPalette::WindowText);
        };
        QCOMPARE(labelText(form, "reason"), QStringLiteral("To start, fill in: Model, Text or Tasks."));
        QCOMPARE(color(), ui::quietTextColor(form.palette()));
        form.setValue("model", kModel); // as the button Evaluate of a model does
        QCOMPARE(labelText(form, "reason"), QStringLiteral("To start, fill in: Text or Tasks."));
        QCOMPARE(color(), ui::quietTextColor(form.palette()));
        form.setValue("tasks", "piqa");
        QCOMPARE(labelText(form, "reason"), QStringLiteral("To start, fill in: Their data."));
        QCOMPARE(color(), ui::quietTextColor(form.palette()));
        form.setValue("tasks", {});
        form.setValue("perplexity", m_student + "/config.json");
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
    }

    void fieldsAreNamedByTheirLabels()
    {
        JobForm form(JobKind::Convert);
        fill(form);
        form.setValue("method", "gptq");
        QVERIFY2(labelText(form, "calibration_problem").contains("“Calibration text” is missing"),
                 qPrintable(labelText(form, "calibration_problem")));
        QVERIFY(!labelText(form, "calibration_problem").contains("--"));
    }

    void aMethodThatNeedsATextAsksForItAtTheField()
    {
        JobForm form(JobKind::Convert);
        fill(form);
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        form.setValue("method", "gptq");
        QVERIFY2(labelText(form, "calibration_problem").contains("gptq needs a calibration text"),
                 qPrintable(labelText(form, "calibration_problem")));
        QVERIFY(!start(form)->isEnabled());
        QCOMPARE(labelText(form, "reason"), QStringLiteral("To start, correct: Calibration text."));
        form.setValue("calibration", "self");
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        form.setValue("calibration", "/no/such.txt");
        QTRY_VERIFY_WITH_TIMEOUT(labelText(form, "calibration_problem").contains("no such file"),
                                 kPatienceMs);
        form.setValue("method", "svid"); // needs none: what is wrong with it does not matter
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
    }

    void anOccupiedFolderIsRefused()
    {
        QTemporaryDir folder;
        QFile note(folder.filePath("note.txt"));
        QVERIFY(note.open(QIODevice::WriteOnly) && note.write("mine") > 0);
        note.close();
        JobForm convert(JobKind::Convert), sweep(JobKind::Sweep);
        fill(convert);
        convert.setValue("output", folder.path());
        QTRY_VERIFY_WITH_TIMEOUT(labelText(convert, "output_problem").contains("something else than a model"),
                                 kPatienceMs);
        sweep.setValue("model", kModel);
        sweep.setValue("perplexity", note.fileName());
        sweep.setValue("bits", "2");
        sweep.setValue("output", m_student);
        QTRY_VERIFY_WITH_TIMEOUT(labelText(sweep, "output_problem").contains("model's folder"), kPatienceMs);
        sweep.setValue("output", note.fileName());
        QTRY_VERIFY_WITH_TIMEOUT(labelText(sweep, "output_problem").contains("is a file"), kPatienceMs);
        sweep.setValue("output", folder.path()); // a sweep adds to what is there
        QTRY_VERIFY_WITH_TIMEOUT(start(sweep)->isEnabled(), kPatienceMs);
        QVERIFY2(labelText(sweep, "reason").startsWith("1 conversion"),
                 qPrintable(labelText(sweep, "reason")));
    }

    void aWrongGridIsExplained_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no list") << "bits"
                                 << "2;3"
                                 << "numbers from 1 to 8, separated by commas";
        QTest::newRow("trailing comma") << "bits"
                                        << "2,3,"
                                        << "numbers from 1 to 8";
        QTest::newRow("nothing in it") << "bits"
                                       << ","
                                       << "numbers from 1 to 8";
        QTest::newRow("out of range") << "bits"
                                      << "8.5"
                                      << "expected a number from 1 to 8";
        QTest::newRow("unknown method") << "methods"
                                        << "svid,gpqt"
                                        << "Did you mean gptq?";
        QTest::newRow("no method") << "methods"
                                   << ","
                                   << "names none";
        QTest::newRow("no text") << "perplexity"
                                 << "/no/such.txt"
                                 << "no such file";
    }

    void aWrongGridIsExplained()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        QFETCH(QString, expected);
        JobForm form(JobKind::Sweep);
        form.setValue("model", kModel);
        form.setValue("perplexity", kModel + "/config.json");
        form.setValue("bits", "2");
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        form.setValue(key, value);
        const QByteArray label = key.toUtf8() + "_problem";
        QTRY_VERIFY2_WITH_TIMEOUT(labelText(form, label).contains(expected),
                                  qPrintable(labelText(form, label)), kPatienceMs);
        QVERIFY(!start(form)->isEnabled());
    }

    void aSweepWithFractionsAsksForATextOrNoImportance()
    {
        JobForm form(JobKind::Sweep);
        form.setValue("model", kModel);
        form.setValue("perplexity", kModel + "/config.json");
        QVERIFY2(
            labelText(form, "calibration_problem").contains("refined, 1.5 bits needs a calibration text"),
            qPrintable(labelText(form, "calibration_problem")));
        form.setValue("importance", "none");
        QVERIFY(labelText(form, "calibration_problem").isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
    }

private:
    QTemporaryDir m_folder;
    QString m_student;
};

QTEST_MAIN(TestJobFormChecks)
#include "test_job_form_checks.moc"
