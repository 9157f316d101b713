// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/inspect_model.h"
#include "core/jobs/text_format.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace boolab
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

std::int64_t at(const nlohmann::json& json, const char* key)
{
    return json.value(key, std::int64_t{0});
}

std::string kindText(const std::string& kind)
{
    static const std::map<std::string, std::string> texts = {
        {"huggingface", "Hugging Face model"}, {"gguf", "GGUF model"}, {"boolean", "Boolean model"}};
    const auto found = texts.find(kind);
    return found == texts.end() ? kind : found->second;
}

std::string card(const nlohmann::json& json)
{
    const auto& config = json.at("config");
    std::string text = json.value("path", "") + "\n";
    const auto line = [&](const char* name, const std::string& value) {
        text += fmt::format("  {:<16}{}\n", name, value);
    };
    line("kind", kindText(json.value("kind", "")));
    line("architecture",
         fmt::format("{}, {} blocks, hidden {}, feed-forward {}, {} heads ({} for keys and values)",
                     json.value("architecture", ""), at(config, "num_hidden_layers"),
                     at(config, "hidden_size"), at(config, "intermediate_size"),
                     at(config, "num_attention_heads"), at(config, "num_key_value_heads")));
    line("vocabulary", fmt::format("{} tokens, {} head", formatCount(at(config, "vocab_size")),
                                   config.value("tie_word_embeddings", false) ? "tied" : "separate"));
    line("context", fmt::format("{} tokens", formatCount(at(config, "max_position_embeddings"))));
    line("parameters", formatShortCount(at(json, "parameters")));
    line("weight files", formatBytes(at(json, "file_bytes")));
    line("bits per weight",
         fmt::format("{:.2f} in the linear layers, {:.2f} over the whole file",
                     json.value("bits_per_weight", 0.0), json.value("bits_per_weight_all", 0.0)));
    std::string dtypes;
    for (const auto& [name, entry] : json.at("dtypes").items())
        dtypes += fmt::format("{}{} × {} ({})", dtypes.empty() ? "" : ", ", at(entry, "tensors"), name,
                              formatBytes(at(entry, "bytes")));
    line("tensors", dtypes);
    return text;
}

/// "model.layers.12.self_attn.q_proj" -> 12 and "self_attn.q_proj".
std::pair<std::int64_t, std::string> blockAndPart(const std::string& name)
{
    const auto digit = name.find_first_of("0123456789");
    if (digit == std::string::npos) return {0, name};
    const auto dot = name.find('.', digit);
    return {std::stoll(name.substr(digit, 9)), dot == std::string::npos ? name : name.substr(dot + 1)};
}

/// One row for all blocks whose layer has the same shape and storage.
std::string layerTable(const nlohmann::json& layers)
{
    struct Group {
        std::vector<std::string> cells;
        std::int64_t first = 0, last = 0, count = 0, bytes = 0;
    };
    std::vector<Group> groups;
    for (const auto& layer : layers) {
        const auto [block, part] = blockAndPart(layer.value("name", ""));
        const std::int64_t kernels = at(layer, "kernels");
        const std::vector<std::string> cells = {
            part, fmt::format("{} × {}", at(layer, "out"), at(layer, "in")), layer.value("dtype", ""),
            kernels > 0 ? std::to_string(kernels) : "-",
            fmt::format("{:.2f}", layer.value("bits_per_weight", 0.0))};
        auto group = std::ranges::find(groups, cells, &Group::cells);
        if (group == groups.end()) group = groups.insert(groups.end(), {cells, block, block, 0, 0});
        group->last = block;
        ++group->count;
        group->bytes += at(layer, "bytes");
    }
    Rows rows = {{"linear layer", "out × in", "stored as", "K", "bits/weight", "blocks", "layers", "size"}};
    for (const Group& group : groups) {
        std::vector<std::string> row = group.cells;
        row.push_back(fmt::format("{}-{}", group.first, group.last));
        row.push_back(std::to_string(group.count));
        row.push_back(formatBytes(group.bytes));
        rows.push_back(std::move(row));
    }
    return textTable(rows);
}

std::string memoryTable(const nlohmann::json& memory)
{
    Rows rows = {{"with default options", "memory", "disk"}};
    for (const auto& [job, estimate] : memory.items()) {
        const std::int64_t disk = at(estimate, "disk_bytes");
        rows.push_back({job, formatBytes(at(estimate, "total_bytes")), disk > 0 ? formatBytes(disk) : "-"});
    }
    return textTable(rows);
}

} // namespace

std::string inspectionText(const nlohmann::json& inspection)
{
    return card(inspection) + "\n" + layerTable(inspection.at("layers")) + "\n" +
           memoryTable(inspection.at("memory"));
}

} // namespace boolab
