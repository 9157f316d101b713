// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/distillation_loss.h"

#include "core/finetune/distillation_kl.h"

#include <algorithm>
#include <torch/autograd.h>

namespace boolab
{

namespace
{

// Below the rounding of a sum of probabilities in float32.
constexpr double kSmallestRest = 1e-7;

struct ChunkedKl : torch::autograd::Function<ChunkedKl> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& hidden,
                              const at::Tensor& head, const at::Tensor& teacherHidden,
                              const at::Tensor& teacherHead, double temperature, std::int64_t chunk)
    {
        const std::int64_t N = hidden.size(0);
        at::Tensor gradHidden = at::empty_like(hidden);
        double sum = 0;
        for (std::int64_t first = 0; first < N; first += chunk) {
            const std::int64_t count = std::min(chunk, N - first);
            const auto logits = [&](const at::Tensor& states, const at::Tensor& weight) {
                return at::linear(states.narrow(0, first, count), weight).to(at::kFloat);
            };
            at::Tensor student = logits(hidden, head), teacher = logits(teacherHidden, teacherHead);
            sum += distillationKl(student, teacher, temperature);
            teacher.reset();
            at::Tensor part = gradHidden.narrow(0, first, count);
            at::mm_out(part, student.to(hidden.dtype()), head);
        }
        context->save_for_backward({gradHidden});
        return at::scalar_tensor(sum, hidden.options().dtype(at::kFloat));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradOutputs)
    {
        const at::Tensor gradHidden = context->get_saved_variables()[0];
        return {gradHidden * gradOutputs[0].to(gradHidden.dtype()), {}, {}, {}, {}, {}};
    }
};

struct TopKl : torch::autograd::Function<TopKl> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& hidden,
                              const at::Tensor& head, const TopProbabilities& teacher, double temperature,
                              std::int64_t chunk)
    {
        const std::int64_t N = hidden.size(0);
        at::Tensor gradHidden = at::empty_like(hidden);
        double sum = 0;
        for (std::int64_t first = 0; first < N; first += chunk) {
            const std::int64_t count = std::min(chunk, N - first);
            const auto part = [&](const at::Tensor& tensor) {
                return tensor.narrow(0, first, count).to(hidden.device());
            };
            const at::Tensor ids = part(teacher.ids).to(at::kLong), logTop = part(teacher.logProbabilities);
            const at::Tensor top = logTop.exp(), rest = part(teacher.logRest).exp();
            at::Tensor probabilities =
                at::log_softmax(at::linear(part(hidden), head).to(at::kFloat).div_(temperature), -1);
            const at::Tensor logStudent = probabilities.gather(1, ids);
            const at::Tensor studentRest = (1 - logStudent.exp().sum(-1)).clamp_min_(kSmallestRest);
            const at::Tensor kl =
                (top * (logTop - logStudent)).sum(-1) + at::xlogy(rest, rest) - rest * studentRest.log();
            sum += kl.sum(at::kDouble).item<double>() * temperature * temperature;
            probabilities.exp_();
            at::Tensor gradLogits = probabilities.mul_((1 - rest / studentRest).unsqueeze(-1));
            gradLogits.scatter_(1, ids, logStudent.exp() - top).mul_(temperature);
            at::Tensor gradPart = part(gradHidden);
            at::mm_out(gradPart, gradLogits.to(hidden.dtype()), head);
        }
        context->save_for_backward({gradHidden});
        return at::scalar_tensor(sum, hidden.options().dtype(at::kFloat));
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradOutputs)
    {
        const at::Tensor gradHidden = context->get_saved_variables()[0];
        return {gradHidden * gradOutputs[0].to(gradHidden.dtype()), {}, {}, {}, {}};
    }
};

} // namespace

at::Tensor chunkedKlSum(const at::Tensor& hidden, const at::Tensor& head, const at::Tensor& teacherHidden,
                        const at::Tensor& teacherHead, double temperature, std::int64_t chunk)
{
    return ChunkedKl::apply(hidden, head, teacherHidden, teacherHead, temperature, chunk);
}

at::Tensor topKlSum(const at::Tensor& hidden, const at::Tensor& head, const TopProbabilities& teacher,
                    double temperature, std::int64_t chunk)
{
    return TopKl::apply(hidden, head, teacher, temperature, chunk);
}

DistillationLoss distillationLoss(const TeacherTargets& teacher, const LlamaModel& student,
                                  const LlamaOutput& studentOut, const DistillationConfig& config)
{
    const std::int64_t B = studentOut.hidden.size(0), C = studentOut.hidden.size(2);
    const at::Tensor flat = studentOut.hidden.reshape({-1, C});
    const at::Tensor& head = student.weights().head;
    const at::Tensor sum = teacher.hidden.defined()
                               ? chunkedKlSum(flat, head, teacher.hidden.reshape({-1, C}), teacher.head,
                                              config.temperature, config.chunk)
                               : topKlSum(flat, head, teacher.top, config.temperature, config.chunk);
    const at::Tensor kl = sum / static_cast<double>(config.sumOverTokens ? B : flat.size(0));

    at::Tensor hidden = at::zeros({}, kl.options());
    for (std::size_t i = 0; i < studentOut.selected.size(); ++i) {
        const at::Tensor expected = teacher.selected[i].to(kl.options());
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
