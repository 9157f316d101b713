// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace boolab
{

// Fields of JSON from outside (jobs and results of the database, events of another process), which may be
// missing, null or of another type, in a value that may be no object.

/// The text at `key`, else an empty one.
std::string textAt(const nlohmann::json& json, const std::string& key);
/// The finite number at `key`; a NaN is null in the database.
std::optional<double> numberAt(const nlohmann::json& json, const std::string& key);
std::int64_t integerAt(const nlohmann::json& json, const std::string& key, std::int64_t otherwise = 0);
bool boolAt(const nlohmann::json& json, const std::string& key, bool otherwise = false);
/// The list at `key`, else an empty one; it lives as long as `json`.
const nlohmann::json& listAt(const nlohmann::json& json, const std::string& key);
/// The object at `key`, else an empty one; it lives as long as `json`.
const nlohmann::json& objectAt(const nlohmann::json& json, const std::string& key);

} // namespace boolab
