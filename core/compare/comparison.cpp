// SPDX-License-Identifier: Apache-2.0
#include "core/compare/comparison.h"

#include "core/base/json_field.h"

#include <algorithm>
#include <limits>

namespace boolab
{

namespace
{

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// What `generate` answered to one prompt or a file of them; samples of a training else.
std::vector<RunSample> textsOf(const ComparedRun& one)
{
    std::vector<RunSample> texts = one.samples;
    if (one.run.kind != "generate") return texts;
    const auto add = [&](const std::string& prompt, const std::string& text) {
        if (!prompt.empty() && !text.empty())
            texts.push_back({.step = one.run.step, .prompt = prompt, .teacher = {}, .student = text});
    };
    add(textAt(one.run.job, "prompt"), textAt(one.run.result, "text"));
    for (const nlohmann::json& answer : listAt(one.run.result, "texts"))
        add(textAt(answer, "prompt"), textAt(answer, "text"));
    return texts;
}

} // namespace

std::vector<LayerRow> compareLayers(std::span<const ComparedRun> runs, const std::string& quantity)
{
    std::vector<LayerRow> rows;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < runs.size(); ++i) {
        const auto values = runs[i].layerValues.find(quantity);
        if (values == runs[i].layerValues.end()) continue;
        const std::size_t count = std::min(values->second.size(), runs[i].layers.size());
        for (std::size_t l = 0; l < count; ++l) {
            const auto [place, isNew] = places.try_emplace(runs[i].layers[l], rows.size());
            if (isNew) rows.push_back({runs[i].layers[l], std::vector<double>(runs.size(), kNone)});
            rows[place->second].values[i] = values->second[l];
        }
    }
    return rows;
}

std::vector<TextRow> compareTexts(std::span<const ComparedRun> runs)
{
    std::vector<TextRow> rows;
    std::map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < runs.size(); ++i)
        for (const RunSample& sample : textsOf(runs[i])) {
            const auto [place, isNew] = places.try_emplace(sample.prompt, rows.size());
            if (isNew) rows.push_back({.prompt = sample.prompt, .teacher = {}, .texts = {}});
            TextRow& row = rows[place->second];
            row.texts.resize(runs.size());
            if (row.teacher.empty()) row.teacher = sample.teacher;
            row.step = std::max(row.step, sample.step);
            row.texts[i] = sample.student; // the later one stays
        }
    return rows;
}

} // namespace boolab
