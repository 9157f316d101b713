// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/finetune_setup.h"

#include "core/engine/device.h"
#include "core/engine/job_values.h"
#include "core/engine/text_tokens.h"
#include "core/finetune/self_data.h"
#include "core/formats/boolean_model_writer.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

Status checkPair(const ModelFiles& student, const ModelFiles& teacher)
{
    if (student.kind() != ModelKind::Boolean)
        return fail(ErrorCode::BadInput, fmt::format("{}: is not a Boolean model", student.path().string()),
                    "Convert it first: boolab-cli convert MODEL -o DIR --kernels 3");
    const ModelConfig &a = student.config(), &b = teacher.config();
    if (a.vocabSize != b.vocabSize || a.hiddenSize != b.hiddenSize || a.numLayers != b.numLayers)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: vocabulary {}, width {}, {} layers; the teacher {} has {}, {}, {}",
                                student.path().string(), a.vocabSize, a.hiddenSize, a.numLayers,
                                teacher.path().string(), b.vocabSize, b.hiddenSize, b.numLayers),
                    "The teacher must be the model that the student was converted from.");
    return {};
}

DType scaleDTypeOf(const ModelFiles& files, const LoadedModel& student)
{
    const TensorInfo* scale = files.find(student.booleanLayers.front()->name() + ".scale_out");
    return scale ? scale->dtype : DType::F16;
}

} // namespace

Result<FinetuneSetup> openFinetune(const Job& job, JobObserver& observer)
{
    if (auto free = checkModelOutput(job.text("output")); !free) return std::unexpected(free.error());
    observer.phase("loading the models", "models");
    std::filesystem::path studentPath = job.text("student");
    CheckpointHead head;
    if (job.on("resume")) {
        auto read = readCheckpointHead(checkpointFolder(job.text("output")), job);
        if (!read) return std::unexpected(read.error());
        head = *read;
        studentPath = head.studentFolder;
    }
    auto studentFiles = ModelFiles::open(studentPath);
    if (!studentFiles) return std::unexpected(studentFiles.error());
    auto teacherFiles = ModelFiles::open(job.text("teacher"));
    if (!teacherFiles) return std::unexpected(teacherFiles.error());
    if (auto fits = checkPair(*studentFiles, *teacherFiles); !fits) return std::unexpected(fits.error());
    auto tokenizer = Tokenizer::open(*teacherFiles);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    auto teacher = loadModel(*teacherFiles, loadOptions(job, /*frozen=*/true));
    if (!teacher) return std::unexpected(teacher.error());
    auto student = loadModel(*studentFiles, loadOptions(job, /*frozen=*/false));
    if (!student) return std::unexpected(student.error());
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
    return readTextTokens(job.text("data"), setup.tokenizer);
}

} // namespace boolab
