// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/job_form_check.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "core/jobs/option_use.h"
#include "widgets/pages/input_report.h"
#include "widgets/pages/job_form_field.h"
#include "widgets/pages/job_form_fields.h"

namespace boolab::ui
{

namespace
{

QString words(const char* text)
{
    return QCoreApplication::translate("JobForm", text);
}

void readField(const JobFormField& field, JobFormCheck& check)
{
    const OptionSpec& option = field.option();
    const auto value = field.value();
    if (!value) {
        check.problems[option.key] = words("This %1. %2")
                                         .arg(QString::fromStdString(value.error().message),
                                              QString::fromStdString(value.error().hint))
                                         .trimmed();
        return;
    }
    if (option.required && value->is_null()) {
        check.missing.append(QString::fromStdString(option.label));
        check.problems[option.key] = words("This is needed.");
        return;
    }
    if (auto set = check.job.set(option.key, *value); !set)
        check.problems[option.key] = QString::fromStdString(set.error().text());
}

/// What does nothing is neither in the job nor a problem.
void dropUnused(JobFormCheck& check)
{
    for (const auto& [key, reason] : unusedOptions(check.job)) {
        check.unused[key] = QString::fromStdString(reason);
        check.problems.erase(key);
    }
    for (const auto& [key, reason] : check.unused)
        check.job.unset(key);
}

/// An evaluation measures a text or asks tasks, so neither field is required by itself: while both are empty,
/// that is something to fill in and nothing wrong.
void checkMeasures(JobFormCheck& check)
{
    const JobSpec& spec = check.job.spec();
    const auto label = [&](const char* key) { return QString::fromStdString(spec.find(key)->label); };
    const auto isEmpty = [&](const char* key) {
        return check.job.text(key).empty() && !check.problems.contains(key);
    };
    if (isEmpty("perplexity") && isEmpty("tasks"))
        check.missing.append(words("%1 or %2").arg(label("perplexity"), label("tasks")));
    if (isEmpty("tasks") || !isEmpty("task_data")) return;
    check.missing.append(label("task_data"));
    check.problems["task_data"] = words("This is needed for tasks.");
}

/// Fields by their labels instead of their flags.
QString inWordsOfTheForm(const JobFormFields& fields, QString text)
{
    for (const JobFormField* field : fields.all()) {
        if (field->option().positional()) continue;
        const QString flag = QRegularExpression::escape(QString::fromStdString(field->option().flag));
        text.replace(QRegularExpression(QStringLiteral("(?<![\\w-])%1(?![\\w-])").arg(flag)),
                     QStringLiteral("“%1”").arg(QString::fromStdString(field->option().label)));
    }
    return text;
}

/// The rules between fields. Their message names the option as the command line does.
void checkTogether(const JobFormFields& fields, JobFormCheck& check)
{
    if (!check.problems.empty() || !check.missing.isEmpty()) return;
    const Status status = check.job.validate();
    if (status) return;
    const QString text = QString::fromStdString(status.error().text());
    const QString message = QString::fromStdString(status.error().message) + QLatin1Char(' ');
    for (const JobFormField* field : fields.all()) {
        const QString name = QString::fromStdString(field->option().shownName());
        if (!message.contains(QLatin1Char(' ') + name + QLatin1Char(' '))) continue;
        check.problems[field->option().key] = inWordsOfTheForm(fields, text);
        return;
    }
    check.general = inWordsOfTheForm(fields, text);
}

} // namespace

QString JobFormCheck::reason() const
{
    if (!missing.isEmpty()) return words("To start, fill in: %1.").arg(missing.join(QStringLiteral(", ")));
    if (!wrong.isEmpty()) return words("To start, correct: %1.").arg(wrong.join(QStringLiteral(", ")));
    return general;
}

JobFormCheck checkForm(const JobFormFields& fields, JobKind kind, const InputReport* report)
{
    JobFormCheck check{
        .job = Job(kind), .unused = {}, .problems = {}, .missing = {}, .wrong = {}, .general = {}};
    for (const JobFormField* field : fields.all())
        readField(*field, check);
    dropUnused(check);
    if (kind == JobKind::Evaluate) checkMeasures(check);
    checkTogether(fields, check);
    if (report != nullptr && report->sameFiles(check.job))
        for (const auto& [key, problem] : report->problems)
            check.problems.try_emplace(key, inWordsOfTheForm(fields, QString::fromStdString(problem)));
    for (const JobFormField* field : fields.all()) {
        const QString label = QString::fromStdString(field->option().label);
        if (check.problems.contains(field->option().key) && !check.missing.contains(label))
            check.wrong.append(label);
    }
    return check;
}

} // namespace boolab::ui
