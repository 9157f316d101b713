// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/held_out.h"

#include "core/engine/text_tokens.h"
#include "core/evaluate/token_statistics.h"

#include <cmath>
#include <fmt/format.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

at::Tensor asWindows(const std::int32_t* first, std::int64_t count, std::int64_t length)
{
    const std::vector<std::int64_t> wide(first, first + count * length);
    return torch::tensor(wide, torch::kInt64).view({count, length});
}

} // namespace

HeldOut::HeldOut(at::Tensor windows, LlamaModel& teacher) : m_windows(std::move(windows))
{
    const torch::NoGradGuard noGrad;
    for (std::int64_t i = 0; i < m_windows.size(0); ++i)
        m_teacherHidden.push_back(teacher.forward(m_windows[i].unsqueeze(0)).hidden[0]);
}

HeldOutScore HeldOut::measure(LlamaModel& student, const LlamaModel& teacher) const
{
    const torch::NoGradGuard noGrad;
    TokenStatistics sums;
    for (std::int64_t i = 0; i < m_windows.size(0); ++i) {
        const at::Tensor window = m_windows[i];
        const at::Tensor hidden = student.forward(window.unsqueeze(0)).hidden[0];
        const at::Tensor teacherHidden = m_teacherHidden[static_cast<std::size_t>(i)];
        sums.add(tokenStatistics(
            window, [&](auto first, auto count) { return student.logits(hidden.narrow(0, first, count)); },
            [&](auto first, auto count) { return teacher.logits(teacherHidden.narrow(0, first, count)); }));
    }
    const auto positions = static_cast<double>(sums.positions);
    return {std::exp(sums.nll / positions), sums.klDivergence / positions};
}

Result<at::Tensor> heldOutWindows(const Job& job, const Tokenizer& tokenizer,
                                  std::vector<std::int32_t>& trainingIds)
{
    const std::int64_t length = job.integer("seq_len"), wanted = job.integer("held_out_windows");
    if (job.integer("eval_every") == 0) return at::empty({0, length}, at::kLong);
    if (job.has("held_out")) {
        auto ids = readTextTokens(job.text("held_out"), tokenizer);
        if (!ids) return std::unexpected(ids.error());
        const std::int64_t there = static_cast<std::int64_t>(ids->size()) / length;
        if (there == 0)
            return fail(ErrorCode::BadInput,
                        fmt::format("{}: {} tokens, at least one window of {} was expected",
                                    job.text("held_out"), ids->size(), length),
                        "Use more held-out text or a smaller --seq-len.");
        return asWindows(ids->data(), std::min(wanted, there), length);
    }
    const std::int64_t sequences = static_cast<std::int64_t>(trainingIds.size()) / length;
    const std::int64_t count = std::min(wanted, sequences / kSequencesPerHeldOut);
    const std::int64_t kept = (sequences - count) * length;
    at::Tensor windows = asWindows(trainingIds.data() + kept, count, length);
    if (count > 0) trainingIds.resize(static_cast<std::size_t>(kept));
    return windows;
}

} // namespace boolab
