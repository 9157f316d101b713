// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/finetune_checks.h"

#include "core/finetune/trainer.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

// Embeddings kept in 8 bits are about 0.005 off, those of another model about 1.
constexpr double kOtherModel = 0.2;
constexpr std::int64_t kRowsCompared = 64;

// Words, digits, spaces, accents and signs: tokenizers of different models part somewhere in it.
constexpr std::string_view kProbe = "The naïve café owner paid 12,345.67 € (in 2024) -- didn't she?\n\tfor i "
                                    "in range(10): x += i**2  # 数学 🙂";

std::string shapeOf(const ModelConfig& config)
{
    return fmt::format("vocabulary {}, width {}, {} layers", config.vocabSize, config.hiddenSize,
                       config.numLayers);
}

/// Relative to the teacher's; over the first rows of the embeddings.
double embeddingDistance(const LlamaModel& student, const LlamaModel& teacher)
{
    const at::Tensor& theirs = teacher.weights().embedding;
    const std::int64_t rows = std::min(kRowsCompared, theirs.size(0));
    const at::Tensor expected = theirs.narrow(0, 0, rows).to(at::kFloat);
    const at::Tensor actual = student.weights().embedding.narrow(0, 0, rows).to(at::kFloat);
    const double norm = expected.norm().item<double>();
    return norm > 0 ? (actual - expected).norm().item<double>() / norm : 0.0;
}

} // namespace

Status checkModels(const ModelFiles& student, const ModelFiles& teacher, std::int64_t sequenceLength)
{
    if (student.kind() != ModelKind::Boolean)
        return fail(ErrorCode::BadInput, fmt::format("{}: is not a Boolean model", student.path().string()),
                    "Convert it first: boolab-cli convert MODEL -o DIR --kernels 3");
    const ModelConfig &a = student.config(), &b = teacher.config();
    if (a.vocabSize != b.vocabSize || a.hiddenSize != b.hiddenSize || a.numLayers != b.numLayers)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: {}; the teacher {} has {}", student.path().string(), shapeOf(a),
                                teacher.path().string(), shapeOf(b)),
                    "The teacher must be the model that the student was converted from.");
    for (const ModelFiles* files : {&student, &teacher}) {
        const std::int64_t context = files->config().maxPositions;
        if (context > 0 && sequenceLength > context)
            return fail(ErrorCode::Usage,
                        fmt::format("{}: its context is {} tokens, --seq-len asks for {}",
                                    files->path().string(), context, sequenceLength),
                        fmt::format("Choose --seq-len {} or less.", context));
    }
    return {};
}

Status checkTokenizers(const ModelFiles& student, const ModelFiles& teacher, const Tokenizer& ofTeacher)
{
    auto own = Tokenizer::open(student);
    if (!own)
        return {}; // converted from a model without one, or its files were taken away: the teacher's is used
    const auto ids = own->encode(kProbe), expected = ofTeacher.encode(kProbe);
    if (ids == expected) return {};
    return fail(
        ErrorCode::BadInput,
        fmt::format("{}: its tokenizer cuts a sample text into {} tokens, that of the teacher {} into {} "
                    "others",
                    student.path().string(), ids.size(), teacher.path().string(), expected.size()),
        "Student and teacher must read the same tokens: take the model that the student was converted "
        "from as the teacher.");
}

Status checkText(const Job& job, const TrainingData& data, std::uint64_t fingerprintOfCheckpoint)
{
    if (fingerprintOfCheckpoint == 0 || fingerprintOfCheckpoint == data.fingerprint()) return {};
    return fail(ErrorCode::BadInput,
                fmt::format("{}: is not the text that the checkpoint was trained on", job.text("data")),
                "Put the old text back, or start a new run with another output folder.");
}

void warnOfOddInputs(const Job& job, const LoadedModel& student, const LlamaModel& teacher,
                     const TrainingData& data, std::int64_t steps, std::int64_t ranks, JobObserver& observer)
{
    if (const double distance = embeddingDistance(*student.model, teacher); distance > kOtherModel)
        observer.log("warning",
                     fmt::format("The student's embeddings differ from the teacher's by {:.0f} %: it was "
                                 "hardly converted from this teacher.",
                                 100 * distance));
    const std::int64_t perStep = sequencesPerStep(job, ranks);
    if (perStep > data.sequenceCount())
        observer.log("warning",
                     fmt::format("A step takes {} sequences, the text has {}: every step sees some of them "
                                 "more than once. Use more text or smaller batches.",
                                 perStep, data.sequenceCount()));
    if (job.text("train") != "scales" && job.integer("bool_wait") >= steps)
        observer.log("warning",
                     fmt::format("No bit will flip: flips begin after {} steps, the training has {}. Lower "
                                 "--bool-wait.",
                                 job.integer("bool_wait"), steps));
}

} // namespace boolab
