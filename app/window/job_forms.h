// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/page.h"
#include "core/jobs/job.h"

#include <QObject>
#include <filesystem>
#include <optional>
#include <vector>

namespace boolab::ui
{

class ConvertPage;
class JobForm;

/// The window's forms: which page has the form of a kind of job, and which field takes what is dropped on a
/// page.
class JobForms : public QObject
{
    Q_OBJECT

public:
    /// `tables`: where the engine keeps its tables of errors.
    explicit JobForms(const std::filesystem::path& tables, QObject* parent = nullptr);

    ConvertPage* convertPage() const { return m_convertPage; }
    /// Nothing where the kind has no form.
    JobForm* form(JobKind kind) const;
    /// As wide as the widest form needs.
    int leastWidth() const;
    void setDatabase(const QString& file);

    /// Fills the form of the job's kind and brings it to the front; its page, or nothing where its kind has
    /// no form.
    std::optional<Page> show(const boolab::Job& job);
    /// The first job of a kind is what a project does by default.
    void takeDefaults(const std::vector<boolab::Job>& jobs);

    /// Where something went: what the user knows the field by.
    struct Place {
        Page page;
        QString field;
    };
    /// A model that was dropped on a page; nothing where the page has no form.
    std::optional<Place> takeModel(Page page, const QString& path, bool isBoolean);
    /// Models that are all to be measured.
    Place takeModels(const QStringList& paths);
    /// A text; where the page has no form, it is what to finetune on.
    Place takeText(Page page, const QString& path);
    /// Questions of zero-shot tasks.
    Place takeTasks(const QString& folder, const std::vector<std::string>& tasks);

Q_SIGNALS:
    void startRequested(const boolab::Job& job, const QStringList& moreModels);

private:
    Place put(Page page, JobKind kind, const char* key, const QString& value);

    ConvertPage* m_convertPage;
    JobForm* m_finetune;
    JobForm* m_evaluate;
    JobForm* m_export;
};

} // namespace boolab::ui
