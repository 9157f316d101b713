// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <QStringList>
#include <map>

namespace boolab::ui
{

class JobFormFields;
struct InputReport;

/// What the fields of a form say, taken together.
struct JobFormCheck {
    Job job;                                 ///< options that do not fit are at their defaults
    std::map<std::string, QString> unused;   ///< options that do nothing in this job, and why; not in it
    std::map<std::string, QString> problems; ///< per option, in words for below its editor
    QStringList missing;                     ///< labels of required options without a value
    QStringList wrong;                       ///< labels of those with a problem
    QString general;                         ///< a problem of no single field

    bool isComplete() const { return missing.isEmpty() && wrong.isEmpty() && general.isEmpty(); }
    /// Why the job cannot start; empty where it can.
    QString reason() const;
};

/// `report` may be null or tell about other files: it then counts for nothing.
JobFormCheck checkForm(const JobFormFields& fields, JobKind kind, const InputReport* report);

} // namespace boolab::ui
