// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/training_position.h"

namespace boolab
{

namespace
{

DType scaleDTypeFromName(const std::string& name)
{
    for (const DType dtype : {DType::F32, DType::BF16})
        if (name == nameOf(dtype)) return dtype;
    return DType::F16;
}

} // namespace

nlohmann::json TrainingPosition::toJson() const
{
    nlohmann::json json = {{"step", step},
                           {"total_flips", totalFlips},
                           {"last_flips", lastFlips},
                           {"total_steps", totalSteps},
                           {"text_fingerprint", textFingerprint},
                           {"scale_dtype", std::string(nameOf(scaleDType))},
                           {"settings", settings},
                           {"cap_factor", capFactor},
                           {"rate_factor", rateFactor},
                           {"bool_rate_factor", boolRateFactor},
                           {"rollbacks", rollbacks},
                           {"trial_factor", trialFactor},
                           {"trials", trials},
                           {"trials_kept", trialsKept},
                           {"usual_loss", usualLoss},
                           {"losses_seen", lossesSeen},
                           {"best_held_out", bestHeldOut},
                           {"best_step", bestStep},
                           {"evaluations_since_best", evaluationsSinceBest},
                           {"stop_early", stopEarly}};
    if (lastLosses) {
        json["last_loss"] = lastLosses->loss;
        json["last_loss_kl"] = lastLosses->kl;
        json["last_loss_hidden"] = lastLosses->hidden;
    }
    if (heldOutPerplexity) json["held_out_perplexity"] = *heldOutPerplexity;
    if (heldOutKl) json["held_out_kl"] = *heldOutKl;
    return json;
}

TrainingPosition TrainingPosition::fromJson(const nlohmann::json& json)
{
    const auto number = [&](const char* key, auto otherwise) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number() ? found->get<decltype(otherwise)>() : otherwise;
    };
    TrainingPosition position;
    position.step = number("step", position.step);
    position.totalFlips = number("total_flips", position.totalFlips);
    position.lastFlips = number("last_flips", position.lastFlips);
    position.totalSteps = number("total_steps", position.totalSteps);
    position.textFingerprint = number("text_fingerprint", position.textFingerprint);
    if (const auto name = json.find("scale_dtype"); name != json.end() && name->is_string())
        position.scaleDType = scaleDTypeFromName(name->get<std::string>());
    if (const auto changed = json.find("settings"); changed != json.end() && changed->is_object())
        position.settings = *changed;
    position.capFactor = number("cap_factor", position.capFactor);
    position.rateFactor = number("rate_factor", position.rateFactor);
    position.boolRateFactor = number("bool_rate_factor", position.boolRateFactor);
    position.rollbacks = number("rollbacks", position.rollbacks);
    position.trialFactor = number("trial_factor", position.trialFactor);
    position.trials = number("trials", position.trials);
    position.trialsKept = number("trials_kept", position.trialsKept);
    position.usualLoss = number("usual_loss", position.usualLoss);
    position.lossesSeen = number("losses_seen", position.lossesSeen);
    position.bestHeldOut = number("best_held_out", position.bestHeldOut);
    position.bestStep = number("best_step", position.bestStep);
    position.evaluationsSinceBest = number("evaluations_since_best", position.evaluationsSinceBest);
    if (const auto early = json.find("stop_early"); early != json.end() && early->is_boolean())
        position.stopEarly = early->get<bool>();
    if (json.contains("last_loss"))
        position.lastLosses = StepLosses{number("last_loss", 0.0), number("last_loss_kl", 0.0),
                                         number("last_loss_hidden", 0.0)};
    if (json.contains("held_out_perplexity")) position.heldOutPerplexity = number("held_out_perplexity", 0.0);
    if (json.contains("held_out_kl")) position.heldOutKl = number("held_out_kl", 0.0);
    return position;
}

} // namespace boolab
