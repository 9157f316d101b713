// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/job_form.h"

#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDropEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "core/formats/boolean_model_writer.h"
#include "widgets/base/pick_path.h"

using namespace boolab;
using ui::JobForm;

namespace
{

constexpr int kPatienceMs = 20000;

const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");

QWidget* input(const JobForm& form, const std::string& key)
{
    return form.findChild<QWidget*>(QString::fromStdString(key));
}

QString command(const JobForm& form)
{
    return form.findChild<QPlainTextEdit*>("command")->toPlainText();
}

QPushButton* start(const JobForm& form)
{
    return form.findChild<QPushButton*>("start");
}

QString labelText(const JobForm& form, const char* name)
{
    return form.findChild<QLabel*>(QLatin1String(name))->text().remove(QChar(0x200b)); // places to wrap
}

/// Another value than the default that fits the option.
QString otherValue(const OptionSpec& option)
{
    switch (option.type) {
    case OptionType::Integer:
        return QString::number(option.defaultValue.get<qint64>() + 1);
    case OptionType::Real:
        return QString::number(option.defaultValue == 0.25 ? 0.5 : 0.25);
    case OptionType::Choice:
        return QString::fromStdString(option.choices[option.choices[0] == option.defaultValue ? 1 : 0]);
    case OptionType::Switch:
        return QStringLiteral("true");
    case OptionType::Text:
        return option.key == "device" ? QStringLiteral("cuda:1") : QStringLiteral("a name");
    case OptionType::Path:
        return QStringLiteral("/somewhere/") + QString::fromStdString(option.key);
    }
    return {};
}

/// As a user would, by the editor's own means.
void enter(QWidget* input, const QString& value)
{
    if (auto* box = qobject_cast<QComboBox*>(input); box != nullptr && !box->isEditable())
        box->setCurrentText(value);
    else if (auto* check = qobject_cast<QCheckBox*>(input))
        check->setChecked(value == QLatin1String("true"));
    else {
        QWidget* line = input;
        if (auto* words = qobject_cast<QComboBox*>(input)) line = words->lineEdit();
        QTest::keyClick(line, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(line, value);
    }
}

void addKinds()
{
    QTest::addColumn<int>("kind");
    for (const JobSpec& spec : jobSpecs())
        QTest::newRow(spec.name.c_str()) << static_cast<int>(spec.kind);
}

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

/// A convert form that may start.
void fill(JobForm& form)
{
    form.setValue("model", kModel);
}

} // namespace

class TestJobForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        m_student = m_folder.filePath("student");
        makeStudent(m_student);
    }

    void hasAnEditorForEveryOption_data() { addKinds(); }

    void hasAnEditorForEveryOption()
    {
        QFETCH(int, kind);
        const JobSpec& spec = jobSpec(static_cast<JobKind>(kind));
        const JobForm form(spec.kind);
        for (const auto* options : {&spec.options, &commonOptions()})
            for (const OptionSpec& option : *options) {
                QWidget* editor = input(form, option.key);
                QVERIFY2(editor != nullptr, option.key.c_str());
                QVERIFY2(editor->focusPolicy() & Qt::TabFocus, option.key.c_str());
                QCOMPARE(editor->accessibleName(), QString::fromStdString(option.label));
                QVERIFY2(editor->accessibleDescription().contains(QString::fromStdString(option.help)),
                         option.key.c_str());
            }
    }

    void editingChangesTheCommand_data() { addKinds(); }

    void editingChangesTheCommand()
    {
        QFETCH(int, kind);
        const JobSpec& spec = jobSpec(static_cast<JobKind>(kind));
        for (const auto* options : {&spec.options, &commonOptions()})
            for (const OptionSpec& option : *options) {
                JobForm form(spec.kind);
                form.findChild<QToolButton*>("more")->setChecked(true);
                enter(input(form, option.key), otherValue(option));
                Job expected(spec.kind);
                const auto value = parseValue(option, otherValue(option).toStdString());
                QVERIFY2(value, option.key.c_str());
                QVERIFY(expected.set(option.key, *value));
                QVERIFY2(expected != Job(spec.kind), option.key.c_str());
                Job actual = form.job();
                if (option.key != "output") actual.unset("output"); // the form's own proposal
                QVERIFY2(actual == expected, qPrintable(command(form)));
                const QString word =
                    option.positional()
                        ? otherValue(option)
                        : QString::fromStdString(expected.toArguments().at(1)).section('=', 0, 0);
                QVERIFY2(command(form).contains(word), qPrintable(command(form)));
            }
    }

    void showsAndKeepsAWholeJob()
    {
        Job job(JobKind::Finetune);
        for (const auto& [key, value] :
             std::initializer_list<std::pair<const char*, nlohmann::json>>{{"student", "/m/student"},
                                                                           {"teacher", "/m/teacher.gguf"},
                                                                           {"data", "self"},
                                                                           {"output", "/m/out folder"},
                                                                           {"steps", 7},
                                                                           {"learning_rate", 1e-6},
                                                                           {"self_tokens", 1000000000000},
                                                                           {"seed", 9007199254740991},
                                                                           {"train", "all"},
                                                                           {"resume", true}})
            QVERIFY(job.set(key, value));
        JobForm form(JobKind::Finetune);
        form.setJob(job);
        QVERIFY2(form.job() == job, qPrintable(command(form)));
        QCOMPARE(command(form), QString::fromStdString(job.toCommandLine()));
        QVERIFY(form.findChild<QToolButton*>("more")->text().contains("2 changed"));
    }

    void keepsLinesOfAPrompt()
    {
        Job job(JobKind::Generate);
        QVERIFY(job.set("model", kModel.toStdString()) && job.set("prompt", "one\ntwo"));
        JobForm form(JobKind::Generate);
        form.setJob(job);
        QVERIFY(form.job() == job);
    }

    void ignoresAJobOfAnotherKind()
    {
        JobForm form(JobKind::Convert);
        form.setValue("kernels", "5");
        form.setJob(Job(JobKind::Evaluate));
        QCOMPARE(form.job().integer("kernels"), 5);
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

    void scientificNumbersAreReals()
    {
        JobForm form(JobKind::Finetune);
        form.setValue("learning_rate", "2.5e-7");
        QCOMPARE(form.job().real("learning_rate"), 2.5e-7);
        form.setValue("learning_rate", "2,5");
        QVERIFY(labelText(form, "learning_rate_problem").contains("expected a number from 0 to 1"));
    }

    void stepsStayInRange()
    {
        JobForm form(JobKind::Convert);
        auto* kernels = qobject_cast<QAbstractSpinBox*>(input(form, "kernels"));
        QVERIFY(kernels != nullptr);
        for (int i = 0; i < 20; ++i)
            QTest::keyClick(kernels, Qt::Key_Up);
        QCOMPARE(form.job().integer("kernels"), 8);
        QTest::keyClick(kernels, Qt::Key_PageDown);
        QCOMPARE(form.job().integer("kernels"), 1);
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

    void proposesAnOutputUntilTheUserNamesOne()
    {
        JobForm form(JobKind::Convert);
        form.setValue("model", "/models/Smol.Q4_1.gguf");
        QCOMPARE(form.job().text("output"), std::string("/models/Smol.Q4_1-mbok-k3"));
        form.setValue("kernels", "2");
        QCOMPARE(form.job().text("output"), std::string("/models/Smol.Q4_1-mbok-k2"));
        form.setValue("model", "/models/llama/");
        QCOMPARE(form.job().text("output"), std::string("/models/llama-mbok-k2"));
        form.setValue("model", "/models/llama/model.safetensors");
        QCOMPARE(form.job().text("output"), std::string("/models/llama-mbok-k2"));
        form.setValue("output", "/mine");
        form.setValue("kernels", "4");
        QCOMPARE(form.job().text("output"), std::string("/mine"));
    }

    void keepsTheOutputOfAJob()
    {
        Job job(JobKind::Convert);
        QVERIFY(job.set("model", "/models/a") && job.set("output", "/kept"));
        JobForm form(JobKind::Convert);
        form.setJob(job);
        form.setValue("kernels", "2");
        QCOMPARE(form.job().text("output"), std::string("/kept"));
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

    void copiesTheCommand()
    {
        JobForm form(JobKind::Convert);
        form.setValue("model", "/my models/tiny's.gguf");
        QTest::mouseClick(form.findChild<QPushButton*>("copy"), Qt::LeftButton);
        const QString copied = QGuiApplication::clipboard()->text();
        QCOMPARE(copied, QString::fromStdString(form.job().toCommandLine()));
        QCOMPARE(copied, command(form));
        QVERIFY2(copied.startsWith("boolab-cli convert '/my models/tiny'\\''s.gguf'"), qPrintable(copied));
    }

    void startGivesTheJob()
    {
        JobForm form(JobKind::Convert);
        fill(form);
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        std::vector<Job> asked;
        connect(&form, &JobForm::startRequested, this, [&](const Job& job) { asked.push_back(job); });
        QTest::mouseClick(start(form), Qt::LeftButton);
        QCOMPARE(asked.size(), std::size_t{1});
        QVERIFY(asked[0] == form.job());
        QCOMPARE(asked[0].text("model"), kModel.toStdString());
    }

    void browseFillsInTheFolder()
    {
        JobForm form(JobKind::Finetune);
        ui::setNextPickedPath("/picked/student");
        QTest::mouseClick(form.findChild<QPushButton*>("student_browse"), Qt::LeftButton);
        QCOMPARE(form.job().text("student"), std::string("/picked/student"));
    }

    void dropFillsInThePath()
    {
        JobForm form(JobKind::Convert);
        form.show();
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile("/dropped/model file.gguf")});
        QWidget* line = input(form, "model");
        QDragEnterEvent enterEvent(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(QCoreApplication::sendEvent(line, &enterEvent));
        QVERIFY(enterEvent.isAccepted());
        QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QVERIFY(QCoreApplication::sendEvent(line, &drop));
        QCOMPARE(form.job().text("model"), std::string("/dropped/model file.gguf"));
    }

    void foldsAdvancedOptionsAway()
    {
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        QVERIFY(input(form, "kernels")->isVisible());
        QVERIFY(!input(form, "rounds")->isVisible());
        QTest::mouseClick(form.findChild<QToolButton*>("more"), Qt::LeftButton);
        QVERIFY(input(form, "rounds")->isVisible());
    }

    void tabReachesEveryVisibleEditorInOrder()
    {
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        form.activateWindow();
        fill(form);
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        QVERIFY(QTest::qWaitForWindowActive(&form));
        input(form, "model")->setFocus();
        QStringList reached;
        for (int i = 0; i < 12; ++i) {
            reached.append(QApplication::focusWidget()->objectName());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        const QStringList expected = {"model",   "model_browse", "output",  "output_browse",
                                      "kernels", "method",       "project", "name",
                                      "more",    "command",      "copy",    "start"};
        QCOMPARE(reached, expected);
    }

    void longPathsDoNotWidenTheForm()
    {
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        form.setValue("model", "/absent/" + QString(40, 'x').append('/').repeated(20));
        QTRY_VERIFY_WITH_TIMEOUT(!labelText(form, "model_problem").isEmpty(), kPatienceMs);
        QTest::qWait(50);
        auto* scroll = form.findChild<QScrollArea*>();
        QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
        auto* problem = form.findChild<QLabel*>("model_problem");
        QVERIFY(problem->height() >= problem->heightForWidth(problem->width()));
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

    void cutsNoTextOff_data() { addKinds(); }

    void cutsNoTextOff()
    {
        QFETCH(int, kind);
        JobForm form(static_cast<JobKind>(kind));
        form.resize(1000, 700);
        form.show();
        form.findChild<QToolButton*>("more")->setChecked(true);
        QVERIFY(QTest::qWaitForWindowExposed(&form));
        QTest::qWait(50);
        for (const QLabel* label : form.findChildren<QLabel*>()) {
            if (!label->isVisible() || label->text().isEmpty()) continue;
            const int needed =
                label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
            QVERIFY2(label->height() >= needed, qPrintable(label->text()));
            if (!label->wordWrap())
                QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        }
    }

private:
    QTemporaryDir m_folder;
    QString m_student;
};

QTEST_MAIN(TestJobForm)
#include "test_job_form.moc"
