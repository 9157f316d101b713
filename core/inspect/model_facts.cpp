// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/model_facts.h"

#include "core/base/json_field.h"
#include "core/formats/content_hash.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// Size and time of a model's weight files; 0 bytes where there are none.
ContentRecord recordOf(const fs::path& path)
{
    ContentRecord record{.path = path.string(), .bytes = 0, .changedAt = 0, .hash = {}};
    std::error_code error;
    const auto take = [&](const fs::path& file) {
        const auto extension = file.extension();
        if (extension != ".safetensors" && extension != ".gguf" && file.filename() != "config.json") return;
        record.bytes += static_cast<std::int64_t>(fs::file_size(file, error));
        const auto time = std::chrono::file_clock::to_sys(fs::last_write_time(file, error));
        record.changedAt =
            std::max(record.changedAt, std::chrono::duration<double>(time.time_since_epoch()).count());
    };
    if (!fs::is_directory(path, error)) {
        if (fs::is_regular_file(path, error)) take(path);
        return record;
    }
    for (const auto& entry : fs::directory_iterator(path, error))
        if (entry.is_regular_file(error)) take(entry.path());
    return record;
}

class Hashes
{
public:
    explicit Hashes(ExperimentStore& store) : m_store(store)
    {
        if (auto known = store.contentHashes())
            for (ContentRecord& record : *known)
                m_known[record.path] = std::move(record);
    }

    /// Empty where the model cannot be read.
    std::string of(const ContentRecord& now)
    {
        const auto known = m_known.find(now.path);
        if (known != m_known.end() && known->second.bytes == now.bytes &&
            known->second.changedAt == now.changedAt)
            return known->second.hash;
        const auto model = ModelFiles::open(now.path);
        if (!model) return {};
        ContentRecord record = now;
        record.hash = contentHash(*model);
        (void)m_store.rememberHash(record); // where the database is locked it is computed again
        return (m_known[now.path] = record).hash;
    }

private:
    ExperimentStore& m_store;
    std::map<std::string, ContentRecord> m_known;
};

std::set<std::string> pathsOf(const std::vector<RunRecord>& runs)
{
    std::set<std::string> paths;
    for (const RunRecord& run : runs)
        for (const char* key : {"model", "student", "teacher", "reference", "output"})
            if (const std::string path = textAt(run.job, key); !path.empty())
                paths.insert(fs::path(path).lexically_normal().string());
    return paths;
}

} // namespace

std::map<std::string, ModelFacts> modelFacts(ExperimentStore& store, const Lineage& lineage,
                                             const std::vector<RunRecord>& runs)
{
    std::map<std::string, ModelFacts> facts;
    std::map<std::string, ContentRecord> records;
    for (const LineageNode& node : lineage.nodes)
        if (!node.run && !node.path.empty()) facts[node.path], records[node.path] = recordOf(node.path);
    std::set<std::int64_t> sizes;
    for (const auto& [path, record] : records)
        sizes.insert(record.bytes);
    for (const std::string& path : pathsOf(runs))
        if (!records.contains(path))
            if (const ContentRecord record = recordOf(path); record.bytes > 0 && sizes.contains(record.bytes))
                records[path] = record;
    Hashes hashes(store);
    for (auto& [path, record] : records)
        if (record.bytes > 0) record.hash = hashes.of(record);
    for (auto& [path, one] : facts) {
        one.isThere = records[path].bytes > 0;
        one.hash = records[path].hash;
        for (const auto& [other, record] : records)
            if (other != path && !one.hash.empty() && record.hash == one.hash)
                one.sameContent.push_back(other);
    }
    return facts;
}

} // namespace boolab
