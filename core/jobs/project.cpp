// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/project.h"

#include "core/base/mapped_file.h"
#include "core/jobs/nearest_word.h"

#include <algorithm>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::size_t kMaxProjectFileBytes = std::size_t{4} << 20;
const std::vector<std::string> kKeys = {"name", "title", "description", "model", "defaults", "jobs"};

Result<std::string> textAt(const nlohmann::json& json, const std::string& key, const std::string& origin,
                           bool required)
{
    const auto found = json.find(key);
    if (found == json.end() && !required) return std::string();
    if (found == json.end() || !found->is_string() ||
        (required && found->get_ref<const std::string&>().empty()))
        return fail(ErrorCode::BadInput, fmt::format("{}: key \"{}\" is missing or no text", origin, key));
    return found->get<std::string>();
}

Status checkKeys(const nlohmann::json& json, const std::string& origin)
{
    if (!json.is_object())
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: a project is a JSON object, found {}", origin, json.type_name()));
    for (const auto& [key, value] : json.items()) {
        if (std::ranges::find(kKeys, key) != kKeys.end()) continue;
        const std::string nearest = nearestWord(key, kKeys);
        return fail(ErrorCode::BadInput, fmt::format("{}: a project knows no key \"{}\"", origin, key),
                    nearest.empty() ? std::string() : fmt::format("Did you mean \"{}\"?", nearest));
    }
    return {};
}

/// The job's JSON with the project's defaults under it.
nlohmann::json withDefaults(nlohmann::json job, const nlohmann::json& defaults, const std::string& project)
{
    if (!job.is_object() || !job.contains("kind") || !job["kind"].is_string()) return job;
    const JobSpec* spec = findJobSpec(job["kind"].get<std::string>());
    if (spec == nullptr) return job;
    if (defaults.is_object())
        for (const auto& [key, value] : defaults.items())
            if (spec->find(key) != nullptr && !job.contains(key)) job[key] = value;
    if (!job.contains("project")) job["project"] = project;
    return job;
}

Status readJobs(const nlohmann::json& json, const std::string& origin, Project& project)
{
    const auto jobs = json.find("jobs");
    if (jobs == json.end() || !jobs->is_array())
        return fail(ErrorCode::BadInput, fmt::format("{}: key \"jobs\" is missing or no list", origin),
                    "A project lists its jobs: \"jobs\": [{\"kind\": \"inspect\", \"model\": \"…\"}].");
    const nlohmann::json defaults = json.value("defaults", nlohmann::json::object());
    for (std::size_t i = 0; i < jobs->size(); ++i) {
        const std::string place = fmt::format("{}: job {}", origin, i + 1);
        auto job = Job::fromJson(withDefaults((*jobs)[i], defaults, project.name), place, project.folder);
        if (!job) return std::unexpected(job.error());
        if (auto complete = job->validate(); !complete)
            return fail(ErrorCode::BadInput, fmt::format("{}: {}", place, complete.error().message),
                        complete.error().hint);
        project.jobs.push_back(std::move(*job));
    }
    return {};
}

Result<Project> fromJson(const nlohmann::json& json, const fs::path& file)
{
    const std::string origin = file.string();
    if (auto known = checkKeys(json, origin); !known) return std::unexpected(known.error());
    Project project;
    project.folder = fs::absolute(file).parent_path().lexically_normal();
    std::string model;
    const std::pair<const char*, std::string*> texts[] = {{"name", &project.name},
                                                          {"title", &project.title},
                                                          {"description", &project.description},
                                                          {"model", &model}};
    for (const auto& [key, destination] : texts) {
        auto text = textAt(json, key, origin, std::string_view(key) == "name");
        if (!text) return std::unexpected(text.error());
        *destination = std::move(*text);
    }
    if (project.title.empty()) project.title = project.name;
    if (!model.empty()) project.model = (project.folder / model).lexically_normal();
    if (auto read = readJobs(json, origin, project); !read) return std::unexpected(read.error());
    return project;
}

} // namespace

Result<Project> Project::open(const fs::path& path)
{
    std::error_code error;
    const fs::path file = fs::is_directory(path, error) ? path / "project.json" : path;
    auto text = readTextFile(file, kMaxProjectFileBytes);
    if (!text) return std::unexpected(text.error());
    try {
        return fromJson(nlohmann::json::parse(*text), file);
    } catch (const nlohmann::json::parse_error& parseError) {
        return fail(ErrorCode::BadInput, fmt::format("{}: is no JSON: {}", file.string(), parseError.what()));
    }
}

} // namespace boolab
