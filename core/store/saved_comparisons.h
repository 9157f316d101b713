// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "core/store/sqlite.h"

namespace boolab
{

/// Runs that are looked at side by side, under a name.
struct SavedComparison {
    std::string name = {};
    nlohmann::json settings = nlohmann::json::object(); ///< how it is looked at
    std::vector<RunId> runs = {};                       ///< in the order of the columns
    std::optional<RunId> baseline = {};
    double changedAt = 0; ///< Unix seconds
};

/// The runs of a text like "3,6", by which runs are named in one argument; empty where it is anything else.
std::vector<RunId> runNumbersIn(const std::string& text);

/// The tables comparisons and comparison_runs. Deleted runs are left out while they are deleted; they are
/// back when they are restored. Borrows its store's connection.
class SavedComparisons
{
public:
    explicit SavedComparisons(sqlite::Connection& connection) : m_db(connection) {}

    /// By name.
    Result<std::vector<SavedComparison>> all();
    /// The one with this name; an error that names those there are.
    Result<SavedComparison> find(const std::string& name);
    /// In place of the one with this name. Refused without a name or with one that reads as numbers of runs,
    /// without runs, and with runs that are not there.
    Status save(const SavedComparison& comparison);
    Status remove(const std::string& name);

private:
    Result<std::vector<RunId>> runsOf(const std::string& name);

    sqlite::Connection& m_db;
};

} // namespace boolab
