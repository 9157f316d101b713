// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/memory_estimate.h"

#include <map>
#include <optional>

namespace boolab::ui
{

/// What a look at the disk tells about a job's inputs.
struct InputReport {
    Job job;                                     ///< the one looked at
    std::optional<ModelConfig> config;           ///< of the model, for finetune of the student
    std::map<std::string, std::string> problems; ///< per option: why its file cannot be used
    Resources resources;
    bool outputExists = false;
    std::filesystem::file_time_type modelTime = {}; ///< when the model was last written

    /// Whether it tells about `other` as well: the same files, whatever else differs.
    bool sameFiles(const Job& other) const;
};

/// Opens the models and looks for the other files. May take long on a slow disk: not for the GUI thread.
/// `last` (or null) spares opening a model again that has not changed since.
InputReport readInputs(const Job& job, const InputReport* last = nullptr);

} // namespace boolab::ui
