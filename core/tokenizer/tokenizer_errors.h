// SPDX-License-Identifier: Apache-2.0
// What the readers of a tokenizer.json's components share.
#pragma once

#include "core/base/error.h"
#include "core/tokenizer/regex.h"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace boolab
{

/// "type" of a component, or "?" where it has none.
std::string componentType(const nlohmann::json& json);
std::unexpected<Error> unsupportedComponent(const std::string& origin, const std::string& place,
                                            const std::string& type);
std::unexpected<Error> brokenTokenizer(const std::string& origin, const std::string& what);
/// "pattern": {"Regex": …} or {"String": …}.
Result<Regex> patternFromJson(const nlohmann::json& component, const std::string& origin);

} // namespace boolab
