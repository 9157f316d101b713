// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_labels.h"

#include "core/store/run_rows.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab
{

using sqlite::Transaction;

namespace
{

constexpr std::size_t kMostTagBytes = 60;
constexpr std::size_t kMostNoteBytes = std::size_t{1} << 20;

Status checkTags(std::span<const std::string> tags)
{
    for (const std::string& tag : tags)
        if (auto checked = checkTag(tag); !checked) return checked;
    return {};
}

Status insertTags(sqlite::Connection& db, RunId run, std::span<const std::string> tags)
{
    for (const std::string& tag : tags)
        if (auto s = db.run("INSERT OR IGNORE INTO run_tags(run_id, tag) VALUES (?1, ?2)", run, tag); !s)
            return s;
    return {};
}

} // namespace

Status checkTag(const std::string& tag)
{
    const auto isForbidden = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte <= ' ' || byte == 0x7f || c == ',' || c == '"' || c == '\'';
    };
    if (!tag.empty() && tag.size() <= kMostTagBytes && !std::ranges::any_of(tag, isForbidden)) return {};
    return fail(
        ErrorCode::Usage,
        fmt::format("\"{}\" cannot be a tag: a tag has 1 to {} bytes, and no spaces, commas or quotes", tag,
                    kMostTagBytes),
        "Put hyphens between words.");
}

template <class Change> Status RunLabels::changeAll(std::span<const RunId> runs, Change change)
{
    auto transaction = Transaction::begin(m_db);
    if (!transaction) return std::unexpected(transaction.error());
    for (const RunId run : runs) {
        const auto existing = m_db.number("SELECT count(*) FROM runs WHERE id = ?1", run);
        if (!existing) return std::unexpected(existing.error());
        if (*existing == 0)
            return fail(ErrorCode::Usage, fmt::format("{}: holds no run {}", m_db.file().string(), run),
                        "`boolab-cli runs list` shows the runs there are.");
        if (auto changed = change(run); !changed) return changed;
    }
    return transaction->commit();
}

Status RunLabels::addTags(std::span<const RunId> runs, std::span<const std::string> tags)
{
    if (auto checked = checkTags(tags); !checked) return checked;
    return changeAll(runs, [&](RunId run) { return insertTags(m_db, run, tags); });
}

Status RunLabels::removeTags(std::span<const RunId> runs, std::span<const std::string> tags)
{
    return changeAll(runs, [&](RunId run) -> Status {
        for (const std::string& tag : tags)
            if (auto s = m_db.run("DELETE FROM run_tags WHERE run_id = ?1 AND tag = ?2", run, tag); !s)
                return s;
        return {};
    });
}

Status RunLabels::setTags(RunId run, std::span<const std::string> tags)
{
    if (auto checked = checkTags(tags); !checked) return checked;
    return changeAll({&run, 1}, [&](RunId id) -> Status {
        if (auto s = m_db.run("DELETE FROM run_tags WHERE run_id = ?1", id); !s) return s;
        return insertTags(m_db, id, tags);
    });
}

Status RunLabels::setNotes(RunId run, const std::string& markdown)
{
    if (markdown.size() > kMostNoteBytes)
        return fail(
            ErrorCode::Usage,
            fmt::format("notes of {} bytes are too long, {} are the most", markdown.size(), kMostNoteBytes),
            "Keep long texts in a file and name it in the notes.");
    return changeAll({&run, 1}, [&](RunId id) {
        return m_db.run("UPDATE runs SET notes = ?2 WHERE id = ?1", id, markdown);
    });
}

Status RunLabels::setPinned(std::span<const RunId> runs, bool pinned)
{
    return changeAll(
        runs, [&](RunId run) { return m_db.run("UPDATE runs SET pinned = ?2 WHERE id = ?1", run, pinned); });
}

Status RunLabels::setArchived(std::span<const RunId> runs, bool archived)
{
    const std::optional<double> time = archived ? std::optional(unixNow()) : std::nullopt;
    return changeAll(runs, [&](RunId run) {
        return m_db.run("UPDATE runs SET archived_at = ?2 WHERE id = ?1 AND "
                        "(archived_at IS NULL OR ?2 IS NULL)",
                        run, time);
    });
}

Status RunLabels::restore(std::span<const RunId> runs)
{
    return changeAll(runs, [&](RunId run) {
        return m_db.run("UPDATE runs SET deleted_at = NULL, archived_at = NULL WHERE id = ?1", run);
    });
}

} // namespace boolab
