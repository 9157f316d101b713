// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace boolab::kernels
{

/// Sum over rows of tau^2 KL(p || q), p = softmax(teacher / tau), q = softmax(student / tau) (Hinton et al.,
/// arXiv 1503.02531). Logits (rows, V), V > 0. On return `student` holds the gradient with respect to the
/// student's logits, tau (q - p), and `teacher` is spoilt. A logit that is not finite gives a sum that is not
/// finite. Identical bits for every ISA and thread count.
double distillation_kl(float* student, float* teacher, std::int64_t rows, std::int64_t V, double temperature,
                       int threads);

} // namespace boolab::kernels
