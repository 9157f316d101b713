// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_observer.h"
#include "core/model/llama_model.h"
#include "core/tokenizer/tokenizer.h"

#include <vector>

namespace boolab
{

/// What teacher and student go on with, greedily, after the same few words. The teacher's words never change,
/// so it writes them once.
class TextSampler
{
public:
    /// prompt (T) int64.
    TextSampler(const at::Tensor& prompt, const Tokenizer& tokenizer, LlamaModel& teacher);

    TextSample sample(LlamaModel& student) const;

private:
    std::string continuation(LlamaModel& model) const;

    at::Tensor m_prompt; ///< (1, T)
    const Tokenizer& m_tokenizer;
    TextSample m_sample;
};

} // namespace boolab
