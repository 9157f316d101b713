// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/finetune_setup.h"

#include "core/engine/device.h"
#include "core/engine/job_values.h"
#include "core/engine/text_tokens.h"
#include "core/engine/token_sequences.h"
#include "core/finetune/finetune_checks.h"
#include "core/finetune/self_data.h"
#include "core/formats/boolean_model_writer.h"
#include "core/jobs/training_checkpoint.h"

namespace boolab
{

namespace
{

DType scaleDTypeOf(const ModelFiles& files, const LoadedModel& student)
{
    const TensorInfo* scale = files.find(student.booleanLayers.front()->name() + ".scale_out");
    return scale ? scale->dtype : DType::F16;
}

Result<CheckpointHead> readLatestCheckpoint(const Job& job, bool follows)
{
    const std::filesystem::path output = job.text("output");
    if (!follows)
        if (auto recovered = recoverCheckpoint(output); !recovered) return std::unexpected(recovered.error());
    const auto latest = latestCheckpoint(output);
    if (!latest) return std::unexpected(noCheckpoint(output));
    return readCheckpointHead(*latest, job);
}

} // namespace

Result<FinetuneSetup> openFinetune(const Job& job, JobObserver& observer, bool follows)
{
    if (!follows)
        if (auto free = checkModelOutput(job.text("output")); !free) return std::unexpected(free.error());
    if (auto bounded = checkRates(job); !bounded) return std::unexpected(bounded.error());
    observer.phase("loading the models", "models");
    std::filesystem::path studentPath = job.text("student");
    CheckpointHead head;
    if (job.on("resume")) {
        auto read = readLatestCheckpoint(job, follows);
        if (!read && !follows) return std::unexpected(read.error());
        if (read) head = *read;
        if (read) studentPath = head.studentFolder;
    }
    auto studentFiles = ModelFiles::open(studentPath);
    if (!studentFiles) return std::unexpected(studentFiles.error());
    auto teacherFiles = ModelFiles::open(job.text("teacher"));
    if (!teacherFiles) return std::unexpected(teacherFiles.error());
    if (auto fit = checkModels(*studentFiles, *teacherFiles, job.integer("seq_len")); !fit)
        return std::unexpected(fit.error());
    auto tokenizer = Tokenizer::open(*teacherFiles);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    if (auto same = checkTokenizers(*studentFiles, *teacherFiles, *tokenizer); !same)
        return std::unexpected(same.error());
    auto teacher = loadModel(*teacherFiles, loadOptions(job, /*frozen=*/true));
    if (!teacher) return std::unexpected(teacher.error());
    auto student = loadModel(*studentFiles, loadOptions(job, /*frozen=*/false));
    if (!student) return std::unexpected(student.error());
    if (auto related = checkEmbeddings(*studentFiles, *teacherFiles, *student->model, *teacher->model);
        !related)
        return std::unexpected(related.error());
    student->model->setActivationCheckpointing(job.on("activation_checkpointing"));
    if (!job.on("resume")) head.position.scaleDType = scaleDTypeOf(*studentFiles, *student);
    return FinetuneSetup{std::move(*studentFiles), std::move(*teacherFiles), std::move(*tokenizer),
                         std::move(*student),      std::move(*teacher),      head.position};
}

Result<std::vector<std::int32_t>> openTrainingTokens(const Job& job, FinetuneSetup& setup,
                                                     JobObserver& observer)
{
    if (job.text("data") == "self")
        return selfData(setup.teacherFiles, *setup.teacher.model, setup.tokenizer,
                        {.tokens = job.integer("self_tokens"),
                         .sequenceLength = job.integer("seq_len"),
                         .batch = job.integer("self_batch"),
                         .temperature = job.real("self_temperature"),
                         .seed = static_cast<std::uint64_t>(job.integer("seed"))},
                        observer);
    observer.phase("reading the data", "tokens");
    auto ids = readTextTokens(job.text("data"), setup.tokenizer);
    if (ids && !ids->empty())
        if (auto fit = checkVocabulary(setup.teacherFiles, *ids); !fit) return std::unexpected(fit.error());
    return ids;
}

} // namespace boolab
