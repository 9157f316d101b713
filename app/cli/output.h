// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/store/records.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace boolab::cli
{

/// Standard output is for results alone; everything else goes to standard error.
void printText(const std::string& text);
void printJson(const nlohmann::json& json);
/// One line, flushed: for a reader that waits for it.
void printJsonLine(const nlohmann::json& json);
void printNote(const std::string& text);

nlohmann::json errorJson(const Error& error);
/// Message and hint on standard error, with `json` also as {"error": …} on standard output; returns the exit
/// code.
int report(const Error& error, bool json = false, std::optional<RunId> run = {});

} // namespace boolab::cli
