// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

namespace boolab
{

enum class RepeatedKeys { Refused, LastWins };

/// JSON of an untrusted file. Refuses nesting that would exhaust the stack of whoever copies or prints it.
/// `what` begins the messages, as in "config.json: is not valid JSON: …".
Result<nlohmann::json> parseJson(std::string_view text, const std::string& what, const std::string& hint,
                                 RepeatedKeys repeated = RepeatedKeys::LastWins);

} // namespace boolab
