// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/job_form_probe.h"

#include <QAbstractSpinBox>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDropEvent>
#include <QGuiApplication>
#include <QLineEdit>
#include <QMimeData>
#include <QToolButton>

#include "widgets/base/pick_path.h"

using namespace boolab;
using namespace boolab::ui::test;
using ui::JobForm;

namespace
{

/// Fits the option's pattern, where it has one.
QString textFor(const std::string& key)
{
    if (key == "device") return QStringLiteral("cuda:1");
    if (key == "target_size") return QStringLiteral("12MB");
    if (key == "bits") return QStringLiteral("1.5,4");
    return QStringLiteral("a name");
}

/// Another value than the default that fits the option.
QString otherValue(const OptionSpec& option)
{
    switch (option.type) {
    case OptionType::Integer:
        return QString::number(option.defaultValue.is_null() ? 2 : option.defaultValue.get<qint64>() + 1);
    case OptionType::Real: {
        const double least = option.minimum.value_or(0.0), most = option.maximum.value_or(least + 1);
        const double step = std::min(0.25, (most - least) / 4);
        return QString::number(least + (option.defaultValue == least + step ? 2 * step : step));
    }
    case OptionType::Choice:
        return QString::fromStdString(option.choices[option.choices[0] == option.defaultValue ? 1 : 0]);
    case OptionType::Switch:
        return QStringLiteral("true");
    case OptionType::Text: // of choices: a list
        return option.choices.empty()
                   ? textFor(option.key)
                   : QString::fromStdString(option.choices.front() + "," + option.choices.back());
    case OptionType::Path:
        return QStringLiteral("/somewhere/") + QString::fromStdString(option.key);
    }
    return {};
}

/// As a user would, by the editor's own means.
void enter(QWidget* input, const QString& value)
{
    if (const auto boxes = input->findChildren<QCheckBox*>(); !boxes.empty()) { // a list of words
        for (QCheckBox* box : boxes)
            box->setChecked(value.split(',').contains(box->text()));
        return;
    }
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

/// Sets the form so that the option of a conversion does something.
void makeItCount(JobForm& form, const std::string& key)
{
    const bool isSweep = form.findChild<QWidget*>("methods") != nullptr;
    if (key == "rounds" || key == "kernels" || key == "bits" || key == "target_size") return;
    if (key == "bool_lr") return form.setValue("bool_rule", "bold");
    if (key.starts_with("bool_") || key == "flips_per_token" || key == "trial_every") return;
    if (key == "importance" || key == "max_kernels")
        form.setValue("bits", isSweep ? "1.5" : "2.5");
    else
        form.setValue(isSweep ? "methods" : "method", "gptq");
}

QString shownFlag(const OptionSpec& option)
{
    return QString::fromStdString(option.shortFlag == "-o" || option.shortFlag == "-p" ? option.shortFlag
                                                                                       : option.flag);
}

} // namespace

class TestJobForm : public QObject
{
    Q_OBJECT

private Q_SLOTS:
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
                if (option.unused != nullptr) makeItCount(form, option.key);
                const Job before = form.job();
                enter(input(form, option.key), otherValue(option));
                Job expected = before;
                const auto value = parseValue(option, otherValue(option).toStdString());
                QVERIFY2(value, option.key.c_str());
                QVERIFY(expected.set(option.key, *value));
                QVERIFY2(expected != before, option.key.c_str());
                expected.unset("output");
                if (option.key == "output") QVERIFY(expected.set("output", *value));
                Job actual = form.job();
                if (option.key != "output") actual.unset("output"); // the form's own proposal
                QVERIFY2(actual == expected, qPrintable(command(form)));
                const QString word = option.positional() ? otherValue(option) : shownFlag(option);
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

    void scientificNumbersAreReals()
    {
        JobForm form(JobKind::Finetune);
        form.setValue("learning_rate", "2.5e-7");
        QCOMPARE(form.job().real("learning_rate"), 2.5e-7);
        form.setValue("learning_rate", "2,5");
        QVERIFY(labelText(form, "learning_rate_problem").contains("expected a number from 0 to 0.1"));
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
        form.setValue("bits", "2.5");
        QCOMPARE(form.job().text("output"), std::string("/models/llama-mbok-2.5bit"));
        form.setValue("bits", "");
        form.setValue("target_size", "80 MB");
        QCOMPARE(form.job().text("output"), std::string("/models/llama-mbok-80MB"));
        form.setValue("target_size", "");
        form.setValue("output", "/mine");
        form.setValue("kernels", "4");
        QCOMPARE(form.job().text("output"), std::string("/mine"));
        form.setValue("output", "/models/llama-mbok-k4"); // typed, though it could have been proposed
        form.setValue("kernels", "2");
        QCOMPARE(form.job().text("output"), std::string("/models/llama-mbok-k4"));
        form.setValue("output", "");
        form.setValue("kernels", "3");
        QCOMPARE(form.job().text("output"), std::string("/models/llama-mbok-k3"));
    }

    void aSweepGoesIntoAFolderOfItsOwn()
    {
        JobForm form(JobKind::Sweep);
        form.setValue("model", "/models/Smol.gguf");
        QCOMPARE(form.job().text("output"), std::string("/models/Smol-sweep"));
    }

    void takesOverWhatNobodyHasSet()
    {
        JobForm convert(JobKind::Convert), sweep(JobKind::Sweep);
        convert.setValue("model", "/models/a.gguf");
        convert.setValue("method", "gptq");
        convert.setValue("calibration", "/c.txt");
        convert.setValue("calibration_tokens", "5000");
        convert.setValue("bits", "2.5");
        sweep.setValue("calibration_tokens", "77");
        sweep.takeOver(convert.job());
        QCOMPARE(sweep.job().text("model"), std::string("/models/a.gguf"));
        QCOMPARE(sweep.job().text("output"), std::string("/models/a-sweep"));
        QCOMPARE(sweep.job().text("calibration"), std::string("/c.txt"));
        QCOMPARE(sweep.job().integer("calibration_tokens"), 77);
        QCOMPARE(sweep.job().text("bits"), std::string("1,1.5,2,2.5,3")); // a grid is no average
        convert.setValue("model", "/models/b.gguf");
        sweep.takeOver(convert.job());
        QCOMPARE(sweep.job().text("model"), std::string("/models/b.gguf"));
        sweep.setValue("model", "/models/mine.gguf");
        sweep.takeOver(convert.job());
        QCOMPARE(sweep.job().text("model"), std::string("/models/mine.gguf"));
    }

    void aPresetFillsInWhatNobodyHasSet()
    {
        JobForm form(JobKind::Finetune);
        form.setValue("batch_size", "4");
        form.setValue("preset", "paper");
        QCOMPARE(form.job().integer("seq_len"), 2048);
        QCOMPARE(form.job().integer("batch_size"), 4);
        QVERIFY2(command(form).endsWith("--preset paper --batch-size 4"), qPrintable(command(form)));
        form.setValue("preset", "standard");
        QCOMPARE(form.job().integer("seq_len"), 512);
        QCOMPARE(form.job().integer("batch_size"), 4);
        QVERIFY2(!command(form).contains("--preset"), qPrintable(command(form)));
    }

    void aJobWithAPresetIsShownWhole()
    {
        Job job(JobKind::Finetune);
        QVERIFY(job.set("preset", "quick") && job.set("seq_len", 512));
        JobForm form(JobKind::Finetune);
        form.setJob(job);
        QCOMPARE(form.job().integer("steps"), 40);
        QCOMPARE(form.job().integer("seq_len"), 512);
        QVERIFY(form.job() == job);
    }

    void fieldsThatDoNothingAreLockedAndSayWhy()
    {
        JobForm form(JobKind::Convert);
        QWidget *kernels = input(form, "kernels"), *importance = input(form, "importance");
        QVERIFY(kernels->isEnabled() && !importance->isEnabled());
        QVERIFY(labelText(form, "importance_help").contains("no budget"));
        QVERIFY(importance->accessibleDescription().contains("no budget"));
        form.setValue("bits", "2.5");
        QVERIFY(!kernels->isEnabled() && importance->isEnabled());
        QVERIFY(kernels->toolTip().contains("Average bits are given"));
        QVERIFY(!input(form, "target_size")->isEnabled());
        form.setValue("method", "svid");
        QVERIFY(!input(form, "rounds")->isEnabled());
        form.setValue("bits", "");
        QVERIFY(kernels->isEnabled());
        QVERIFY(labelText(form, "kernels_help").startsWith("The same for every layer"));
    }

    void whatIsLockedIsNotInTheJob()
    {
        JobForm form(JobKind::Convert);
        form.setValue("kernels", "2");
        form.setValue("bits", "2.5");
        QVERIFY(!command(form).contains("--kernels"));
        form.setValue("bits", "");
        QVERIFY(command(form).contains("--kernels 2"));
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

    void theCommandNamesTheDatabaseOfTheWindow()
    {
        JobForm form(JobKind::Convert);
        form.setDatabase("/runs/mine.sqlite");
        QVERIFY2(command(form).contains("--db /runs/mine.sqlite"), qPrintable(command(form)));
        QVERIFY(form.job().text("db").empty());
        form.setValue("db", "/runs/other.sqlite");
        QVERIFY2(command(form).contains("--db /runs/other.sqlite"), qPrintable(command(form)));
        QVERIFY(!command(form).contains("mine"));
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
};

QTEST_MAIN(TestJobForm)
#include "test_job_form.moc"
