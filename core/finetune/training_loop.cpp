// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/training_loop.h"

#include "core/engine/device.h"
#include "core/finetune/divergence_guard.h"
#include "core/finetune/training_report.h"
#include "core/jobs/training_checkpoint.h"

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
// A kept trial lets a few more bits flip next time, a failed one half as many: where trials are a coin's
// throw the cap falls.
constexpr double kTrialRise = 1.5, kTrialFall = 0.5;
constexpr double kLargestTrialFactor = 100;

} // namespace

TrainingLoop::TrainingLoop(const Job& job, FinetuneSetup& setup, TeacherSource& teacher,
                           const TrainingTexts& texts, std::int64_t steps, JobObserver& observer,
                           RankGroup* group)
    : m_job(job), m_setup(setup), m_teacher(teacher), m_texts(texts), m_observer(observer), m_steps(steps),
      m_checkpoints(job), m_best(bestFolder(job.text("output"))), m_leader(group)
{
    TrainingPosition& position = m_setup.position;
    if (job.on("resume")) m_checkpoints.takeOver(position);
    // A training that has ended early goes on where it is asked for more steps than before.
    if (position.stopEarly && steps > position.totalSteps) {
        position.stopEarly = false;
        position.evaluationsSinceBest = 0;
    }
    position.totalSteps = steps;
    makeTrainer();
    // Where the start is gone, a resumed run shows no drift.
    if (auto drift = BitDrift::open(job.text("student"))) m_drift.emplace(std::move(*drift));
}

void TrainingLoop::makeTrainer()
{
    TrainerConfig config = trainerConfig(m_job, m_leader.ranks());
    config.steps = m_steps;
    m_trainer.reset(); // lets go of the layers before the next one takes them
    m_trainer = std::make_unique<Trainer>(m_setup.student, m_teacher, config, m_leader.exchange());
    // The checkpoint after the loss of a rank is of a whole step.
    m_trainer->booleans().keepUndo(m_leader.ranks() > 1);
    m_leader.stateReplaced();
    for (const auto& [key, value] : m_setup.position.settings.items())
        applySetting(*m_trainer, key, value);
}

Status TrainingLoop::restore()
{
    return restoreTrainer(m_checkpoints.folder(), *m_trainer);
}

Status TrainingLoop::run()
{
    try {
        Status done = runSteps();
        m_leader.end();
        return done;
    } catch (const RankLost& lost) {
        return endAfterLoss(lost);
    }
}

Status TrainingLoop::endAfterLoss(const RankLost& lost)
{
    const std::string what = m_leader.explain(lost);
    const std::string place = fmt::format("after step {} of {}", m_setup.position.step, m_steps);
    m_observer.event(m_setup.position.step, "stop", what);
    if (auto saved = writeCheckpointNow(); !saved)
        return fail(ErrorCode::Internal,
                    fmt::format("{}. The training ended {}, and {}", what, place, saved.error().message),
                    saved.error().hint);
    return fail(ErrorCode::Internal,
                fmt::format("{}. The training ended {}; the checkpoint of that step is {}.", what, place,
                            m_checkpoints.folder().string()),
                "Continue with --resume.");
}

Status TrainingLoop::runSteps()
{
    reportLayers(m_setup.student, m_setup.position, m_observer);
    m_observer.phase("training", "steps");
    m_observer.progress(m_setup.position.step, m_steps);
    if (m_setup.position.step == 0) {
        if (m_job.integer("patience") > 0) m_best.clear();
        if (auto measured = evaluateHeldOut(); !measured) return measured;
    }
    while (m_setup.position.step < m_steps && !m_setup.position.stopEarly)
        if (auto done = step(); !done) return done;
    return {};
}

std::int64_t TrainingLoop::tokensPerStep() const
{
    return sequencesPerStep(m_job, m_leader.ranks()) * m_job.integer("seq_len");
}

bool TrainingLoop::every(const char* key) const
{
    const std::int64_t interval = m_job.integer(key);
    return interval > 0 && m_setup.position.step % interval == 0;
}

StepResult TrainingLoop::trainStep()
{
    const TrainingPosition& position = m_setup.position;
    m_leader.beforeStep(position, m_setup.student, *m_trainer);
    try {
        return m_trainer->step(position.step + 1, m_texts.data, position.capFactor * position.trialFactor,
                               position.rateFactor, position.boolRateFactor);
    } catch (const RankLost&) {
        m_trainer->undoStep();
        throw;
    }
}

Status TrainingLoop::step()
{
    TrainingPosition& position = m_setup.position;
    const auto start = std::chrono::steady_clock::now();
    const StepResult step = trainStep();
    const std::int64_t sent = m_leader.takeSentBytes();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (wentWrong(step)) return goBack(step);
    if (m_checkpoints.hasPrevious()) {
        m_checkpoints.confirm();
        keepBestStudents();
    }
    ++position.step;
    position.totalFlips += step.flips;
    position.lastFlips = step.flips;
    if (step.trial) learnFromTrial(*step.trial);
    position.lastLosses = StepLosses{step.loss, step.kl, step.hidden};
    m_seconds += seconds;
    ++m_stepsDone;
    m_exchangedBytes += sent;

    const bool last = position.step == m_steps;
    if (sent > 0 && (last || every("log_every")))
        m_observer.metric(position.step, "exchanged_bytes", static_cast<double>(sent));
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
    if (!trial.kept) m_leader.flipsTakenBack();
    position.trialFactor =
        std::min(kLargestTrialFactor, position.trialFactor * (trial.kept ? kTrialRise : kTrialFall));
}

Status TrainingLoop::saveIfDue(JobObserver::Command command)
{
    const TrainingPosition& position = m_setup.position;
    const bool asked = command != JobObserver::Command::Continue, end = position.step == m_steps;
    if (asked || end || position.stopEarly || every("save_every")) {
        if (auto equal = m_leader.compare(m_setup.student, position.step); !equal) return equal;
        if (auto saved = writeCheckpointNow(); !saved) {
            if (end || position.stopEarly || command == JobObserver::Command::Stop)
                return std::unexpected(withLastCheckpoint(saved.error()));
            // The disk may have room again by the next one; the steps until then need none.
            const std::string what = withLastCheckpoint(saved.error()).message;
            m_observer.event(position.step, "checkpoint", what);
            m_observer.log("warning", what + ". The training goes on and tries again at the next one.");
        }
    }
    if (command == JobObserver::Command::Stop && !end)
        return fail(ErrorCode::Stopped,
                    fmt::format("Stopped after step {} of {}; the checkpoint is {}.", position.step, m_steps,
                                m_checkpoints.folder().string()),
                    "Continue with --resume.");
    return {};
}

Error TrainingLoop::withLastCheckpoint(Error error) const
{
    error.message = fmt::format(
        "the checkpoint of step {} could not be written: {}. {}", m_setup.position.step, error.message,
        m_checkpoints.has() ? fmt::format("That of step {} is whole", m_checkpoints.step())
                            : "There is none before it");
    return error;
}

Status TrainingLoop::writeCheckpointNow()
{
    // A line of log is recorded with all that was told before it: a kill after the checkpoint loses no row of
    // a step that a resumed training will not repeat.
    m_observer.log("info", fmt::format("writing the checkpoint of step {}", m_setup.position.step));
    if (auto saved = m_checkpoints.write(m_setup.studentFiles, m_setup.student, *m_trainer, m_setup.position);
        !saved)
        return saved;
    keepBestStudents();
    m_observer.artifact("checkpoint", m_checkpoints.folder().string());
    return {};
}

bool TrainingLoop::wentWrong(const StepResult& step)
{
    return !std::isfinite(step.gradientNorm) || diverged(step.loss, m_job.real("guard"), m_setup.position);
}

Result<CheckpointHead> TrainingLoop::whereToGoBack()
{
    const bool isBroken = m_checkpoints.has() && m_checkpoints.step() == m_setup.position.step;
    const fs::path start = m_job.text("student");
    if (!m_checkpoints.has() || (isBroken && !m_checkpoints.hasPrevious())) {
        auto files = ModelFiles::open(start); // before anything is given up for it
        if (!files) return std::unexpected(files.error());
        // Those of a checkpoint that was resumed from are about to go.
        if (isBroken && !m_resumedFiles)
            m_resumedFiles = std::exchange(m_setup.studentFiles, std::move(*files));
    }
    if (isBroken)
        if (auto dropped = m_checkpoints.drop(); !dropped) return std::unexpected(dropped.error());
    if (m_checkpoints.has()) return readCheckpointHead(m_checkpoints.folder(), m_job);
    CheckpointHead head;
    head.position.scaleDType = m_setup.position.scaleDType;
    head.position.textFingerprint = m_setup.position.textFingerprint;
    head.studentFolder = start;
    return head;
}

Status TrainingLoop::goBack(const StepResult& step)
{
    const TrainingPosition before = m_setup.position;
    const std::int64_t at = before.step + 1;
    const std::string what =
        std::isfinite(step.gradientNorm)
            ? fmt::format("the loss became {:.4g} at step {}, usual was {:.4g}", step.loss, at,
                          before.usualLoss)
            : fmt::format("the norm of the gradient became {} at step {}", step.gradientNorm, at);
    if (before.step == 0)
        return fail(ErrorCode::Internal, fmt::format("The training cannot begin: {}.", what),
                    "Nothing had been changed by then. Look at the student with boolab-cli evaluate, at the "
                    "teacher and at the text.");
    const auto head = whereToGoBack();
    if (!head) return std::unexpected(head.error());
    if (before.rollbacks >= kMostRollbacks)
        return fail(
            ErrorCode::Internal,
            fmt::format("The training diverged: {}. {} ways back did not help.", what, kMostRollbacks),
            fmt::format("{}Lower {} and start again.",
                        m_checkpoints.has()
                            ? fmt::format("The checkpoint of step {} is kept. ", m_checkpoints.step())
                            : "",
                        brakingOptions(m_job)));
    TrainingPosition back = head->position;
    back.totalSteps = m_steps;
    back.settings = before.settings;
    back.rollbacks = before.rollbacks + 1;
    back.capFactor = before.capFactor;
    back.rateFactor = before.rateFactor;
    back.boolRateFactor = before.boolRateFactor;
    const bool flipped = before.totalFlips > back.totalFlips || before.lastFlips > 0;
    const std::string braked = brake(m_job, flipped, back);
    if (auto read = readStudent(head->studentFolder, m_setup.student); !read) return read;
    m_setup.position = back;
    makeTrainer();
    if (m_checkpoints.has()) {
        if (auto restored = restore(); !restored) return restored;
        // So that a killed training need not go astray again. Where it cannot be written it will, in the same
        // way.
        (void)m_checkpoints.write(m_setup.studentFiles, m_setup.student, *m_trainer, m_setup.position);
    }
    keepBestStudents();
    m_observer.event(back.step, "rollback",
                     fmt::format("{}: back to step {}, {} halved", what, back.step, braked));
    m_observer.progress(back.step, m_steps);
    return back.step == 0 ? evaluateHeldOut() : Status(); // the start may be the best student
}

void TrainingLoop::keepBestStudents() const
{
    if (m_job.integer("patience") == 0) return;
    auto positions = m_checkpoints.positions();
    positions.push_back(m_setup.position);
    m_best.keepOnly(positions);
}

Status TrainingLoop::evaluateHeldOut()
{
    if (m_texts.heldOut.empty()) return {};
    const HeldOutScore score = m_texts.heldOut.measure(*m_setup.student.model, *m_setup.teacher.model);
    m_setup.position.heldOutPerplexity = score.perplexity;
    m_setup.position.heldOutKl = score.kl;
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
        auto written = writeStudent(m_best.placeOf(position.step), m_setup.studentFiles, m_setup.student,
                                    m_trainer->norms(), position.scaleDType);
        if (written) keepBestStudents();
        return written;
    }
    if (++position.evaluationsSinceBest >= m_job.integer("patience")) {
        position.stopEarly = true;
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
    return m_best.at(position.bestStep);
}

void TrainingLoop::takeChanges()
{
    for (const SettingChange& change : m_observer.takeChanges()) {
        const OptionSpec* option = m_job.spec().find(change.key);
        if (option == nullptr || !option->live || !checkValue(*option, change.value)) continue;
        m_setup.position.settings[change.key] = change.value;
        applySetting(*m_trainer, change.key, change.value);
        m_observer.event(m_setup.position.step, "setting",
                         fmt::format("{} is now {}", change.key, change.value.dump()));
    }
}

nlohmann::json TrainingLoop::result() const
{
    const TrainingPosition& position = m_setup.position;
    const auto trained = static_cast<double>(m_trainer->booleans().trainedWeights());
    nlohmann::json result = {{"steps", position.step},
                             {"flips", position.totalFlips},
                             {"dtype", dtypeName(loadOptions(m_job, /*frozen=*/false).dtype)}};
    // A checkpoint of an older Boolab does not know it, and where no step was left nothing was measured.
    if (position.lastLosses) {
        result["loss"] = position.lastLosses->loss;
        result["loss_kl"] = position.lastLosses->kl;
        result["loss_hidden"] = position.lastLosses->hidden;
    }
    if (m_stepsDone > 0)
        result["tokens_per_second"] =
            static_cast<double>(m_stepsDone * tokensPerStep()) / std::max(m_seconds, 1e-9);
    // As in the metrics: a bit that flipped and came back differs no more.
    if (m_drift && trained > 0) {
        const BitShares shares = bitShares(*m_drift, m_setup.student, *m_trainer, position);
        result["flipped_share"] = shares.flipped;
        result["flipped_back_share"] = shares.flippedBack;
        result["ever_flipped_share"] = shares.everFlipped;
    }
    if (position.heldOutPerplexity) result["held_out_perplexity"] = *position.heldOutPerplexity;
    if (position.heldOutKl) result["held_out_kl"] = *position.heldOutKl;
    if (position.trials > 0) {
        result["trials"] = position.trials;
        result["trials_kept"] = position.trialsKept;
    }
    if (m_leader.ranks() > 1) {
        result["ranks"] = m_leader.ranks();
        result["exchanged_bytes"] = m_exchangedBytes / std::max<std::int64_t>(m_stepsDone, 1);
    }
    if (position.rollbacks > 0) result["rollbacks"] = position.rollbacks;
    if (bestStudent()) result["best_step"] = position.bestStep;
    return result;
}

} // namespace boolab
