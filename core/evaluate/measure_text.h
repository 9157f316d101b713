// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"
#include "core/jobs/job_observer.h"
#include "core/tokenizer/tokenizer.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// Perplexity by --protocol strided or documents: {"perplexity", "nll", "tokens" (predicted), "windows",
/// "protocol"}, of documents also {"documents", "word_perplexity", "byte_perplexity", "bits_per_byte"}.
Result<nlohmann::json> measureText(const Job& job, const ModelFiles& files, const Tokenizer& tokenizer,
                                   JobObserver& observer);

} // namespace boolab
