// SPDX-License-Identifier: Apache-2.0
// One line for each question, as lm-evaluation-harness writes them with --log_samples.
#pragma once

#include "core/tasks/evaluated_task.h"

namespace boolab
{

/// A line of samples_<task>_<time>.jsonl: the harness' fields in its order. Log-likelihoods and truth values
/// are texts there, as Python prints them; doc_hash, prompt_hash and target_hash are SHA-256 of the document
/// as json.dumps(…, indent=2, ensure_ascii=False) gives it, of the first context and of the target.
nlohmann::ordered_json taskSample(const EvaluatedTask& task, std::size_t question);

/// "task_hashes" of a task: SHA-256 of its samples' hashes, one behind the other.
std::string taskHash(std::span<const nlohmann::ordered_json> samples);

} // namespace boolab
