// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <QWidget>
#include <memory>

namespace boolab::ui
{

/// A form for one kind of job, made from its JobSpec: every option has an editor, checked as it is typed;
/// what the run will need and the command that does the same stand below.
class JobForm : public QWidget
{
    Q_OBJECT

public:
    explicit JobForm(boolab::JobKind kind, QWidget* parent = nullptr);
    ~JobForm() override;

    /// A job of the form's kind; others are ignored.
    void setJob(const boolab::Job& job);
    /// What the fields say; options whose text does not fit keep their default.
    boolab::Job job() const;
    /// As if the user had typed it; unknown keys are ignored.
    void setValue(const QString& key, const QString& value);

Q_SIGNALS:
    void startRequested(const boolab::Job& job);

private:
    struct Parts;

    void buildFields(class QVBoxLayout* layout);
    void buildFooter(class QVBoxLayout* layout);
    void refresh();
    void proposeOutput();

    std::unique_ptr<Parts> m_parts;
};

} // namespace boolab::ui
