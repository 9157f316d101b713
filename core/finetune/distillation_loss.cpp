// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/distillation_loss.h"

#include <algorithm>
#include <torch/autograd.h>

namespace boolab
{

namespace
{

struct ChunkedKl : torch::autograd::Function<ChunkedKl> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& hidden,
                              const at::Tensor& head, const at::Tensor& teacherHidden,
                              const at::Tensor& teacherHead, double temperature, std::int64_t chunk)
    {
        const std::int64_t N = hidden.size(0);
        at::Tensor gradHidden = at::empty_like(hidden);
        at::Tensor sum = at::zeros({}, hidden.options().dtype(at::kDouble));
        for (std::int64_t first = 0; first < N; first += chunk) {
            const std::int64_t count = std::min(chunk, N - first);
            const auto logProbabilities = [&](const at::Tensor& states, const at::Tensor& weight) {
                return at::log_softmax(
                    at::linear(states.narrow(0, first, count), weight).to(at::kFloat) / temperature, -1);
            };
            const at::Tensor student = logProbabilities(hidden, head);
            const at::Tensor teacher = logProbabilities(teacherHidden, teacherHead);
            const at::Tensor teacherProbabilities = teacher.exp();
            sum +=
                (teacherProbabilities * (teacher - student)).sum(at::kDouble) * (temperature * temperature);
            // d/ds of temperature^2 KL(p_t || softmax(s/temperature)) = temperature (p_s - p_t)
            const at::Tensor gradLogits = (student.exp() - teacherProbabilities) * temperature;
            gradHidden.narrow(0, first, count).copy_(at::matmul(gradLogits.to(hidden.dtype()), head));
        }
        context->save_for_backward({gradHidden});
        return sum.to(at::kFloat);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradOutputs)
    {
        const at::Tensor gradHidden = context->get_saved_variables()[0];
        return {gradHidden * gradOutputs[0].to(gradHidden.dtype()), {}, {}, {}, {}, {}};
    }
};

} // namespace

at::Tensor chunkedKlSum(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& teacherHidden,
                        const at::Tensor& teacherHead, double temperature, std::int64_t chunk)
{
    return ChunkedKl::apply(hidden, head, teacherHidden, teacherHead, temperature, chunk);
}

DistillationLoss distillationLoss(const LlamaModel& teacher, const LlamaOutput& teacherOut,
                                  const LlamaModel& student, const LlamaOutput& studentOut,
                                  const DistillationConfig& config)
{
    const std::int64_t B = studentOut.hidden.size(0), C = studentOut.hidden.size(2);
    const at::Tensor flat = studentOut.hidden.reshape({-1, C});
    const at::Tensor sum = chunkedKlSum(flat, student.weights().head, teacherOut.hidden.reshape({-1, C}),
                                        teacher.weights().head, config.temperature, config.chunk);
    const at::Tensor kl = sum / static_cast<double>(config.sumOverTokens ? B : flat.size(0));

    at::Tensor hidden = at::zeros({}, at::kFloat);
    for (std::size_t i = 0; i < studentOut.selected.size(); ++i) {
        const at::Tensor expected = teacherOut.selected[i].to(at::kFloat);
        const at::Tensor squared = (studentOut.selected[i].to(at::kFloat) - expected).square().mean();
        if (config.sumOverTokens)
            hidden = hidden + squared;
        else
            hidden =
                hidden + squared / expected.square().mean() / static_cast<double>(studentOut.selected.size());
    }
    return {kl + config.hiddenWeight * hidden, kl.item<double>(), hidden.item<double>()};
}

} // namespace boolab
