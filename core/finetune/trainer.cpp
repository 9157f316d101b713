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

std::vector<at::Tensor> scalesOf(const LoadedModel& student)
{
    std::vector<at::Tensor> scales;
    for (const auto& layer : student.booleanLayers) {
        for (at::Tensor scale : {layer->scaleOut(), layer->scaleIn()}) {
            scale.requires_grad_(true);
            scales.push_back(scale);
        }
    }
    return scales;
}

} // namespace

double scheduleAt(std::int64_t step, std::int64_t steps, std::int64_t warmup)
{
    const double rise =
        warmup > 0 ? std::min(1.0, static_cast<double>(step) / static_cast<double>(warmup)) : 1.0;
    const double position =
        static_cast<double>(step - 1) / static_cast<double>(std::max<std::int64_t>(1, steps));
    return rise * 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(1.0, position)));
}

Trainer::Trainer(LoadedModel& student, LlamaModel& teacher, const TrainerConfig& config)
    : m_student(student), m_teacher(teacher), m_config(config), m_parameters(scalesOf(student)),
      m_scales(m_parameters, torch::optim::AdamWOptions(config.learningRate)
                                 .betas({0.9, 0.95})
                                 .weight_decay(config.weightDecay)),
      m_booleans(student.booleanLayers, config.boolean)
{
}

StepResult Trainer::step(std::int64_t t, const TrainingData& data)
{
    const double schedule = scheduleAt(t, m_config.steps, m_config.warmupSteps);
    const std::int64_t micro = m_config.gradientAccumulation;
    StepResult result;
    result.learningRate = m_config.learningRate * schedule;
    static_cast<torch::optim::AdamWOptions&>(m_scales.param_groups()[0].options()).lr(result.learningRate);
    m_scales.zero_grad();
    m_booleans.beginStep(t, schedule, micro);

    for (std::int64_t i = 0; i < micro; ++i) {
        const at::Tensor ids = data.batch(((t - 1) * micro + i) * m_config.batchSize, m_config.batchSize);
        LlamaOutput expected;
        {
            const torch::NoGradGuard noGrad;
            expected = m_teacher.forward(ids, nullptr, m_config.hiddenEvery);
        }
        const LlamaOutput actual = m_student.model->forward(ids, nullptr, m_config.hiddenEvery);
        const DistillationLoss loss =
            distillationLoss(m_teacher, expected, *m_student.model, actual, m_config.distillation);
        const double share = 1.0 / static_cast<double>(micro);
        result.loss += loss.total.item<double>() * share;
        result.kl += loss.kl * share;
        result.hidden += loss.hidden * share;
        if (!std::isfinite(result.loss)) return result;
        (loss.total * share).backward();
    }
    result.gradientNorm = torch::nn::utils::clip_grad_norm_(
        m_parameters,
        m_config.maxGradientNorm > 0 ? m_config.maxGradientNorm : std::numeric_limits<double>::infinity());
    m_scales.step();
    m_lastFlips = m_booleans.endStep();
    result.flips = std::accumulate(m_lastFlips.begin(), m_lastFlips.end(), std::int64_t{0});
    return result;
}

} // namespace boolab
