// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job.h"

#include "core/jobs/conversion_options.h"
#include "core/jobs/evaluate_options.h"
#include "core/jobs/export_options.h"
#include "core/jobs/finetune_options.h"
#include "core/jobs/inspect_job.h"
#include "core/jobs/sweep_grid.h"

#include <algorithm>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

Job::Job(JobKind kind) : m_kind(kind) {}

nlohmann::json Job::value(std::string_view key) const
{
    if (const auto found = m_values.find(key); found != m_values.end()) return *found;
    return startValue(key);
}

nlohmann::json Job::startValue(std::string_view key) const
{
    const std::string preset = key == "preset" ? std::string() : text("preset");
    return spec().startValue(key, preset);
}

bool Job::has(std::string_view key) const
{
    return !value(key).is_null();
}

std::int64_t Job::integer(std::string_view key) const
{
    const nlohmann::json found = value(key);
    return found.is_number() ? found.get<std::int64_t>() : 0;
}

double Job::real(std::string_view key) const
{
    const nlohmann::json found = value(key);
    return found.is_number() ? found.get<double>() : 0.0;
}

std::string Job::text(std::string_view key) const
{
    const nlohmann::json found = value(key);
    return found.is_string() ? found.get<std::string>() : std::string();
}

bool Job::on(std::string_view key) const
{
    const nlohmann::json found = value(key);
    return found.is_boolean() && found.get<bool>();
}

Status Job::set(std::string_view key, nlohmann::json value)
{
    const OptionSpec* option = spec().find(key);
    if (option == nullptr)
        return fail(ErrorCode::Usage, fmt::format("{}: there is no option \"{}\"", spec().name, key));
    if (value.is_null() || value == "") {
        unset(key);
        return {};
    }
    auto checked = checkValue(*option, value);
    if (!checked)
        return fail(ErrorCode::Usage,
                    fmt::format("{}: {} {}", spec().name, option->shownName(), checked.error().message),
                    checked.error().hint);
    if (*checked == startValue(key))
        unset(key);
    else
        m_values[std::string(key)] = std::move(*checked);
    return {};
}

void Job::unset(std::string_view key)
{
    m_values.erase(std::string(key));
}

Status Job::validate() const
{
    for (const OptionSpec& option : spec().options)
        if (option.required && text(option.key).empty())
            return fail(ErrorCode::Usage, fmt::format("{}: {} is missing", spec().name, option.shownName()),
                        fmt::format("{}: {}", option.label, option.help));
    if (m_kind == JobKind::Generate && !has("prompt") && !has("prompts") && !on("json_lines"))
        return fail(ErrorCode::Usage, "generate: --prompt is missing",
                    "Give the text to continue: -p \"Once upon a time\", or --prompts FILE.");
    if (has("prompts") && (has("prompt") || on("json_lines")))
        return fail(ErrorCode::Usage, "generate: --prompts stands for --prompt and for --json-lines",
                    "Give one of them.");
    const fs::path output = fs::path(text("output")).lexically_normal();
    for (const char* input : {"model", "student", "teacher"})
        if (!output.empty() && fs::path(text(input)).lexically_normal() == output)
            return fail(ErrorCode::Usage,
                        fmt::format("{}: --output is the {} itself: {}", spec().name, input, output.string()),
                        "Name another output folder; inputs are never overwritten.");
    if (m_kind == JobKind::Inspect) return checkInspect(*this);
    if (m_kind == JobKind::Convert) return checkConversion(*this);
    if (m_kind == JobKind::Finetune) return checkFinetune(*this);
    if (m_kind == JobKind::Evaluate) return checkEvaluate(*this);
    if (m_kind == JobKind::Export) return checkExport(*this);
    return m_kind == JobKind::Sweep ? checkSweep(*this) : Status();
}

void Job::resolvePaths(const fs::path& baseFolder)
{
    for (const auto* options : {&spec().options, &commonOptions()})
        for (const OptionSpec& option : *options) {
            if (option.type != OptionType::Path) continue;
            const std::string path = text(option.key);
            if (path.empty() || std::ranges::find(option.choices, path) != option.choices.end()) continue;
            m_values[option.key] = (baseFolder / path).lexically_normal().string();
        }
}

} // namespace boolab
