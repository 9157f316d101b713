// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/sqlite.h"

namespace boolab
{

/// Writes down where the database lies, where nothing is written yet.
Status recordFirstPlace(sqlite::Connection& connection);
/// Writes down that it lies here now, whatever was written before. Refused while another database lies where
/// it was made: then this one is a copy.
Status recordPlace(sqlite::Connection& connection);
/// Fails where the database is not where it was made: a copy, a restored backup, or moved. Files that its
/// runs name may then belong to the runs of another database.
Status refuseElsewhere(sqlite::Connection& connection);

} // namespace boolab
