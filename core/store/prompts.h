// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/sqlite.h"

#include <nlohmann/json.hpp>

namespace boolab
{

/// A prompt that models were asked, and how it was sampled when it was last used.
struct PromptRecord {
    std::int64_t id = 0;
    std::string text;
    nlohmann::json settings = nlohmann::json::object(); ///< a generate job's keys: "tokens", "temperature", …
    bool pinned = false;
    double usedAt = 0; ///< Unix seconds
};

/// The prompts of an experiment database, each text once. Borrows its store's connection.
class Prompts
{
public:
    explicit Prompts(sqlite::Connection& connection) : m_db(connection) {}

    /// Keeps it, or makes it the newest with these settings. Its id. Usage error where the text is empty.
    Result<std::int64_t> use(const std::string& text, const nlohmann::json& settings);
    /// Pinned ones first, then the last used; of these at most `limit`.
    Result<std::vector<PromptRecord>> list(int limit = 500) const;
    Status setPinned(std::int64_t id, bool pinned);
    Status remove(std::int64_t id);
    /// Puts back one that was removed, as it was; one with the same text, used meanwhile, stays as it is.
    Status restore(const PromptRecord& prompt);

private:
    Status changeOne(Status changed, std::int64_t id);

    sqlite::Connection& m_db;
};

} // namespace boolab
