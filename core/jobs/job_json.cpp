// SPDX-License-Identifier: Apache-2.0
// Jobs as JSON.
#include "core/base/mapped_file.h"
#include "core/jobs/job.h"
#include "core/jobs/nearest_word.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

constexpr std::size_t kMaxJobFileBytes = std::size_t{4} << 20;

std::vector<std::string> kindNames()
{
    std::vector<std::string> names;
    for (const JobSpec& spec : jobSpecs())
        names.push_back(spec.name);
    return names;
}

std::unexpected<Error> unknownKey(const JobSpec& spec, const std::string& key, const std::string& origin)
{
    std::vector<std::string> known = {"kind"};
    for (const auto* options : {&spec.options, &commonOptions()})
        for (const OptionSpec& option : *options)
            known.push_back(option.key);
    const std::string nearest = nearestWord(key, known);
    return fail(ErrorCode::BadInput, fmt::format("{}: {} knows no key \"{}\"", origin, spec.name, key),
                nearest.empty() ? fmt::format("Known keys: {}.", fmt::join(known, ", "))
                                : fmt::format("Did you mean \"{}\"?", nearest));
}

Result<const JobSpec*> specOf(const nlohmann::json& json, const std::string& origin)
{
    if (!json.is_object())
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: a job is a JSON object, found {}", origin, json.type_name()));
    const auto kind = json.find("kind");
    if (kind == json.end() || !kind->is_string())
        return fail(ErrorCode::BadInput, fmt::format("{}: key \"kind\" is missing or no text", origin),
                    fmt::format("One of: {}.", fmt::join(kindNames(), ", ")));
    const auto& name = kind->get_ref<const std::string&>();
    if (const JobSpec* spec = findJobSpec(name)) return spec;
    const std::string nearest = nearestWord(name, kindNames());
    return fail(
        ErrorCode::BadInput,
        fmt::format("{}: \"kind\" is \"{}\", expected one of {}", origin, name, fmt::join(kindNames(), ", ")),
        nearest.empty() ? std::string() : fmt::format("Did you mean \"{}\"?", nearest));
}

} // namespace

Result<Job> Job::fromJson(const nlohmann::json& json, const std::string& origin,
                          const std::filesystem::path& baseFolder)
{
    auto spec = specOf(json, origin);
    if (!spec) return std::unexpected(spec.error());
    Job job((*spec)->kind);
    for (const auto& [key, value] : json.items())
        if (key != "kind" && (*spec)->find(key) == nullptr) return unknownKey(**spec, key, origin);
    for (const auto* options : {&(*spec)->options, &commonOptions()})
        for (const OptionSpec& option : *options) {
            const auto value = json.find(option.key);
            if (value == json.end() || value->is_null() || *value == "") continue;
            if (auto checked = checkValue(option, *value); !checked)
                return fail(ErrorCode::BadInput,
                            fmt::format("{}: \"{}\" {}", origin, option.key, checked.error().message),
                            checked.error().hint);
            if (auto set = job.set(option.key, *value); !set) return std::unexpected(set.error());
        }
    if (!baseFolder.empty()) job.resolvePaths(baseFolder);
    return job;
}

Result<Job> Job::fromFile(const std::filesystem::path& path)
{
    auto text = readTextFile(path, kMaxJobFileBytes);
    if (!text) return std::unexpected(text.error());
    try {
        return fromJson(nlohmann::json::parse(*text), path.string(),
                        std::filesystem::absolute(path).parent_path());
    } catch (const nlohmann::json::parse_error& error) {
        return fail(ErrorCode::BadInput, fmt::format("{}: is no JSON: {}", path.string(), error.what()),
                    "A job file is what \"Copy as job\" or --dry-run writes.");
    }
}

nlohmann::json Job::toJson() const
{
    nlohmann::json json = m_values;
    json["kind"] = spec().name;
    return json;
}

} // namespace boolab
