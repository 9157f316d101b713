// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/trainer.h"

#include <cmath>
#include <numbers>
#include <numeric>
#include <torch/nn/utils/clip_grad.h>
#include <torch/utils.h>

namespace boolab
{

namespace
{

std::vector<at::Tensor> parametersOf(const LoadedModel& student, const std::vector<NamedTensor>& norms)
{
    std::vector<at::Tensor> parameters;
    for (const auto& layer : student.booleanLayers) {
        for (at::Tensor scale : {layer->scaleOut(), layer->scaleIn()}) {
            scale.requires_grad_(true);
            parameters.push_back(scale);
        }
    }
    for (const NamedTensor& norm : norms)
        parameters.push_back(norm.tensor);
    return parameters;
}

std::vector<NamedTensor> trainedNorms(const LoadedModel& student, bool wanted)
{
    std::vector<NamedTensor> norms;
    if (!wanted) return norms;
    for (NamedTensor& norm : normsOf(*student.model)) {
        // Half of a 16-bit weight's steps would be rounded away.
        norms.push_back({norm.name, norm.tensor.detach().to(at::kFloat, false, /*copy=*/true)});
        norms.back().tensor.requires_grad_(true);
    }
    return norms;
}

} // namespace

double scheduleAt(std::int64_t step, std::int64_t steps, std::int64_t warmup, Schedule schedule)
{
    const double rise =
        warmup > 0 ? std::min(1.0, static_cast<double>(step) / static_cast<double>(warmup)) : 1.0;
    const double position =
        std::min(1.0, static_cast<double>(step - 1) / static_cast<double>(std::max<std::int64_t>(1, steps)));
    switch (schedule) {
    case Schedule::Linear:
        return rise * (1.0 - position);
    case Schedule::Constant:
        return rise;
    case Schedule::Cosine:
        break;
    }
    return rise * 0.5 * (1.0 + std::cos(std::numbers::pi * position));
}

Trainer::Trainer(LoadedModel& student, TeacherSource& teacher, const TrainerConfig& config,
                 GradientExchange* exchange)
    : m_student(student), m_teacher(teacher), m_config(config), m_exchange(exchange),
      m_norms(trainedNorms(student, config.trainNorms)), m_parameters(parametersOf(student, m_norms)),
      m_scales(m_parameters, torch::optim::AdamWOptions(config.learningRate)
                                 .betas({0.9, 0.95})
                                 .weight_decay(config.weightDecay)),
      m_booleans(student.booleanLayers, config.boolean, exchange)
{
    useNorms(*student.model, m_norms);
}

DistillationLoss Trainer::lossOf(const at::Tensor& ids, const TeacherTargets& targets)
{
    useNorms(*m_student.model, m_norms);
    const LlamaOutput actual = m_student.model->forward(ids, nullptr, m_config.hiddenEvery);
    return distillationLoss(targets, *m_student.model, actual, m_config.distillation);
}

void Trainer::accumulate(std::int64_t t, const TrainingData& data, StepResult& result)
{
    const std::int64_t micro = m_config.gradientAccumulation;
    const std::int64_t rank = m_exchange == nullptr ? 0 : m_exchange->rank();
    const std::int64_t first = ((t - 1) * ranks() + rank) * micro;
    const double share = 1.0 / static_cast<double>(micro * ranks());
    for (std::int64_t i = 0; i < micro; ++i) {
        const std::int64_t sequence = (first + i) * m_config.batchSize;
        const DistillationLoss loss = lossOf(data.batch(sequence, m_config.batchSize),
                                             m_teacher.targets(data, sequence, m_config.batchSize));
        result.loss += loss.total.item<double>() * share;
        result.kl += loss.kl * share;
        result.hidden += loss.hidden * share;
        const bool isFinite = std::isfinite(result.loss);
        // Before the last backward pass, in which dL/dW is exchanged: all ranks take it, or none.
        if (m_exchange != nullptr && (!isFinite || i + 1 == micro)) shareLosses(result);
        if (!isFinite || !std::isfinite(result.loss)) return;
        (loss.total * share).backward();
    }
}

void Trainer::shareLosses(StepResult& result)
{
    at::Tensor losses = torch::tensor({result.loss, result.kl, result.hidden}, at::kDouble);
    m_exchange->sum(losses);
    const auto* const sums = losses.const_data_ptr<double>();
    result.loss = sums[0];
    result.kl = sums[1];
    result.hidden = sums[2];
}

void Trainer::shareGradients()
{
    std::vector<at::Tensor> flat;
    for (const at::Tensor& parameter : m_parameters)
        flat.push_back(parameter.grad().reshape({-1}));
    at::Tensor all = torch::cat(flat);
    m_exchange->sum(all);
    std::int64_t place = 0;
    for (const at::Tensor& parameter : m_parameters) {
        parameter.grad().copy_(all.narrow(0, place, parameter.numel()).view_as(parameter));
        place += parameter.numel();
    }
}

double Trainer::flipCap() const
{
    const double cap = m_booleans.config().cap;
    if (m_config.flipsPerToken <= 0 || m_booleans.trainedWeights() == 0) return cap;
    const double flips = m_config.flipsPerToken * static_cast<double>(m_config.tokensPerStep);
    return std::min(cap, flips / static_cast<double>(m_booleans.trainedWeights()));
}

bool Trainer::trialDue(std::int64_t t) const
{
    return m_config.trialEvery > 0 && t % m_config.trialEvery == 0;
}

FlipTrial Trainer::tryFlips(std::int64_t t, const TrainingData& data)
{
    const torch::NoGradGuard noGrad;
    const std::int64_t unseen = t * ranks() * m_config.gradientAccumulation * m_config.batchSize;
    const at::Tensor ids = data.batch(unseen, m_config.batchSize);
    const TeacherTargets targets = m_teacher.targets(data, unseen, m_config.batchSize);
    const auto flips = m_booleans.lastFlips();
    const double with = lossOf(ids, targets).total.item<double>();
    m_booleans.toggle(flips);
    const double without = lossOf(ids, targets).total.item<double>();
    const bool kept = with < without;
    if (kept) m_booleans.toggle(flips);
    return {without - with, kept};
}

StepResult Trainer::step(std::int64_t t, const TrainingData& data, double capFactor, double rateFactor,
                         double boolRateFactor)
{
    const double schedule = scheduleAt(t, m_config.steps, m_config.warmupSteps, m_config.schedule);
    StepResult result;
    result.learningRate = m_config.learningRate * schedule * rateFactor;
    const bool mayFlip = m_config.trialEvery == 0 || trialDue(t);
    result.cap = mayFlip ? flipCap() * schedule * capFactor : 0.0;
    static_cast<torch::optim::AdamWOptions&>(m_scales.param_groups()[0].options()).lr(result.learningRate);
    m_scales.zero_grad();
    m_booleans.beginStep(t, schedule * boolRateFactor, result.cap, m_config.gradientAccumulation);

    accumulate(t, data, result);
    if (!std::isfinite(result.loss)) return result;
    if (m_exchange != nullptr) shareGradients();
    m_lastFlips = m_booleans.flips();
    result.gradientNorm = torch::nn::utils::clip_grad_norm_(
        m_parameters,
        m_config.maxGradientNorm > 0 ? m_config.maxGradientNorm : std::numeric_limits<double>::infinity());
    // AdamW would carry it into every scale, and the loss tells of it one step later only.
    if (!std::isfinite(result.gradientNorm)) return result;
    m_scales.step();
    result.flips = std::accumulate(m_lastFlips.begin(), m_lastFlips.end(), std::int64_t{0});
    const bool judges = m_exchange == nullptr || m_exchange->rank() == 0;
    if (judges && trialDue(t) && result.flips > 0) {
        result.trial = tryFlips(t, data);
        if (!result.trial->kept) {
            result.flips = 0;
            std::fill(m_lastFlips.begin(), m_lastFlips.end(), 0);
        }
    }
    const torch::NoGradGuard noGrad;
    useNorms(*m_student.model, m_norms); // for whoever reads the student between steps
    return result;
}

} // namespace boolab
