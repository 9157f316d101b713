// SPDX-License-Identifier: Apache-2.0
// The zero-shot tasks, as lm-evaluation-harness defines them (lm_eval/tasks/*/*.yaml).
#pragma once

#include "core/base/error.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace boolab
{

/// One continuation to be scored behind its context.
struct TaskRequest {
    std::string context, continuation;
};

/// One question: its requests, one for each choice, and which is right.
struct TaskDocument {
    std::vector<TaskRequest> requests;
    std::vector<std::string>
        choices; ///< whose lengths acc_norm and acc_bytes divide by; empty: no such score
    std::size_t gold = 0;
};

struct ZeroShotTask {
    std::string name;
    int version = 0;           ///< the harness' VERSION
    bool hasNormalised = true; ///< acc_norm and acc_bytes are told
    bool isCloze = false;      ///< one continuation, to be predicted greedily (LAMBADA)
    /// The harness keeps the cleaned texts in the document, as "query", "choices" and "gold" (HellaSwag).
    bool keepsPrepared = false;
    /// From one line of its data, fields as in the Hugging Face dataset. BadInput says which field is wrong;
    /// file and line are the caller's to add.
    Result<TaskDocument> (*read)(const nlohmann::json& line) = nullptr;
};

std::span<const ZeroShotTask> zeroShotTasks();
const ZeroShotTask* findTask(const std::string& name);

} // namespace boolab
