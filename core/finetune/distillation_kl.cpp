// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/distillation_kl.h"

#include "kernels/distillation_kl.h"

#include <ATen/Parallel.h>
#include <torch/utils.h>

namespace boolab
{

double distillationKl(at::Tensor& student, at::Tensor& teacher, double temperature)
{
    if (!student.is_cpu()) return distillationKlExpression(student, teacher, temperature);
    return kernels::distillation_kl(student.mutable_data_ptr<float>(), teacher.mutable_data_ptr<float>(),
                                    student.size(0), student.size(1), temperature, at::get_num_threads());
}

double distillationKlExpression(at::Tensor& student, at::Tensor& teacher, double temperature)
{
    const at::Tensor logStudent = at::log_softmax(student.div_(temperature), -1);
    const at::Tensor logTeacher = at::log_softmax(teacher.div_(temperature), -1);
    const at::Tensor expected = logTeacher.exp();
    const double sum = (expected * (logTeacher - logStudent)).sum(at::kDouble).item<double>();
    student.copy_((logStudent.exp() - expected).mul_(temperature));
    return sum * temperature * temperature;
}

} // namespace boolab
