// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/rank_follower.h"

#include "core/finetune/finetune_setup.h"
#include "core/finetune/open_teacher.h"
#include "core/finetune/rank_order.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

class RankFollower
{
public:
    RankFollower(const Job& job, FinetuneSetup setup, RankGroup& group, JobObserver& observer)
        : m_job(job), m_setup(std::move(setup)), m_group(group), m_observer(observer)
    {
    }

    Result<nlohmann::json> follow()
    {
        for (;;) {
            const RankOrder order = RankOrder::fromText(m_group.meet());
            switch (order.kind) {
            case RankOrder::Kind::Data:
                if (auto taken = takeData(order); !taken) return std::unexpected(taken.error());
                break;
            case RankOrder::Kind::Step:
                step(order);
                break;
            case RankOrder::Kind::Compare:
                takeBack(order);
                (void)m_group.gather(checksumOf(m_setup.student));
                break;
            case RankOrder::Kind::End:
                if (!order.reason.empty())
                    return fail(ErrorCode::Internal, "rank 0 ended the training: " + order.reason);
                return nlohmann::json{{"rank", m_group.rank()}, {"steps", m_steps}};
            }
        }
    }

private:
    Status takeData(const RankOrder& order)
    {
        const nlohmann::json mine = sharedJob(m_job);
        for (const auto& [key, value] : order.job.items())
            if (mine.value(key, nlohmann::json()) != value)
                return fail(ErrorCode::Usage,
                            fmt::format("{} is {} here and {} at rank 0", key,
                                        mine.value(key, nlohmann::json()).dump(), value.dump()),
                            "Start all ranks with the same command.");
        if (mine.size() != order.job.size())
            return fail(ErrorCode::Usage, "this rank has options that rank 0 has not",
                        "Start all ranks with the same command.");
        std::vector<std::int32_t> ids;
        shareTokens(m_group, ids);
        auto data = TrainingData::make(std::move(ids), m_job.integer("seq_len"),
                                       static_cast<std::uint64_t>(m_job.integer("seed")), "rank 0");
        if (!data) return std::unexpected(data.error());
        m_data.emplace(std::move(*data));
        auto teacher =
            openTeacher(m_job, m_setup, *m_data,
                        sequencesRead(m_job, trainingSteps(m_job, m_data->sequenceCount(), m_group.size()),
                                      m_group.size()),
                        m_observer);
        if (!teacher) return std::unexpected(teacher.error());
        m_teacher = std::move(*teacher);
        return {};
    }

    void takeBack(const RankOrder& order)
    {
        if (order.takeBackFlips) m_trainer->booleans().toggle(m_trainer->booleans().lastFlips());
    }

    void step(const RankOrder& order)
    {
        if (order.takeState) {
            TrainerConfig config = trainerConfig(m_job, m_group.size());
            config.steps = trainingSteps(m_job, m_data->sequenceCount(), m_group.size());
            m_trainer.reset(); // lets go of the layers before the next one takes them
            m_trainer = std::make_unique<Trainer>(m_setup.student, *m_teacher, config, &m_group);
            shareState(m_group, m_setup.student, *m_trainer);
        }
        takeBack(order);
        for (const auto& [key, value] : order.settings.items())
            applySetting(*m_trainer, key, value);
        m_trainer->step(order.step, *m_data, order.capFactor, order.rateFactor, order.boolRateFactor);
        m_steps = order.step;
    }

    const Job& m_job;
    FinetuneSetup m_setup;
    RankGroup& m_group;
    JobObserver& m_observer;
    std::optional<TrainingData> m_data;
    std::unique_ptr<TeacherSource> m_teacher;
    std::unique_ptr<Trainer> m_trainer;
    std::int64_t m_steps = 0;
};

} // namespace

Result<nlohmann::json> followFinetune(const Job& job, JobObserver& observer, RankGroup& group)
{
    auto setup = openFinetune(job, observer, /*follows=*/true);
    if (!setup) return std::unexpected(setup.error());
    return RankFollower(job, std::move(*setup), group, observer).follow();
}

} // namespace boolab
