// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/jobs/job.h"
#include "core/model/llama_model.h"
#include "core/tokenizer/tokenizer.h"

#include <cstdint>
#include <vector>

namespace boolab
{

/// Of the training text, at most one sequence in so many is held out.
inline constexpr std::int64_t kSequencesPerHeldOut = 20;

struct HeldOutScore {
    double perplexity = 0;
    double kl = 0; ///< KL(teacher || student) per token, nats
};

/// Text that a training never learns from. The teacher reads it once, at the start; only its hidden states
/// are kept.
class HeldOut
{
public:
    /// windows (n, L) int64; n = 0: nothing is held out.
    HeldOut(at::Tensor windows, LlamaModel& teacher);

    bool empty() const { return m_windows.size(0) == 0; }
    std::int64_t tokens() const { return m_windows.numel(); }
    const at::Tensor& windows() const { return m_windows; }
    HeldOutScore measure(LlamaModel& student, const LlamaModel& teacher) const;

private:
    at::Tensor m_windows;
    std::vector<at::Tensor> m_teacherHidden; ///< per window, (L, C)
};

/// The windows a job holds out: of its --held-out file, else cut from the end of `trainingIds`, at most a
/// twentieth of them. None where --eval-every is 0 or the text is too short to spare any.
Result<at::Tensor> heldOutWindows(const Job& job, const Tokenizer& tokenizer,
                                  std::vector<std::int32_t>& trainingIds);

} // namespace boolab
