// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/finetune.h"

#include "core/engine/job_values.h"
#include "core/engine/tensor_memory.h"
#include "core/finetune/open_teacher.h"
#include "core/finetune/training_loop.h"

#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::int64_t kPromptTokens = 32;

Result<TrainingTexts> openTexts(const Job& job, FinetuneSetup& setup, JobObserver& observer)
{
    auto ids = openTrainingTokens(job, setup, observer);
    if (!ids) return std::unexpected(ids.error());
    auto windows = heldOutWindows(job, setup.tokenizer, *ids);
    if (!windows) return std::unexpected(windows.error());
    auto data = TrainingData::make(std::move(*ids), job.integer("seq_len"),
                                   static_cast<std::uint64_t>(job.integer("seed")), job.text("data"));
    if (!data) return std::unexpected(data.error());
    LlamaModel& teacher = *setup.teacher.model;
    std::optional<TextSampler> sampler;
    if (job.integer("sample_every") > 0) {
        const at::Tensor text = windows->size(0) > 0 ? (*windows)[0] : data->batch(0, 1)[0];
        const std::int64_t length = std::min(kPromptTokens, text.size(0));
        sampler.emplace(text.narrow(0, 0, length), setup.tokenizer, teacher);
    }
    return TrainingTexts{std::move(*data), HeldOut(*windows, teacher), std::move(sampler)};
}

/// Steps of the whole training: as told, or as many as the epochs need.
std::int64_t stepsOf(const Job& job, const TrainingData& data)
{
    const double epochs = job.real("epochs");
    if (epochs <= 0) return job.integer("steps");
    const auto perStep = static_cast<double>(job.integer("batch_size") * job.integer("grad_accum"));
    return std::max<std::int64_t>(1,
                                  std::llround(epochs * static_cast<double>(data.sequenceCount()) / perStep));
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

} // namespace

Result<nlohmann::json> finetune(const Job& job, JobObserver& observer)
{
    useTensorArenas();
    auto setup = openFinetune(job, observer);
    if (!setup) return std::unexpected(setup.error());
    auto texts = openTexts(job, *setup, observer);
    if (!texts) return std::unexpected(texts.error());
    auto teacher = openTeacher(job, *setup, texts->data, observer);
    if (!teacher) return std::unexpected(teacher.error());

    TrainingLoop loop(job, *setup, **teacher, *texts, stepsOf(job, texts->data), observer);
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
    result->update(loop.result());
    return result;
}

} // namespace boolab
