// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tasks/task_documents.h"
#include "core/tasks/task_scores.h"

namespace boolab
{

/// One task as it was evaluated.
struct EvaluatedTask {
    const ZeroShotTask* task = nullptr;
    TaskData data;
    std::vector<std::vector<ContinuationScore>> scores; ///< of each document's requests
    std::vector<DocumentScore> documents;
};

} // namespace boolab
