// SPDX-License-Identifier: Apache-2.0
#include "app/window/job_forms.h"

#include "widgets/pages/convert_page.h"
#include "widgets/pages/job_form.h"

#include <algorithm>
#include <ranges>

#include <fmt/ranges.h>

namespace boolab::ui
{

namespace
{

constexpr JobKind kKinds[] = {JobKind::Convert, JobKind::Sweep, JobKind::Finetune, JobKind::Evaluate,
                              JobKind::Export};

Page pageOf(JobKind kind)
{
    switch (kind) {
    case JobKind::Finetune:
        return Page::Finetune;
    case JobKind::Evaluate:
        return Page::Evaluate;
    case JobKind::Export:
        return Page::Export;
    default:
        return Page::Convert;
    }
}

} // namespace

JobForms::JobForms(const std::filesystem::path& tables, QObject* parent)
    : QObject(parent), m_convertPage(new ConvertPage(tables)), m_finetune(new JobForm(JobKind::Finetune)),
      m_evaluate(new JobForm(JobKind::Evaluate)), m_export(new JobForm(JobKind::Export))
{
    for (const JobKind kind : kKinds)
        connect(form(kind), &JobForm::startRequested, this, &JobForms::startRequested);
}

JobForm* JobForms::form(JobKind kind) const
{
    switch (kind) {
    case JobKind::Convert:
        return m_convertPage->form();
    case JobKind::Sweep:
        return m_convertPage->sweep();
    case JobKind::Finetune:
        return m_finetune;
    case JobKind::Evaluate:
        return m_evaluate;
    case JobKind::Export:
        return m_export;
    default:
        return nullptr;
    }
}

int JobForms::leastWidth() const
{
    return std::max({m_convertPage->minimumSizeHint().width(), m_finetune->minimumSizeHint().width(),
                     m_evaluate->minimumSizeHint().width(), m_export->minimumSizeHint().width()});
}

void JobForms::setDatabase(const QString& file)
{
    for (const JobKind kind : kKinds)
        form(kind)->setDatabase(file);
}

std::optional<Page> JobForms::show(const Job& job)
{
    JobForm* const taken = form(job.kind());
    if (taken == nullptr) return std::nullopt;
    taken->setJob(job);
    if (job.kind() == JobKind::Convert) m_convertPage->showForm();
    if (job.kind() == JobKind::Sweep) m_convertPage->showSweep();
    return pageOf(job.kind());
}

void JobForms::takeDefaults(const std::vector<Job>& jobs)
{
    for (const Job& job : jobs | std::views::reverse)
        if (JobForm* const taken = form(job.kind())) taken->setJob(job);
}

std::optional<JobForms::Place> JobForms::takeModel(Page page, const QString& path, bool isBoolean)
{
    switch (page) {
    case Page::Convert:
        if (m_convertPage->sweep()->isVisible()) return put(page, JobKind::Sweep, "model", path);
        return put(page, JobKind::Convert, "model", path);
    case Page::Finetune:
        return put(page, JobKind::Finetune, isBoolean ? "student" : "teacher", path);
    case Page::Evaluate:
        return put(page, JobKind::Evaluate, "model", path);
    case Page::Export:
        return put(page, JobKind::Export, "model", path);
    default:
        return std::nullopt;
    }
}

JobForms::Place JobForms::takeModels(const QStringList& paths)
{
    m_evaluate->setModels(paths);
    return {Page::Evaluate, QString::fromStdString(jobSpec(JobKind::Evaluate).find("model")->label)};
}

JobForms::Place JobForms::takeText(Page page, const QString& path)
{
    if (page == Page::Convert && m_convertPage->sweep()->isVisible())
        return put(page, JobKind::Sweep, "perplexity", path);
    if (page == Page::Convert) return put(page, JobKind::Convert, "calibration", path);
    if (page == Page::Evaluate) return put(page, JobKind::Evaluate, "perplexity", path);
    return put(Page::Finetune, JobKind::Finetune, "data", path);
}

JobForms::Place JobForms::takeTasks(const QString& folder, const std::vector<std::string>& tasks)
{
    put(Page::Evaluate, JobKind::Evaluate, "task_data", folder);
    return put(Page::Evaluate, JobKind::Evaluate, "tasks",
               QString::fromStdString(fmt::format("{}", fmt::join(tasks, ","))));
}

JobForms::Place JobForms::put(Page page, JobKind kind, const char* key, const QString& value)
{
    form(kind)->setValue(QLatin1String(key), value);
    return {page, QString::fromStdString(jobSpec(kind).find(key)->label)};
}

} // namespace boolab::ui
