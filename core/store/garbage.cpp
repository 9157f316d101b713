// SPDX-License-Identifier: Apache-2.0
#include "core/store/garbage.h"

#include "core/base/json_field.h"
#include "core/base/normal_path.h"
#include "core/base/output_lock.h"
#include "core/base/write_error.h"
#include "core/jobs/training_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <numeric>
#include <set>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// A folder is renamed into place, and its files are older than the row that tells of the end.
constexpr double kEndSlackSeconds = 2;

enum class Content { Model, Checkpoint, BestStudents, Conversion, Table, Unknown };

Content contentOf(const std::string& kind)
{
    if (kind == "boolean model") return Content::Model;
    if (kind == "checkpoint") return Content::Checkpoint;
    if (kind == "best students") return Content::BestStudents;
    if (kind == "conversion") return Content::Conversion;
    return kind == "error table" ? Content::Table : Content::Unknown;
}

bool isInside(const std::string& path, const std::string& folder)
{
    return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

/// All paths that runs name.
class References
{
public:
    void add(const RunRecord& run, const std::vector<Artifact>& artifacts)
    {
        addStrings(run.job, run.id);
        addStrings(run.result, run.id);
        for (const Artifact& artifact : artifacts)
            m_paths.emplace(normalPath(artifact.path), run.id);
    }

    /// The run that names the path, something in it, or a folder around it.
    std::optional<RunId> to(const std::string& path) const
    {
        for (const auto& [named, run] : m_paths) {
            // Where a job was started is not known: a relative path may mean any folder that ends like it.
            const bool isRelative = !named.starts_with('/');
            if (named == path || isInside(named, path) || isInside(path, named) ||
                (isRelative && path.ends_with("/" + named)))
                return run;
        }
        return std::nullopt;
    }

private:
    void addStrings(const nlohmann::json& json, RunId run)
    {
        if (json.is_string()) {
            const std::string& text = json.get_ref<const std::string&>();
            if (!text.empty() && text.size() < 4096 && text.find('\n') == std::string::npos)
                m_paths.emplace(normalPath(text), run);
        } else if (json.is_structured()) {
            for (const auto& one : json)
                addStrings(one, run);
        }
    }

    std::set<std::pair<std::string, RunId>> m_paths;
};

bool isModelFile(const fs::path& file)
{
    const std::string name = file.filename().string();
    return file.extension() == ".safetensors" || name == "config.json" || name == "generation_config.json" ||
           name == "model.safetensors.index.json" || name.starts_with("tokenizer") ||
           name == "special_tokens_map.json" || name == "added_tokens.json" || name == "merges.txt" ||
           name == "vocab.json" || name.starts_with("chat_template");
}

bool saysMbok(const fs::path& config)
{
    std::ifstream file(config);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    return json.is_object() && json.contains("quantization_config") &&
           json["quantization_config"].is_object() &&
           json["quantization_config"].value("quant_method", "") == "mbok";
}

std::string notOurs(const fs::path& folder, Content content);

/// Why something in a folder speaks against removing it; empty where nothing does.
std::string objectionTo(const fs::directory_entry& entry, Content content)
{
    const fs::path& path = entry.path();
    const std::string foreign =
        fmt::format("it holds {}, which Boolab did not write", path.filename().string());
    if (entry.is_symlink()) return foreign;
    if (entry.is_directory()) {
        const bool holdsModel = content == Content::BestStudents ||
                                (content == Content::Checkpoint && path.filename() == "student");
        return holdsModel ? notOurs(path, Content::Model) : foreign;
    }
    bool known = false;
    if (content == Content::Model) known = isModelFile(path);
    if (content == Content::Checkpoint)
        known = path.extension() == ".pt" || path.filename() == kCheckpointState;
    if (content == Content::Conversion)
        known = path.extension() == ".safetensors" || path.filename() == "job.json";
    return known ? std::string() : foreign;
}

std::string notOurs(const fs::path& path, Content content)
{
    std::error_code error;
    if (content == Content::Unknown) return "files of this kind are left to you";
    if (fs::is_symlink(path, error)) return "it is a link";
    if (content == Content::Table)
        return fs::is_regular_file(path, error) && path.extension() == ".json" &&
                       path.filename().string().starts_with("errors-")
                   ? std::string()
                   : "it is no error table";
    if (!fs::is_directory(path, error)) return "it is no folder";
    const bool isOurs = content == Content::Model          ? saysMbok(path / "config.json")
                        : content == Content::Checkpoint   ? fs::exists(path / kCheckpointState, error)
                        : content == Content::BestStudents ? true // its folders are looked at one by one
                                                           : fs::exists(path / "job.json", error);
    if (!isOurs) return "it does not look like what Boolab writes";
    for (const auto& entry : fs::directory_iterator(path, error))
        if (std::string objection = objectionTo(entry, content); !objection.empty()) return objection;
    return error ? "it cannot be read: " + error.message() : std::string();
}

struct Extent {
    std::int64_t bytes = 0;
    double changedAt = 0;
};

Extent extentOf(const fs::path& path)
{
    Extent extent;
    std::error_code error;
    const auto take = [&](const fs::path& file) {
        extent.bytes += static_cast<std::int64_t>(fs::file_size(file, error));
        const auto time = std::chrono::file_clock::to_sys(fs::last_write_time(file, error));
        extent.changedAt =
            std::max(extent.changedAt, std::chrono::duration<double>(time.time_since_epoch()).count());
    };
    if (fs::is_regular_file(path, error)) take(path);
    if (fs::is_directory(path, error))
        for (const auto& entry : fs::recursive_directory_iterator(path, error))
            if (entry.is_regular_file(error)) take(entry.path());
    return extent;
}

/// The artifacts, and what a run leaves beside its output.
std::vector<Artifact> leftBy(const RunRecord& run, std::vector<Artifact> artifacts)
{
    const std::string written = textAt(run.job, "output");
    if (written.empty()) return artifacts;
    const std::string output = normalPath(written);
    if (run.kind == "finetune") {
        for (const fs::path& folder : {checkpointFolder(output), previousCheckpointFolder(output)})
            artifacts.push_back({"checkpoint", folder.string(), 0});
        artifacts.push_back({"best students", bestFolder(output).string(), 0});
    }
    if (run.kind == "convert") artifacts.push_back({"conversion", output + ".conversion", 0});
    return artifacts;
}

std::string whyKept(const Artifact& artifact, const RunRecord& run, const References& references,
                    const Extent& extent)
{
    const std::string path = normalPath(artifact.path);
    if (const auto user = references.to(path)) return fmt::format("run {} refers to it", *user);
    if (std::string objection = notOurs(path, contentOf(artifact.kind)); !objection.empty()) return objection;
    const double end = std::max(run.endedAt, run.heartbeatAt);
    if (extent.changedAt > end + kEndSlackSeconds)
        return fmt::format("it has changed since run {} ended", run.id);
    return {};
}

/// An output that a process is writing is locked by it.
Status removeUnlessLocked(const Garbage::Item& item)
{
    fs::path output = item.path;
    if (item.kind == "checkpoint" || item.kind == "best students" || item.kind == "conversion")
        output.replace_extension();
    std::optional<OutputLock> lock;
    if (item.kind != "error table") {
        auto taken = OutputLock::take(output);
        if (!taken) return std::unexpected(taken.error());
        lock.emplace(std::move(*taken));
    }
    std::error_code error;
    fs::remove_all(item.path, error);
    if (error) return std::unexpected(writeError(item.path, "cannot be removed", error.value()));
    return {};
}

} // namespace

std::int64_t Garbage::bytes() const
{
    return std::accumulate(items.begin(), items.end(), std::int64_t{0},
                           [](std::int64_t sum, const Item& item) { return sum + item.bytes; });
}

Result<Garbage> findGarbage(const ExperimentStore& store)
{
    Garbage garbage;
    auto deleted = store.deletedRuns();
    if (!deleted) return std::unexpected(deleted.error());
    const auto living = store.runs();
    if (!living) return std::unexpected(living.error());
    References references;
    for (const RunRecord& run : *living) {
        const auto artifacts = store.artifacts(run.id);
        if (!artifacts) return std::unexpected(artifacts.error());
        references.add(run, *artifacts);
    }
    std::set<std::string> seen;
    for (const RunRecord& run : *deleted) {
        auto artifacts = store.artifacts(run.id);
        if (!artifacts) return std::unexpected(artifacts.error());
        for (const Artifact& artifact : leftBy(run, std::move(*artifacts))) {
            const std::string path = normalPath(artifact.path);
            std::error_code error;
            if (!fs::exists(fs::symlink_status(path, error)) || !seen.insert(path).second) continue;
            const Extent extent = extentOf(path);
            if (std::string reason = whyKept(artifact, run, references, extent); !reason.empty())
                garbage.kept.push_back({path, std::move(reason)});
            else
                garbage.items.push_back({run.id, artifact.kind, path, extent.bytes});
        }
    }
    garbage.runs = std::move(*deleted);
    return garbage;
}

Result<Garbage> collectGarbage(ExperimentStore& store, const Garbage& garbage)
{
    if (auto here = store.refuseElsewhere(); !here) return std::unexpected(here.error());
    auto now = findGarbage(store); // somebody may have restored a run since
    if (!now) return now;
    std::erase_if(now->runs, [&](const RunRecord& run) {
        return std::ranges::find(garbage.runs, run.id, &RunRecord::id) == garbage.runs.end();
    });
    std::erase_if(now->items, [&](const Garbage::Item& item) {
        return std::ranges::find(garbage.items, item.path, &Garbage::Item::path) == garbage.items.end();
    });
    // Files first: after a kill in between the rows still tell of the rest.
    std::set<RunId> unfinished;
    std::erase_if(now->items, [&](const Garbage::Item& item) {
        auto removed = removeUnlessLocked(item);
        if (removed) return false;
        now->kept.push_back({item.path, removed.error().message});
        unfinished.insert(item.run);
        return true;
    });
    std::erase_if(now->runs, [&](const RunRecord& run) { return unfinished.contains(run.id); });
    std::vector<RunId> ids;
    std::ranges::transform(now->runs, std::back_inserter(ids), &RunRecord::id);
    if (auto removed = store.removeDeleted(ids); !removed) return std::unexpected(removed.error());
    return now;
}

} // namespace boolab
