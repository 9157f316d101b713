// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/export/model_history.h"
#include "core/export/model_source.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"

#include <string>

namespace boolab
{

/// What a card is made from.
struct CardFacts {
    const Job& job;           ///< the export
    const ModelFiles& source; ///< what was exported
    ModelHistory history;
    ModelSource origin; ///< of the full-precision model, else of the source
    std::string title;
    std::string weights;        ///< the weights' file: "model.safetensors"
    std::int64_t fileBytes = 0; ///< of it
    bool hasTokenizer = false;
};

/// README.md: what the model is, how it was made and measured, how it is loaded. What nobody has measured or
/// said stands there as that.
std::string modelCard(const CardFacts& facts);

/// How a person loads the export, one line of code or more.
std::string howToLoad(const Job& job, const std::string& weights);

} // namespace boolab
