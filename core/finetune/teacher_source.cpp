// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/teacher_source.h"

#include <torch/utils.h>

namespace boolab
{

namespace
{

class LiveTeacher final : public TeacherSource
{
public:
    LiveTeacher(LlamaModel& teacher, std::int64_t selectEvery)
        : m_teacher(teacher), m_selectEvery(selectEvery)
    {
    }

    TeacherTargets targets(const TrainingData& data, std::int64_t first, std::int64_t count) override
    {
        const torch::NoGradGuard noGrad;
        LlamaOutput out = m_teacher.forward(data.batch(first, count), nullptr, m_selectEvery);
        return {.hidden = out.hidden, .head = m_teacher.weights().head, .top = {}, .selected = out.selected};
    }

private:
    LlamaModel& m_teacher;
    std::int64_t m_selectEvery = 0;
};

} // namespace

std::int64_t comparedEvery(const Job& job)
{
    return job.real("hidden_weight") > 0 ? job.integer("hidden_every") : 0;
}

std::unique_ptr<TeacherSource> liveTeacher(LlamaModel& teacher, std::int64_t selectEvery)
{
    return std::make_unique<LiveTeacher>(teacher, selectEvery);
}

} // namespace boolab
