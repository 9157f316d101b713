// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_deploy_command.h"

#include "app/cli/bench_output.h"
#include "core/base/child_process.h"
#include "core/base/json_field.h"
#include "core/base/normal_path.h"
#include "core/jobs/inspect_model.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>
#include <memory>

namespace boolab::cli
{

namespace
{

using Json = nlohmann::json;

struct Flags {
    CliFlags output;
    std::vector<std::string> models;
    int promptTokens = 512, newTokens = 64, repeat = 3, threads = 0;
};

/// What the child said of its failure.
Error errorOf(const ChildOutput& child, const std::string& model)
{
    const Json said = Json::parse(child.out, nullptr, /*allow_exceptions=*/false);
    const Json& error = objectAt(said, "error");
    const std::string message = textAt(error, "message");
    return {ErrorCode::Internal,
            message.empty() ? fmt::format("{}: measuring ended with exit code {}", model, child.exitCode)
                            : message,
            textAt(error, "hint")};
}

/// In a process of its own, or a model would be charged with the memory of those before it.
Result<Json> measured(const std::string& model, const Flags& flags)
{
    auto facts = inspectModel(model);
    if (!facts) return facts;
    const auto child = runChild({thisProgram().string(), "bench", "decode", model, "--prompt-tokens",
                                 std::to_string(flags.promptTokens), "-n", std::to_string(flags.newTokens),
                                 "--repeat", std::to_string(flags.repeat), "--threads",
                                 std::to_string(flags.threads), "--json", "--quiet"});
    if (!child) return std::unexpected(child.error());
    if (child->exitCode != 0) return std::unexpected(errorOf(*child, model));
    const Json bench = Json::parse(child->out, nullptr, /*allow_exceptions=*/false);
    const Json& decode = listAt(bench, "decode");
    if (decode.empty()) return std::unexpected(errorOf(*child, model));
    return Json{{"model", model},
                {"bits_per_weight", (*facts)["bits_per_weight"]},
                {"bits_per_weight_all", (*facts)["bits_per_weight_all"]},
                {"file_bytes", integerAt(*facts, "file_bytes")},
                {"peak_resident_bytes", integerAt(bench, "peak_resident_bytes")},
                {"tokens_per_second", decode[0]["tokens_per_second"]},
                {"prompt_tokens_per_second", bench["prompt_tokens_per_second"]},
                {"first_token_seconds", bench["first_token_seconds"]},
                {"threads", bench["threads"]},
                {"isa", textAt(bench, "isa")}};
}

Result<Json> measureAll(const Flags& flags, JobObserver& observer)
{
    Json all = {{"prompt_tokens", flags.promptTokens}, {"models", Json::array()}};
    observer.phase("measuring models", "models");
    for (const std::string& model : flags.models) {
        observer.progress(std::ssize(all["models"]), std::ssize(flags.models));
        auto one = measured(model, flags);
        if (!one) return one;
        all["models"].push_back(std::move(*one));
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped, "stopped before all models were measured");
    }
    return all;
}

/// "84.5 MB (0.31)": the figure, and its ratio to the first model's.
std::string withRatio(const std::string& text, double value, double first)
{
    return first > 0 ? fmt::format("{} ({:.2f})", text, value / first) : text;
}

std::string table(const Json& result)
{
    std::vector<std::vector<std::string>> rows = {{"model", "bits/weight", "over all", "file", "resident",
                                                   "tokens/s", "prompt tokens/s", "first token"}};
    const Json& first = result["models"][0];
    for (const Json& one : result["models"]) {
        const auto number = [&](const char* key) { return numberAt(one, key).value_or(0); };
        const auto bytes = [&](const char* key) {
            return withRatio(formatBytes(integerAt(one, key)), number(key), numberAt(first, key).value_or(0));
        };
        const auto speed = [&](const char* key) {
            return withRatio(fmt::format("{:.0f}", number(key)), number(key),
                             numberAt(first, key).value_or(0));
        };
        rows.push_back({lastName(textAt(one, "model")), formatNumber(number("bits_per_weight")),
                        formatNumber(number("bits_per_weight_all")), bytes("file_bytes"),
                        bytes("peak_resident_bytes"), speed("tokens_per_second"),
                        speed("prompt_tokens_per_second"),
                        fmt::format("{:.0f} ms", 1000 * number("first_token_seconds"))});
    }
    return textTable(rows) +
           fmt::format("ratios to the first; each model in a process of its own, behind a prompt of {} "
                       "tokens; {} threads, {}; dense layers are computed in float32\n",
                       result["prompt_tokens"].dump(), first["threads"].dump(), textAt(first, "isa"));
}

} // namespace

Command addBenchDeploy(CLI::App& bench)
{
    CLI::App* app = bench.add_subcommand(
        "deploy", "What models cost where they run: file, measured memory and speed, beside each other.");
    auto flags = std::make_shared<Flags>();
    app->add_option("models", flags->models,
                    "Models, dense or Boolean; the first, full precision most likely, is what the others are "
                    "compared with.")
        ->required()
        ->option_text("PATH...");
    app->add_option("--prompt-tokens", flags->promptTokens, "Tokens read before those that are generated.")
        ->check(CLI::Range(1, 1048576))
        ->option_text("N [512]");
    app->add_option("-n,--new-tokens", flags->newTokens, "Tokens generated.")
        ->check(CLI::Range(1, 1048576))
        ->option_text("N [64]");
    app->add_option("--repeat", flags->repeat, "The best of so many counts.")
        ->check(CLI::Range(1, 1000))
        ->option_text("N [3]");
    addBenchFlags(*app, flags->threads, flags->output);
    return {app, [flags] {
                return benchAndPrint(
                    flags->output, [&](JobObserver& observer) { return measureAll(*flags, observer); },
                    table);
            }};
}

} // namespace boolab::cli
