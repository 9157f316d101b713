// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/finetune.h"

#include "core/base/system_info.h"
#include "core/engine/device.h"
#include "core/engine/job_values.h"
#include "core/engine/text_tokens.h"
#include "core/finetune/checkpoint.h"
#include "core/finetune/self_data.h"
#include "core/formats/boolean_model_writer.h"

#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

TrainedKernels trainedFromName(const std::string& name)
{
    if (name == "first") return TrainedKernels::First;
    if (name == "all") return TrainedKernels::All;
    return name == "scales" ? TrainedKernels::None : TrainedKernels::Last;
}

TrainerConfig trainerConfig(const Job& job)
{
    TrainerConfig config;
    config.steps = job.integer("steps");
    config.batchSize = job.integer("batch_size");
    config.gradientAccumulation = job.integer("grad_accum");
    config.learningRate = job.real("learning_rate");
    config.weightDecay = job.real("weight_decay");
    config.maxGradientNorm = job.real("max_grad_norm");
    config.warmupSteps = job.integer("warmup");
    config.hiddenEvery = job.integer("hidden_every");
    config.distillation.temperature = job.real("temperature");
    config.distillation.hiddenWeight = job.real("hidden_weight");
    config.distillation.sumOverTokens = job.text("kd_reduction") == "batchmean";
    config.boolean.trained = trainedFromName(job.text("train"));
    config.boolean.beta = job.real("bool_beta");
    config.boolean.threshold = job.real("bool_threshold");
    config.boolean.cap = job.real("bool_cap");
    config.boolean.waitSteps = job.integer("bool_wait");
    config.boolean.seed = static_cast<std::uint64_t>(job.integer("seed"));
    return config;
}

/// The files and models of one finetune, opened and checked against each other.
struct Setup {
    ModelFiles studentFiles, teacherFiles;
    Tokenizer tokenizer;
    LoadedModel student, teacher;
    TrainingPosition position; ///< the last step done
};

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

Result<Setup> open(const Job& job, JobObserver& observer)
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
    if (!job.on("resume")) head.position.scaleDType = scaleDTypeOf(*studentFiles, *student);
    return Setup{std::move(*studentFiles), std::move(*teacherFiles), std::move(*tokenizer),
                 std::move(*student),      std::move(*teacher),      head.position};
}

Result<TrainingData> openData(const Job& job, Setup& setup, JobObserver& observer)
{
    const std::string origin = job.text("data");
    const auto seed = static_cast<std::uint64_t>(job.integer("seed"));
    Result<std::vector<std::int32_t>> ids;
    if (origin == "self") {
        ids = selfData(setup.teacherFiles, *setup.teacher.model, setup.tokenizer,
                       {.tokens = job.integer("self_tokens"),
                        .sequenceLength = job.integer("seq_len"),
                        .batch = job.integer("self_batch"),
                        .temperature = job.real("self_temperature"),
                        .seed = seed},
                       observer);
    } else {
        observer.phase("reading the data", "tokens");
        ids = readTextTokens(origin, setup.tokenizer);
    }
    if (!ids) return std::unexpected(ids.error());
    return TrainingData::make(std::move(*ids), job.integer("seq_len"), seed, origin);
}

/// Writes what a step did to the observer.
void report(std::int64_t t, const StepResult& step, const Trainer& trainer, std::int64_t totalFlips,
            std::int64_t trained, double tokensPerSecond, JobObserver& observer)
{
    observer.metric(t, "loss", step.loss);
    observer.metric(t, "loss_kl", step.kl);
    observer.metric(t, "loss_hidden", step.hidden);
    observer.metric(t, "learning_rate", step.learningRate);
    observer.metric(t, "grad_norm", step.gradientNorm);
    observer.metric(t, "tokens_per_second", tokensPerSecond);
    observer.metric(t, "memory_bytes", static_cast<double>(residentMemoryBytes()));
    if (trained == 0) return;
    observer.metric(t, "flips", static_cast<double>(step.flips));
    observer.metric(t, "flips_total", static_cast<double>(totalFlips));
    observer.metric(t, "flip_rate", static_cast<double>(step.flips) / static_cast<double>(trained));
    observer.layerStats(t, "flips", {trainer.lastFlips().begin(), trainer.lastFlips().end()});
}

} // namespace

Result<nlohmann::json> finetune(const Job& job, JobObserver& observer)
{
    auto setup = open(job, observer);
    if (!setup) return std::unexpected(setup.error());
    auto data = openData(job, *setup, observer);
    if (!data) return std::unexpected(data.error());

    TrainingPosition& position = setup->position;
    const TrainerConfig config = trainerConfig(job);
    Trainer trainer(setup->student, *setup->teacher.model, config);
    const std::filesystem::path output = job.text("output"), checkpoint = checkpointFolder(output);
    if (job.on("resume"))
        if (auto restored = restoreTrainer(checkpoint, trainer); !restored)
            return std::unexpected(restored.error());

    std::vector<std::string> names;
    std::vector<float> counts;
    for (const auto& layer : setup->student.booleanLayers) {
        names.push_back(layer->name());
        counts.push_back(static_cast<float>(layer->kernelCount()));
    }
    observer.layers(names);
    observer.layerStats(position.step, "kernel_count", counts);
    const std::int64_t trained = trainer.booleans().trainedWeights();
    observer.log(
        "info",
        fmt::format("{} sequences of {} tokens; {} Booleans trained ({} MiB of optimizer state), {} layers",
                    data->sequenceCount(), job.integer("seq_len"), trained,
                    trainer.booleans().stateBytes() / (1024 * 1024), names.size()));

    observer.phase("training", "steps");
    observer.progress(position.step, config.steps);
    const std::int64_t saveEvery = job.integer("save_every"), logEvery = job.integer("log_every");
    StepResult step;
    double trainingSeconds = 0;
    std::int64_t done = 0;
    for (std::int64_t t = position.step + 1; t <= config.steps; ++t) {
        const auto start = std::chrono::steady_clock::now();
        step = trainer.step(t, *data);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (!std::isfinite(step.loss))
            return fail(ErrorCode::Internal,
                        fmt::format("The loss became {} at step {}: the training diverged.", step.loss, t),
                        "The last checkpoint is kept. Lower --lr or --bool-cap and start again.");
        trainingSeconds += seconds;
        ++done;
        position.totalFlips += step.flips;
        position.step = t;
        const auto stepTokens =
            static_cast<double>(config.batchSize * config.gradientAccumulation * job.integer("seq_len"));
        if (t % logEvery == 0 || t == config.steps)
            report(t, step, trainer, position.totalFlips, trained, stepTokens / seconds, observer);
        observer.progress(t, config.steps);

        const JobObserver::Command command = observer.command();
        const bool due = command != JobObserver::Command::Continue || (saveEvery > 0 && t % saveEvery == 0) ||
                         t == config.steps;
        if (due) {
            if (auto saved =
                    writeCheckpoint(checkpoint, setup->studentFiles, setup->student, trainer, position, job);
                !saved)
                return std::unexpected(saved.error());
            observer.artifact("checkpoint", checkpoint.string());
            observer.log("info", fmt::format("checkpoint of step {} written", t));
        }
        if (command == JobObserver::Command::Stop && t < config.steps)
            return fail(ErrorCode::Stopped,
                        fmt::format("Stopped after step {} of {}; the checkpoint is {}.", t, config.steps,
                                    checkpoint.string()),
                        "Continue with --resume.");
    }

    observer.phase("writing the model", "models");
    if (auto written = writeStudent(output, setup->studentFiles, setup->student, position.scaleDType);
        !written)
        return std::unexpected(written.error());
    observer.artifact("boolean model", output.string());
    auto result = describeBooleanModel(output.string());
    if (!result) return std::unexpected(result.error());
    (*result)["steps"] = config.steps;
    (*result)["loss"] = step.loss;
    (*result)["loss_kl"] = step.kl;
    (*result)["loss_hidden"] = step.hidden;
    (*result)["flips"] = position.totalFlips;
    (*result)["flipped_share"] =
        trained > 0 ? static_cast<double>(position.totalFlips) / static_cast<double>(trained) : 0.0;
    (*result)["tokens_per_second"] =
        static_cast<double>(done * config.batchSize * config.gradientAccumulation * job.integer("seq_len")) /
        std::max(trainingSeconds, 1e-9);
    return result;
}

} // namespace boolab
