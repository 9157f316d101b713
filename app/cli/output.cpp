// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"

#include <cstdio>
#include <fmt/format.h>

namespace boolab::cli
{

namespace
{

// Texts that a model wrote, or file names, need not be UTF-8.
std::string dump(const nlohmann::json& json, int indent)
{
    return json.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
}

const char* nameOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Usage:
        return "usage";
    case ErrorCode::BadInput:
        return "bad input";
    case ErrorCode::Unsupported:
        return "unsupported";
    case ErrorCode::OutOfMemory:
        return "out of memory";
    case ErrorCode::OutOfDisk:
        return "out of disk";
    case ErrorCode::Io:
        return "io";
    case ErrorCode::Database:
        return "database";
    case ErrorCode::Stopped:
        return "stopped";
    case ErrorCode::Internal:
        return "internal";
    }
    return "internal";
}

} // namespace

void printText(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

void printJson(const nlohmann::json& json)
{
    printText(dump(json, 2) + "\n");
}

void printJsonLine(const nlohmann::json& json)
{
    printText(dump(json, -1) + "\n");
}

void printNote(const std::string& text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

nlohmann::json errorJson(const Error& error)
{
    return {{"code", nameOf(error.code)},
            {"exit_code", exitCode(error.code)},
            {"message", error.message},
            {"hint", error.hint}};
}

int report(const Error& error, bool json, std::optional<RunId> run)
{
    printNote(fmt::format("{}{}\n", error.code == ErrorCode::Stopped ? "" : "error: ", error.text()));
    if (json) {
        nlohmann::json object = {{"error", errorJson(error)}};
        if (run) object["run_id"] = *run;
        printJson(object);
    }
    return exitCode(error.code);
}

} // namespace boolab::cli
