// SPDX-License-Identifier: Apache-2.0
#include "core/compare/tradeoff.h"

#include "core/base/normal_path.h"
#include "core/compare/metric_order.h"
#include "core/compare/pareto_front.h"
#include "core/inspect/model_origin.h"
#include "core/jobs/sweep_figures.h"
#include "core/store/run_relations.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

namespace boolab
{

namespace
{

/// A run that was measured, and the run of the comparison that it stands for.
struct Measured {
    const RunRecord* shown;
    const RunRecord* run;
};

std::vector<Measured> measuredOf(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all)
{
    std::vector<Measured> found;
    std::set<RunId> taken;
    for (const ComparedRun& one : runs)
        taken.insert(one.run.id);
    const auto add = [&](const ComparedRun& one, const RunRecord& evaluation) {
        // One that was added by itself stands there by itself.
        if (taken.insert(evaluation.id).second) found.push_back({&one.run, &evaluation});
    };
    const RunRelations relations(all);
    for (const ComparedRun& one : runs) {
        if (one.run.kind == "sweep") {
            for (const RunRecord& part : all)
                if (part.parent == one.run.id && part.kind == "evaluate") add(one, part);
            continue;
        }
        found.push_back({&one.run, &one.run});
        for (const RunRecord* evaluation : relations.evaluationsOf(one.run))
            add(one, *evaluation);
    }
    return found;
}

bool isBoolean(const RunRecord& run)
{
    return sweepFigure(run.result, "max_kernels") > 0 || (run.kind != "evaluate" && run.kind != "generate");
}

std::optional<Score> scoreIn(const RunRecord& run, const std::string& key)
{
    for (Score& score : scoresOf(run))
        if (score.key == key) return std::move(score);
    return std::nullopt;
}

/// Models that are not Boolean: those compared, and those that the compared ones came from.
std::set<std::string> fullPrecisionModels(const std::vector<Measured>& measured,
                                          const std::vector<RunRecord>& all)
{
    std::set<std::string> models;
    for (const Measured& one : measured) {
        const std::string model = inputModel(*one.run);
        if (model.empty()) continue;
        if (one.run->kind == "convert" || !isBoolean(*one.run)) models.insert(model);
        if (const std::string original = originOf(model, all).original; !original.empty())
            models.insert(original);
    }
    return models;
}

std::vector<FullPrecision> fullPrecisionOf(const std::vector<Measured>& measured,
                                           const std::vector<RunRecord>& all, const std::string& key)
{
    std::vector<FullPrecision> found;
    for (const std::string& model : fullPrecisionModels(measured, all)) {
        const RunRecord* newest = nullptr;
        std::optional<Score> score;
        for (const RunRecord& run : all) {
            if (run.kind != "evaluate" || run.state != RunState::Done || isBoolean(run) ||
                (newest != nullptr && newest->id > run.id) || !samePath(inputModel(run), model))
                continue;
            if (auto one = scoreIn(run, key)) {
                newest = &run;
                score = std::move(one);
            }
        }
        if (score) found.push_back({newest->id, lastName(model), score->value});
    }
    return found;
}

/// "gptq, 2 bits", where a part of a sweep is called "evaluate gptq, 2 bits" or the like.
std::string nameOf(const Measured& one)
{
    return one.shown->kind == "sweep" ? one.shown->name + ": " + one.run->name : one.shown->name;
}

} // namespace

const char* nameOf(SizeAxis axis)
{
    switch (axis) {
    case SizeAxis::BitsPerWeight:
        return "bits_per_weight";
    case SizeAxis::BitsPerWeightAll:
        return "bits_per_weight_all";
    case SizeAxis::FileBytes:
        return "file_bytes";
    }
    return "";
}

std::vector<ScoreChoice> scoreChoices(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all)
{
    std::vector<ScoreChoice> choices;
    for (const Measured& one : measuredOf(runs, all))
        for (const Score& score : scoresOf(*one.run)) {
            if (!isQuality(score.metric)) continue;
            const auto known = std::ranges::find(choices, score.key, &ScoreChoice::key);
            if (known == choices.end())
                choices.push_back({score.metric, score.protocol, score.key, 1});
            else
                ++known->runs;
        }
    std::ranges::stable_sort(choices, {}, [](const ScoreChoice& choice) {
        return std::tuple(choice.runs < 2, rankOf(choice.metric), -choice.runs);
    });
    return choices;
}

TradeoffPicture tradeoffOf(std::span<const ComparedRun> runs, const std::vector<RunRecord>& all,
                           const ScoreChoice& choice, SizeAxis axis)
{
    TradeoffPicture picture;
    const std::vector<Measured> measured = measuredOf(runs, all);
    std::set<RunId> measuredOtherwise, placed; // runs that are one point: their newest measurement
    for (const Measured& one : measured) {
        if (placed.contains(one.shown->id)) continue;
        const std::vector<Score> scores = scoresOf(*one.run);
        const auto score = std::ranges::find(scores, choice.key, &Score::key);
        if (score == scores.end()) {
            if (std::ranges::find(scores, choice.metric, &Score::metric) != scores.end())
                measuredOtherwise.insert(one.shown->id);
            continue;
        }
        const double size = sweepFigure(one.run->result, nameOf(axis));
        if (!std::isfinite(size)) {
            ++picture.withoutSize;
            continue;
        }
        if (one.shown->kind != "sweep") placed.insert(one.shown->id);
        picture.points.push_back({one.shown->id, one.run->id, nameOf(one), size, score->value});
    }
    for (const TradeoffPoint& point : picture.points)
        measuredOtherwise.erase(point.run);
    picture.otherProtocol = static_cast<int>(measuredOtherwise.size());
    std::vector<Tradeoff> points;
    for (const TradeoffPoint& point : picture.points)
        points.push_back({point.size, point.score});
    const auto front = paretoFront(points, betterOf(choice.metric) == Better::Higher);
    for (std::size_t i = 0; i < front.size(); ++i)
        picture.points[i].isOnFront = front[i];
    picture.fullPrecision = fullPrecisionOf(measured, all, choice.key);
    return picture;
}

} // namespace boolab
