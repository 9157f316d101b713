// SPDX-License-Identifier: Apache-2.0
#include "app/cli/job_command.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab::cli
{

std::string exportText(const Job& /*job*/, const nlohmann::json& result)
{
    const nlohmann::json verified = result.value("verified", nlohmann::json::object());
    std::string text =
        fmt::format("{}: {} ({}), {}, {:.2f} bits per weight over the whole file, {}\n",
                    result.value("model", ""), result.value("format", ""), result.value("type", ""),
                    formatBytes(result.value("file_bytes", std::int64_t{0})),
                    result.value("bits_per_weight_all", 0.0), formatDuration(result.value("seconds", 0.0)));
    text += fmt::format("verified: {} tensors with {} values read back and equal{}; rounding error {}\n",
                        verified.value("tensors", std::int64_t{0}),
                        formatShortCount(verified.value("values", std::int64_t{0})),
                        verified.value("tokenizer", false) ? ", the tokenizer too" : "",
                        formatNumber(verified.value("relative_error", 0.0)));
    text += fmt::format("model card: {}\njob file:   {}\nto load it:\n", result.value("card", ""),
                        result.value("job_file", ""));
    return text + result.value("load", "");
}

Command addExport(CLI::App& root)
{
    return addJobCommand(root, JobKind::Export, exportText);
}

} // namespace boolab::cli
