// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job_substance.h"

namespace boolab
{

nlohmann::json substanceOf(nlohmann::json job)
{
    if (job.is_object())
        for (const char* free : {"db", "project", "name", "threads", "force", "queue"})
            job.erase(free);
    return job;
}

} // namespace boolab
