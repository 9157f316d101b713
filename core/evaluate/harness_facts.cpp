// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/harness_facts.h"

#include "core/base/cpu_name.h"
#include "core/base/system_info.h"
#include "core/engine/device.h"
#include "core/engine/run_job.h"
#include "core/tokenizer/tokenizer_config.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using NamedToken = std::optional<std::string>;

/// The tokenizer's named tokens, with what the harness' HFLM takes where one is missing.
struct NamedTokens {
    NamedToken bos, eos, pad;
};

NamedTokens namedTokens(const Tokenizer& tokenizer)
{
    const auto json = nlohmann::ordered_json::parse(tokenizer.tokenizerConfigJson(), nullptr, false);
    const auto special = TokenizerConfig::fromJson(json).specialTokens;
    const auto find = [&](const char* name) {
        const auto found = special.find(name);
        return found == special.end() ? NamedToken() : NamedToken(found->second);
    };
    const auto textOf = [&](std::int32_t id) { return NamedToken(tokenizer.tokenBytes(id)); };
    NamedTokens tokens{.bos = find("bos_token"), .eos = find("eos_token"), .pad = find("pad_token")};
    if (!tokens.bos && tokenizer.bosId()) tokens.bos = textOf(*tokenizer.bosId());
    if (!tokens.eos && !tokenizer.eosIds().empty()) tokens.eos = textOf(tokenizer.eosIds().front());
    if (!tokens.pad) tokens.pad = find("unk_token");
    if (!tokens.pad) tokens.pad = tokens.eos;
    return tokens;
}

/// [text, its number as a text]; [null, "None"] where there is none.
nlohmann::json tokenAndId(const Tokenizer& tokenizer, const NamedToken& token)
{
    const auto id = token ? tokenizer.tokenId(*token) : std::nullopt;
    return {token ? nlohmann::json(*token) : nlohmann::json(), id ? fmt::format("{}", *id) : "None"};
}

nlohmann::json tokenizerFields(const Tokenizer& tokenizer)
{
    const NamedTokens tokens = namedTokens(tokenizer);
    const auto end = tokens.eos ? tokenizer.tokenId(*tokens.eos) : std::nullopt;
    return {{"tokenizer_bos_token", tokenAndId(tokenizer, tokens.bos)},
            {"tokenizer_eos_token", tokenAndId(tokenizer, tokens.eos)},
            {"tokenizer_pad_token", tokenAndId(tokenizer, tokens.pad)},
            {"eot_token_id", end ? nlohmann::json(*end) : nlohmann::json()}};
}

std::string environmentText()
{
    return fmt::format("Boolab version: {}\nLibTorch version: {}\nCPU: {}\nPhysical cores: {}\n",
                       boolabVersion(), libtorchVersion(), cpuName(), physicalThreads());
}

/// The harness' own name of the type that computes.
std::string computeType(const Job& job)
{
    const bool byDecoder = job.text("runtime") != "libtorch";
    return "torch." + (byDecoder ? "float32" : dtypeName(loadOptions(job, true).dtype));
}

nlohmann::json settings(const Job& job, const ModelFiles& files)
{
    nlohmann::json config = {
        {"model", "boolab"},
        {"model_args", {{"pretrained", job.text("model")}, {"dtype", job.text("dtype")}}},
        {"model_num_parameters", files.parameterCount()},
        {"model_dtype", computeType(job)},
        {"model_sha", ""}, // of the Hub: as the harness writes it for a folder
        {"batch_size", job.integer("batch_size")},
        {"batch_sizes", nlohmann::json::array()},
        {"device", job.text("device")},
        {"limit", job.integer("limit") > 0 ? nlohmann::json(job.integer("limit")) : nullptr},
        {"bootstrap_iters", 0}};
    for (const char* unused : {"model_revision", "use_cache", "gen_kwargs", "random_seed", "numpy_seed",
                               "torch_seed", "fewshot_seed"})
        config[unused] = nullptr;
    return config;
}

} // namespace

TaskReportFacts harnessFacts(const Job& job, const ModelFiles& files, const Tokenizer& tokenizer)
{
    TaskReportFacts facts{.modelName = job.text("model"),
                          .config = settings(job, files),
                          .about = tokenizerFields(tokenizer),
                          .protocol = {}};
    facts.about["max_length"] = files.config().maxPositions;
    facts.about["pretty_env_info"] = environmentText();
    return facts;
}

} // namespace boolab
