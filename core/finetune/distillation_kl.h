// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <torch/types.h>

namespace boolab
{

/// Sum over rows of temperature^2 KL(softmax(teacher / temperature) || softmax(student / temperature)) of
/// logits (rows, V) float32 on one device. On return `student` holds the gradient with respect to the
/// student's logits and `teacher` is spoilt. kernels::distillation_kl on the CPU, elsewhere the same in
/// LibTorch's operators.
double distillationKl(at::Tensor& student, at::Tensor& teacher, double temperature);
/// The latter, on any device.
double distillationKlExpression(at::Tensor& student, at::Tensor& teacher, double temperature);

} // namespace boolab
