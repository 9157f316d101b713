// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/training_loop.h"

#include "core/finetune/divergence_guard.h"
#include "core/finetune/training_report.h"

#include <chrono>
#include <cmath>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::int64_t kMostRollbacks = 5;
constexpr std::int64_t kDriftEvery = 10; ///< reading the start's bits again is not free
constexpr double kGuardBrake = 0.5;
// A kept trial lets a few more bits flip next time, a failed one half as many: where trials are a coin's
// throw the cap falls.
constexpr double kTrialRise = 1.5, kTrialFall = 0.5;
constexpr double kLargestTrialFactor = 100;

} // namespace

TrainingLoop::TrainingLoop(const Job& job, FinetuneSetup& setup, TeacherSource& teacher,
                           const TrainingTexts& texts, std::int64_t steps, JobObserver& observer)
    : m_job(job), m_setup(setup), m_teacher(teacher), m_texts(texts), m_observer(observer), m_steps(steps),
      m_checkpoint(checkpointFolder(job.text("output"))), m_best(bestFolder(job.text("output"))),
      m_saved(job.on("resume"))
{
    makeTrainer();
    // Where the start is gone, a resumed run shows no drift.
    if (auto drift = BitDrift::open(job.text("student"))) m_drift.emplace(std::move(*drift));
}

void TrainingLoop::makeTrainer()
{
    TrainerConfig config = trainerConfig(m_job);
    config.steps = m_steps;
    m_trainer.reset(); // lets go of the layers before the next one takes them
    m_trainer = std::make_unique<Trainer>(m_setup.student, m_teacher, config);
    for (const auto& [key, value] : m_setup.position.settings.items())
        applySetting(key, value);
}

Status TrainingLoop::restore()
{
    return restoreTrainer(m_checkpoint, *m_trainer);
}

Status TrainingLoop::run()
{
    reportLayers(m_setup.student, m_setup.position, m_observer);
    m_observer.phase("training", "steps");
    m_observer.progress(m_setup.position.step, m_steps);
    if (m_setup.position.step == 0)
        if (auto measured = evaluateHeldOut(); !measured) return measured;
    while (m_setup.position.step < m_steps && !m_stopEarly)
        if (auto done = step(); !done) return done;
    return {};
}

std::int64_t TrainingLoop::tokensPerStep() const
{
    return m_job.integer("batch_size") * m_job.integer("grad_accum") * m_job.integer("seq_len");
}

bool TrainingLoop::every(const char* key) const
{
    const std::int64_t interval = m_job.integer(key);
    return interval > 0 && m_setup.position.step % interval == 0;
}

Status TrainingLoop::step()
{
    TrainingPosition& position = m_setup.position;
    const auto start = std::chrono::steady_clock::now();
    const StepResult step = m_trainer->step(position.step + 1, m_texts.data,
                                            position.capFactor * position.trialFactor, position.rateFactor);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (diverged(step.loss, m_job.real("guard"), position)) return goBack(step);
    ++position.step;
    position.totalFlips += step.flips;
    if (step.trial) learnFromTrial(*step.trial);
    m_lastStep = step;
    m_seconds += seconds;
    ++m_stepsDone;

    const bool last = position.step == m_steps;
    if (last || every("log_every"))
        reportStep(step, *m_trainer, position, static_cast<double>(tokensPerStep()) / seconds, m_observer);
    if (m_drift && (last || position.step % kDriftEvery == 0))
        reportDrift(*m_drift, m_setup.student, *m_trainer, position, m_observer);
    m_observer.progress(position.step, m_steps);
    if (last || every("eval_every"))
        if (auto measured = evaluateHeldOut(); !measured) return measured;
    if (m_texts.sampler && (last || every("sample_every")))
        m_observer.sample(position.step, m_texts.sampler->sample(*m_setup.student.model));
    const JobObserver::Command command = m_observer.command();
    takeChanges();
    return saveIfDue(command);
}

void TrainingLoop::learnFromTrial(const FlipTrial& trial)
{
    TrainingPosition& position = m_setup.position;
    ++position.trials;
    position.trialsKept += trial.kept ? 1 : 0;
    position.trialFactor =
        std::min(kLargestTrialFactor, position.trialFactor * (trial.kept ? kTrialRise : kTrialFall));
}

Status TrainingLoop::saveIfDue(JobObserver::Command command)
{
    const TrainingPosition& position = m_setup.position;
    const bool asked = command != JobObserver::Command::Continue, end = position.step == m_steps;
    if (asked || end || m_stopEarly || every("save_every")) {
        if (auto saved = writeCheckpoint(m_checkpoint, m_setup.studentFiles, m_setup.student, *m_trainer,
                                         position, m_job);
            !saved)
            return saved;
        m_saved = true;
        m_observer.artifact("checkpoint", m_checkpoint.string());
        m_observer.log("info", fmt::format("checkpoint of step {} written", position.step));
    }
    if (command == JobObserver::Command::Stop && !end)
        return fail(ErrorCode::Stopped,
                    fmt::format("Stopped after step {} of {}; the checkpoint is {}.", position.step, m_steps,
                                m_checkpoint.string()),
                    "Continue with --resume.");
    return {};
}

Status TrainingLoop::goBack(const StepResult& step)
{
    const std::int64_t at = m_setup.position.step + 1;
    const std::int64_t rollbacks = m_setup.position.rollbacks + 1;
    const std::string what = fmt::format("the loss became {:.4g} at step {}, usual was {:.4g}", step.loss, at,
                                         m_setup.position.usualLoss);
    if (rollbacks > kMostRollbacks)
        return fail(
            ErrorCode::Internal,
            fmt::format("The training diverged: {}. {} ways back did not help.", what, kMostRollbacks),
            "The last checkpoint is kept. Lower --lr or --bool-cap and start again.");
    TrainingPosition back;
    back.scaleDType = m_setup.position.scaleDType;
    fs::path student = m_job.text("student");
    if (m_saved) {
        auto head = readCheckpointHead(m_checkpoint, m_job);
        if (!head) return std::unexpected(head.error());
        back = head->position;
        student = head->studentFolder;
    }
    const bool flipped = m_setup.position.totalFlips > back.totalFlips || m_lastStep.flips > 0;
    back.settings = m_setup.position.settings;
    back.rollbacks = rollbacks;
    back.capFactor = m_setup.position.capFactor * kGuardBrake;
    back.rateFactor = m_setup.position.rateFactor * (flipped ? 1.0 : kGuardBrake);
    if (auto read = readStudent(student, m_setup.student); !read) return read;
    m_setup.position = back;
    makeTrainer();
    if (m_saved)
        if (auto restored = restore(); !restored) return restored;
    m_observer.event(back.step, "rollback",
                     fmt::format("{}: back to step {}, {} halved", what, back.step,
                                 flipped ? "flip cap" : "flip cap and learning rate"));
    m_observer.progress(back.step, m_steps);
    return {};
}

Status TrainingLoop::evaluateHeldOut()
{
    if (m_texts.heldOut.empty()) return {};
    const HeldOutScore score = m_texts.heldOut.measure(*m_setup.student.model, *m_setup.teacher.model);
    m_lastScore = score;
    m_observer.metric(m_setup.position.step, "held_out_perplexity", score.perplexity);
    m_observer.metric(m_setup.position.step, "held_out_kl", score.kl);
    return m_job.integer("patience") > 0 ? keepIfBest(score.kl) : Status();
}

Status TrainingLoop::keepIfBest(double kl)
{
    TrainingPosition& position = m_setup.position;
    if (position.bestHeldOut == 0 || kl < position.bestHeldOut) {
        position.bestHeldOut = kl;
        position.bestStep = position.step;
        position.evaluationsSinceBest = 0;
        return writeStudent(m_best, m_setup.studentFiles, m_setup.student, m_trainer->norms(),
                            position.scaleDType);
    }
    if (++position.evaluationsSinceBest >= m_job.integer("patience")) {
        m_stopEarly = true;
        m_observer.event(position.step, "stop",
                         fmt::format("held-out KL has not fallen below {:.4f} of step {} for {} evaluations",
                                     position.bestHeldOut, position.bestStep, position.evaluationsSinceBest));
    }
    return {};
}

std::optional<fs::path> TrainingLoop::bestStudent() const
{
    const TrainingPosition& position = m_setup.position;
    if (position.bestHeldOut == 0 || position.bestStep == position.step) return std::nullopt;
    return m_best;
}

void TrainingLoop::takeChanges()
{
    for (const SettingChange& change : m_observer.takeChanges()) {
        const OptionSpec* option = m_job.spec().find(change.key);
        if (option == nullptr || !option->live || !checkValue(*option, change.value)) continue;
        m_setup.position.settings[change.key] = change.value;
        applySetting(change.key, change.value);
        m_observer.event(m_setup.position.step, "setting",
                         fmt::format("{} is now {}", change.key, change.value.dump()));
    }
}

void TrainingLoop::applySetting(const std::string& key, const nlohmann::json& value)
{
    const double number = value.is_number() ? value.get<double>() : 0.0;
    if (key == "learning_rate") m_trainer->config().learningRate = number;
    if (key == "bool_threshold") m_trainer->booleans().config().threshold = number;
    if (key == "bool_cap") m_trainer->booleans().config().cap = number;
}

nlohmann::json TrainingLoop::result() const
{
    const TrainingPosition& position = m_setup.position;
    const auto trained = static_cast<double>(m_trainer->booleans().trainedWeights());
    nlohmann::json result = {
        {"steps", position.step},
        {"loss", m_lastStep.loss},
        {"loss_kl", m_lastStep.kl},
        {"loss_hidden", m_lastStep.hidden},
        {"flips", position.totalFlips},
        {"flipped_share", trained > 0 ? static_cast<double>(position.totalFlips) / trained : 0.0},
        {"tokens_per_second",
         static_cast<double>(m_stepsDone * tokensPerStep()) / std::max(m_seconds, 1e-9)}};
    if (m_lastScore) {
        result["held_out_perplexity"] = m_lastScore->perplexity;
        result["held_out_kl"] = m_lastScore->kl;
    }
    if (position.trials > 0) {
        result["trials"] = position.trials;
        result["trials_kept"] = position.trialsKept;
    }
    if (position.rollbacks > 0) result["rollbacks"] = position.rollbacks;
    if (bestStudent()) result["best_step"] = position.bestStep;
    return result;
}

} // namespace boolab
