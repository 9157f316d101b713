// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "core/store/sqlite.h"

namespace boolab
{

/// By name.
Result<std::vector<SavedFilter>> selectFilters(sqlite::Connection& connection);
/// In place of the one with this name; the query is checked first.
Status saveFilter(sqlite::Connection& connection, const SavedFilter& filter);
Status removeFilter(sqlite::Connection& connection, const std::string& name);

} // namespace boolab
