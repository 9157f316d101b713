// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "core/store/sqlite.h"

#include <span>

namespace boolab
{

/// What people do to keep their runs in order. Every change is one transaction over all runs named, or none.
/// Borrows its store's connection.
class RunLabels
{
public:
    explicit RunLabels(sqlite::Connection& connection) : m_db(connection) {}

    Status addTags(std::span<const RunId> runs, std::span<const std::string> tags);
    Status removeTags(std::span<const RunId> runs, std::span<const std::string> tags);
    Status setTags(RunId run, std::span<const std::string> tags); ///< in place of those it has
    Status setNotes(RunId run, const std::string& markdown);
    Status setPinned(std::span<const RunId> runs, bool pinned);
    Status setArchived(std::span<const RunId> runs, bool archived);
    /// Back from the deleted and the archived ones.
    Status restore(std::span<const RunId> runs);

private:
    template <class Change> Status changeAll(std::span<const RunId> runs, Change change);

    sqlite::Connection& m_db;
};

/// A tag is up to 60 bytes without spaces, commas, quotes and control characters.
Status checkTag(const std::string& tag);

} // namespace boolab
