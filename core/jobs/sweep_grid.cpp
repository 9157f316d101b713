// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/sweep_grid.h"

#include "core/jobs/conversion_options.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

std::vector<std::string> parts(const std::string& list)
{
    std::vector<std::string> all;
    std::istringstream stream(list);
    for (std::string part; std::getline(stream, part, ',');)
        if (std::ranges::find(all, part) == all.end()) all.push_back(part);
    return all;
}

bool isWhole(double bits)
{
    return bits == std::floor(bits);
}

/// `kind` with every option that the sweep has too.
Job childOf(const Job& sweep, JobKind kind, const std::string& name)
{
    Job child(kind);
    const nlohmann::json values = sweep.toJson();
    for (const auto& [key, value] : values.items())
        if (key != "bits" && key != "output" && child.spec().find(key) != nullptr)
            (void)child.set(key, value); // the specs are one: what the sweep took, its part takes
    (void)child.set("name", name);
    return child;
}

} // namespace

std::string SweepPoint::name() const
{
    return fmt::format("{}, {:g} bit{}", method, bits, bits == 1 ? "" : "s");
}

Result<std::vector<SweepPoint>> sweepPoints(const Job& sweep)
{
    std::vector<double> bits;
    const OptionSpec& known = *jobSpec(JobKind::Convert).find("bits");
    for (const std::string& text : parts(sweep.text("bits"))) {
        auto value = parseValue(known, text);
        if (!value)
            return fail(ErrorCode::Usage, fmt::format("sweep: --bits {}", value.error().message),
                        "Example: --bits 1,1.5,2.");
        bits.push_back(value->get<double>());
    }
    std::ranges::sort(bits);
    bits.erase(std::ranges::unique(bits).begin(), bits.end());
    std::vector<SweepPoint> points;
    for (const std::string& method : parts(sweep.text("methods")))
        for (const double one : bits)
            points.push_back({method, one});
    return points;
}

Status checkSweep(const Job& sweep)
{
    auto points = sweepPoints(sweep);
    if (!points) return std::unexpected(points.error());
    for (const SweepPoint& point : *points)
        if (!sweep.has("calibration") && needsCalibration(conversionOf(sweep, point)))
            return fail(
                ErrorCode::Usage,
                fmt::format("sweep: {} needs a calibration text, --calibration is missing", point.name()),
                "Name one with --calibration FILE|self. --importance none lets refined and svid "
                "share out bits without a text.");
    return {};
}

Status checkSweepOutput(const fs::path& folder)
{
    std::error_code error;
    if (fs::exists(folder / "config.json", error))
        return fail(ErrorCode::Usage, fmt::format("sweep: --output is a model's folder: {}", folder.string()),
                    "Name a folder for the sweep alone.");
    if (fs::exists(folder, error) && !fs::is_directory(folder, error))
        return fail(ErrorCode::Io, fmt::format("sweep: --output is a file: {}", folder.string()),
                    "Name another folder with --output.");
    return {};
}

Job conversionOf(const Job& sweep, const SweepPoint& point)
{
    Job job = childOf(sweep, JobKind::Convert, point.name());
    (void)job.set("method", point.method);
    if (isWhole(point.bits))
        (void)job.set("kernels", static_cast<std::int64_t>(point.bits));
    else
        (void)job.set("bits", point.bits);
    const std::string folder = fmt::format("{}-{:g}", point.method, point.bits);
    (void)job.set("output", (fs::path(sweep.text("output")) / folder).string());
    return job;
}

Job evaluationOf(const Job& sweep, const std::string& model, const std::string& name)
{
    Job job = childOf(sweep, JobKind::Evaluate, name);
    (void)job.set("model", model);
    return job;
}

} // namespace boolab
