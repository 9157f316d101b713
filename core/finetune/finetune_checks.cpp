// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/finetune_checks.h"

#include "core/boolean/latent_rule.h"
#include "core/finetune/held_out.h"
#include "core/finetune/trainer.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

// Embeddings kept in 8 bits are about 0.005 off. Those of a model trained on its own point elsewhere: however
// long they are, they lie at least 1 apart (1.4 where they are as long). Half of that is another model; what
// lies below may be one that was trained further.
constexpr double kOtherModel = 0.5, kOddDistance = 0.2;
constexpr std::int64_t kRowsCompared = 64;

// Words, digits, spaces, accents and signs: tokenizers of different models part somewhere in it.
constexpr std::string_view kProbe = "The naïve café owner paid 12,345.67 € (in 2024) -- didn't she?\n\tfor i "
                                    "in range(10): x += i**2  # 数学 🙂";

std::string shapeOf(const ModelConfig& config)
{
    return fmt::format("vocabulary {}, width {}, {} layers", config.vocabSize, config.hiddenSize,
                       config.numLayers);
}

/// Relative to the teacher's; over rows from everywhere in the vocabulary, as its first are often of tokens
/// that no text has.
double embeddingDistance(const LlamaModel& student, const LlamaModel& teacher)
{
    const std::int64_t V = teacher.weights().embedding.size(0),
                       every = std::max<std::int64_t>(1, V / kRowsCompared);
    const at::Tensor expected = teacher.weights().embedding.slice(0, 0, V, every).to(at::kFloat);
    const at::Tensor actual = student.weights().embedding.slice(0, 0, V, every).to(at::kFloat);
    const double norm = expected.norm().item<double>();
    return norm > 0 ? (actual - expected).norm().item<double>() / norm : 0.0;
}

} // namespace

Status checkModels(const ModelFiles& student, const ModelFiles& teacher, std::int64_t sequenceLength)
{
    if (student.kind() != ModelKind::Boolean)
        return fail(ErrorCode::BadInput, fmt::format("{}: is not a Boolean model", student.path().string()),
                    "Convert it first: boolab-cli convert MODEL -o DIR --kernels 3");
    if (teacher.kind() == ModelKind::Boolean)
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: is a Boolean model, a teacher in full precision was expected",
                                teacher.path().string()),
                    "Name the model that the student was converted from with --teacher.");
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

Status checkRates(const Job& job)
{
    const double rate = job.real("bool_lr");
    if (job.text("bool_rule") != "latent" || job.text("train") == "scales" || rate < LatentRule::kStart)
        return {};
    return fail(
        ErrorCode::Usage,
        fmt::format("--bool-lr {} with --bool-rule latent: one step of Adam moves every latent weight by "
                    "about the rate, and they start {} away from 0, so all bits whose gradient is "
                    "against them would flip at once",
                    rate, LatentRule::kStart),
        fmt::format("Choose --bool-lr below {}; with 1e-3 a bit flips after about 20 steps that agree.",
                    LatentRule::kStart));
}

Status checkEmbeddings(const ModelFiles& student, const ModelFiles& teacher, const LlamaModel& ofStudent,
                       const LlamaModel& ofTeacher)
{
    const double distance = embeddingDistance(ofStudent, ofTeacher);
    if (distance <= kOtherModel) return {};
    return fail(
        ErrorCode::BadInput,
        fmt::format("{}: its embeddings differ from those of the teacher {} by {:.0f} %, so it was not "
                    "converted from this teacher",
                    student.path().string(), teacher.path().string(), 100 * distance),
        "Name the model that the student was converted from with --teacher.");
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
    if (const double distance = embeddingDistance(*student.model, teacher); distance > kOddDistance)
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

void warnOfNothingHeldOut(const Job& job, std::int64_t heldOutTokens, std::int64_t sequences,
                          JobObserver& observer)
{
    if (job.integer("eval_every") == 0 || heldOutTokens > 0) return;
    observer.log("warning",
                 fmt::format("Nothing is held out: one sequence of every {} would be, and the text has {}. "
                             "Perplexity is not measured{}. Name a text with --held-out, use more text or a "
                             "smaller --seq-len.",
                             kSequencesPerHeldOut, sequences,
                             job.integer("patience") > 0 ? ", and --patience stops nothing" : ""));
}

} // namespace boolab
