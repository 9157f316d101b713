// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

namespace boolab
{

/// A project folder's project.json: a named list of jobs on one model. Relative paths are relative to the
/// folder.
struct Project {
    std::string name; ///< "smollm2-135m"
    std::string title;
    std::string description;
    std::filesystem::path folder;
    std::filesystem::path model; ///< what the window opens first
    std::vector<Job> jobs;       ///< played in order by `boolab-cli run FOLDER`

    /// Takes the folder or its project.json. Every job belongs to the project and is complete
    /// (Job::validate). "defaults" in the file gives values to all jobs that know the key and do not set it
    /// themselves.
    static Result<Project> open(const std::filesystem::path& path);
};

} // namespace boolab
