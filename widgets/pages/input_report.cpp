// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/input_report.h"

#include <algorithm>
#include <system_error>

#include "core/formats/boolean_model_writer.h"
#include "core/formats/model_files.h"
#include "core/jobs/export_options.h"
#include "core/jobs/sweep_grid.h"
#include "widgets/pages/path_role.h"

namespace fs = std::filesystem;

namespace boolab::ui
{

namespace
{

bool isWord(const OptionSpec& option, const std::string& text)
{
    return std::ranges::find(option.choices, text) != option.choices.end();
}

/// Why the job cannot work with a model of this kind; empty where it can.
std::string wrongKind(const Job& job, const std::string& key, ModelKind kind)
{
    const bool isBoolean = kind == ModelKind::Boolean;
    if (key == "student" && !isBoolean)
        return "This is a full-precision model. Convert it first, then finetune the result.";
    if (job.kind() == JobKind::Export && exportFormatOf(job) == ExportFormat::Boolean && !isBoolean)
        return "This is a full-precision model. Convert it first, or choose another format.";
    if (key == "model" && (job.kind() == JobKind::Convert || job.kind() == JobKind::Sweep) && isBoolean)
        return "This is a Boolean model already. Choose the full-precision model it was made from.";
    return {};
}

void readInput(const OptionSpec& option, InputReport& report)
{
    const std::string path = report.job.text(option.key);
    const PathRole role = pathRole(option);
    if (path.empty() || isWord(option, path) || !isInput(role)) return;
    if (isModel(role)) {
        auto files = ModelFiles::open(path);
        if (!files) {
            report.problems[option.key] = files.error().text();
            return;
        }
        const std::string wrong = wrongKind(report.job, option.key, files->kind());
        if (!wrong.empty()) report.problems[option.key] = wrong;
        if (option.key == "model" || option.key == "student") report.config = files->config();
        return;
    }
    std::error_code error;
    if (!fs::is_regular_file(path, error)) report.problems[option.key] = "There is no such file: " + path;
}

void readOutput(InputReport& report)
{
    const std::string output = report.job.text("output");
    if (output.empty()) return;
    std::error_code error;
    report.outputExists = fs::exists(output, error);
    const Status free = report.job.kind() == JobKind::Sweep    ? checkSweepOutput(output)
                        : report.job.kind() == JobKind::Export ? checkExportTarget(report.job)
                                                               : checkModelOutput(output);
    if (!free) report.problems["output"] = free.error().text();
}

fs::file_time_type modelTime(const Job& job)
{
    std::error_code error;
    const auto time =
        fs::last_write_time(job.text(job.kind() == JobKind::Finetune ? "student" : "model"), error);
    return error ? fs::file_time_type() : time;
}

bool stillHolds(const InputReport& report, const Job& job)
{
    return report.config && report.problems.empty() && report.sameFiles(job) &&
           report.modelTime == modelTime(job);
}

} // namespace

bool InputReport::sameFiles(const Job& other) const
{
    return std::ranges::all_of(job.spec().options, [&](const OptionSpec& option) {
        return option.type != OptionType::Path || job.text(option.key) == other.text(option.key);
    });
}

InputReport readInputs(const Job& job, const InputReport* last)
{
    InputReport report{.job = job,
                       .config = {},
                       .problems = {},
                       .resources = availableResources(job),
                       .outputExists = false,
                       .modelTime = modelTime(job)};
    if (last != nullptr && stillHolds(*last, job))
        report.config = last->config;
    else
        for (const OptionSpec& option : job.spec().options)
            if (option.type == OptionType::Path) readInput(option, report);
    readOutput(report);
    return report;
}

} // namespace boolab::ui
