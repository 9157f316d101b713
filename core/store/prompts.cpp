// SPDX-License-Identifier: Apache-2.0
#include "core/store/prompts.h"

#include "core/store/run_rows.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

std::string stored(const nlohmann::json& settings)
{
    return settings.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// What another program may have written there need not be settings.
nlohmann::json readSettings(const std::string& text)
{
    auto json = nlohmann::json::parse(text, nullptr, false);
    return json.is_object() ? json : nlohmann::json::object();
}

} // namespace

Result<std::int64_t> Prompts::use(const std::string& text, const nlohmann::json& settings)
{
    if (text.empty())
        return fail(ErrorCode::Usage, "an empty prompt is not kept", "Type at least one character.");
    if (auto saved =
            m_db.run("INSERT INTO prompts(text, settings, used_at) VALUES (?1, ?2, ?3) ON CONFLICT(text) "
                     "DO UPDATE SET settings = excluded.settings, used_at = excluded.used_at",
                     text, stored(settings), unixNow());
        !saved)
        return std::unexpected(saved.error());
    return m_db.number("SELECT id FROM prompts WHERE text = ?1", text);
}

Result<std::vector<PromptRecord>> Prompts::list(int limit) const
{
    return m_db.rows<PromptRecord>(
        "SELECT id, text, settings, pinned, used_at FROM prompts ORDER BY pinned DESC, used_at DESC, id DESC "
        "LIMIT ?1",
        [](const sqlite::Statement& row) {
            return PromptRecord{row.integer(0), row.text(1), readSettings(row.text(2)), row.integer(3) != 0,
                                row.real(4)};
        },
        limit);
}

Status Prompts::setPinned(std::int64_t id, bool pinned)
{
    return changeOne(m_db.run("UPDATE prompts SET pinned = ?2 WHERE id = ?1", id, pinned ? 1 : 0), id);
}

Status Prompts::remove(std::int64_t id)
{
    return changeOne(m_db.run("DELETE FROM prompts WHERE id = ?1", id), id);
}

Status Prompts::restore(const PromptRecord& prompt)
{
    return m_db.run("INSERT INTO prompts(text, settings, pinned, used_at) VALUES (?1, ?2, ?3, ?4) "
                    "ON CONFLICT(text) DO NOTHING",
                    prompt.text, stored(prompt.settings), prompt.pinned ? 1 : 0, prompt.usedAt);
}

Status Prompts::changeOne(Status changed, std::int64_t id)
{
    if (!changed || m_db.changes() > 0) return changed;
    return fail(ErrorCode::Usage, fmt::format("{}: has no prompt {}", m_db.file().string(), id),
                "It may have been removed by another window.");
}

} // namespace boolab
