// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/finetune.h"

#include "core/engine/job_values.h"
#include "core/engine/tensor_memory.h"
#include "core/finetune/finetune_checks.h"
#include "core/finetune/open_teacher.h"
#include "core/finetune/rank_follower.h"
#include "core/finetune/training_loop.h"
#include "core/jobs/training_checkpoint.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::int64_t kPromptTokens = 32;

Result<TrainingTexts> openTexts(const Job& job, FinetuneSetup& setup, JobObserver& observer, RankGroup* group)
{
    auto ids = openTrainingTokens(job, setup, observer);
    if (!ids) return std::unexpected(ids.error());
    auto windows = heldOutWindows(job, setup.tokenizer, *ids);
    if (!windows) return std::unexpected(windows.error());
    if (group != nullptr) {
        RankOrder order{.kind = RankOrder::Kind::Data};
        order.job = sharedJob(job);
        group->meet(order.toText());
        shareTokens(*group, *ids);
    }
    auto data = TrainingData::make(std::move(*ids), job.integer("seq_len"),
                                   static_cast<std::uint64_t>(job.integer("seed")), job.text("data"));
    if (!data) return std::unexpected(data.error());
    if (auto same = checkText(job, *data, setup.position.textFingerprint); !same)
        return std::unexpected(same.error());
    setup.position.textFingerprint = data->fingerprint();
    LlamaModel& teacher = *setup.teacher.model;
    std::optional<TextSampler> sampler;
    if (job.integer("sample_every") > 0) {
        const at::Tensor text = windows->size(0) > 0 ? (*windows)[0] : data->batch(0, 1)[0];
        const std::int64_t length = std::min(kPromptTokens, text.size(0));
        sampler.emplace(text.narrow(0, 0, length), setup.tokenizer, teacher);
    }
    return TrainingTexts{std::move(*data), HeldOut(*windows, teacher), std::move(sampler)};
}

Status writeFinished(const fs::path& output, TrainingLoop& loop, const FinetuneSetup& setup)
{
    const auto best = loop.bestStudent();
    if (!best)
        return writeStudent(output, setup.studentFiles, setup.student, loop.trainer().norms(),
                            setup.position.scaleDType);
    auto files = ModelFiles::open(*best);
    if (!files) return std::unexpected(files.error());
    auto student = loadModel(*files, {});
    if (!student) return std::unexpected(student.error());
    return writeStudent(output, *files, *student, {}, setup.position.scaleDType);
}

/// Per weight: the nominal bits.
double meanKernels(const LoadedModel& student)
{
    double kernels = 0, weights = 0;
    for (const auto& layer : student.booleanLayers) {
        const auto size = static_cast<double>(layer->outFeatures() * layer->inFeatures());
        kernels += size * static_cast<double>(layer->kernelCount());
        weights += size;
    }
    return weights > 0 ? kernels / weights : 0;
}

/// Alone, or as rank 0 of `group`.
Result<nlohmann::json> train(const Job& job, JobObserver& observer, RankGroup* group)
{
    useTensorArenas();
    auto setup = openFinetune(job, observer);
    if (!setup) return std::unexpected(setup.error());
    auto texts = openTexts(job, *setup, observer, group);
    if (!texts) return std::unexpected(texts.error());
    const std::int64_t ranks = group == nullptr ? 1 : group->size();
    const std::int64_t steps = trainingSteps(job, texts->data.sequenceCount(), ranks);
    if (auto left = checkStepsLeft(checkpointFolder(job.text("output")), setup->position.step, steps); !left)
        return std::unexpected(left.error());
    warnOfOddInputs(job, setup->student, *setup->teacher.model, texts->data, steps, ranks, observer);
    warnOfNothingHeldOut(job, texts->heldOut.tokens(), texts->data.sequenceCount(), observer);
    auto teacher = openTeacher(job, *setup, texts->data, sequencesRead(job, steps, ranks), observer);
    if (!teacher) return std::unexpected(teacher.error());
    TrainingLoop loop(job, *setup, **teacher, *texts, steps, observer, group);
    if (job.on("resume"))
        if (auto restored = loop.restore(); !restored) return std::unexpected(restored.error());
    observer.log("info",
                 fmt::format("{} sequences of {} tokens, {} tokens held out; {} Booleans trained ({} MiB of "
                             "optimizer state), {} layers",
                             texts->data.sequenceCount(), job.integer("seq_len"), texts->heldOut.tokens(),
                             loop.trainer().booleans().trainedWeights(),
                             loop.trainer().booleans().stateBytes() / (1024 * 1024),
                             setup->student.booleanLayers.size()));
    if (auto done = loop.run(); !done) return std::unexpected(done.error());

    observer.phase("writing the model", "models");
    const fs::path output = job.text("output");
    if (auto written = writeFinished(output, loop, *setup); !written) return std::unexpected(written.error());
    observer.artifact("boolean model", output.string());
    auto result = describeBooleanModel(output.string());
    if (!result) return std::unexpected(result.error());
    (*result)["kernels"] = meanKernels(setup->student);
    result->update(loop.result());
    return result;
}

Error lossOf(RankGroup& group, const RankLost& lost)
{
    return {ErrorCode::Internal, group.explain(lost), "Start the training again."};
}

/// What ends one rank before its time is told to the others.
Result<nlohmann::json> inGroup(const Job& job, JobObserver& observer, RankGroup& group)
{
    const auto tell = [&](const Error& error) {
        if (group.rank() == 0)
            RankLeader(&group).endQuietly(error.text());
        else
            group.tell(error);
    };
    try {
        auto result = group.rank() == 0 ? train(job, observer, &group) : followFinetune(job, observer, group);
        if (!result) tell(result.error());
        return result;
    } catch (const RankLost& lost) {
        return std::unexpected(lossOf(group, lost));
    } catch (const std::exception& error) {
        const std::string what = error.what();
        tell({ErrorCode::Internal, what.substr(0, what.find('\n')), {}});
        throw;
    }
}

} // namespace

Result<nlohmann::json> finetune(const Job& job, JobObserver& observer, const RankConfig* ranks)
{
    if (ranks == nullptr) return train(job, observer, nullptr);
    observer.phase("waiting for all ranks", "ranks");
    auto group = RankGroup::join(*ranks, {.signalBits = std::stoi(job.text("signal_bits")),
                                          .timeout = std::chrono::milliseconds(
                                              static_cast<std::int64_t>(job.real("rank_timeout") * 1000))});
    if (!group) return std::unexpected(group.error());
    return inGroup(job, observer, **group);
}

} // namespace boolab
