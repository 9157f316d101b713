// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/tensor_tree.h"

#include "core/base/json_field.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

constexpr std::string_view kBlocks = "model.layers.";
/// Modules of a block as they are executed.
constexpr std::array<std::string_view, 9> kOrder = {
    "input_layernorm",  "self_attn.q_proj", "self_attn.k_proj",
    "self_attn.v_proj", "self_attn.o_proj", "post_attention_layernorm",
    "mlp.gate_proj",    "mlp.up_proj",      "mlp.down_proj"};

struct Place {
    TensorPart part = TensorPart::Other;
    std::int64_t block = -1;
    std::size_t labelAt = 0; ///< where the part's own name ends
    friend auto operator<=>(const Place& a, const Place& b)
    {
        return std::pair(a.part, a.block) <=> std::pair(b.part, b.block);
    }
    friend bool operator==(const Place& a, const Place& b) { return (a <=> b) == 0; }
};

Place placeOf(const std::string& name)
{
    if (name.starts_with("model.embed_tokens.")) return {TensorPart::Embeddings};
    if (name.starts_with("model.norm.")) return {TensorPart::FinalNorm};
    if (name.starts_with("lm_head.")) return {TensorPart::Head};
    if (!name.starts_with(kBlocks)) return {};
    std::int64_t block = 0;
    const char* end = name.data() + name.size();
    const auto [stop, error] = std::from_chars(name.data() + kBlocks.size(), end, block);
    if (error != std::errc() || stop == end || *stop != '.' || block < 0) return {};
    return {TensorPart::Block, block, static_cast<std::size_t>(stop - name.data()) + 1};
}

std::string moduleOf(const std::string& name)
{
    return name.substr(0, std::min(name.rfind('.'), name.size()));
}

std::size_t rankOf(const std::string& name, const Place& place)
{
    const std::string module = moduleOf(name);
    const auto label = std::string_view(module).substr(std::min(place.labelAt, module.size()));
    return static_cast<std::size_t>(std::ranges::find(kOrder, label) - kOrder.begin());
}

void addDType(std::string& dtypes, const std::string& dtype)
{
    if ((", " + dtypes + ",").find(", " + dtype + ",") != std::string::npos) return;
    dtypes += (dtypes.empty() ? "" : ", ") + dtype;
}

void addLayer(TensorNode& node, const LinearLayers& layers)
{
    const auto found = layers.find(node.layer);
    if (found == layers.end()) return node.layer.clear();
    if (node.kind == TensorNode::Kind::Module) node.shape = {found->second.out, found->second.in};
    if (node.kind == TensorNode::Kind::Tensor && !node.name.ends_with(".weight")) return;
    node.kernels = found->second.kernels;
    node.bits = found->second.bits;
}

TensorNode tensorNode(const std::vector<TensorRow>& tensors, std::size_t row, const Place& place,
                      std::size_t labelAt, const LinearLayers& layers)
{
    const TensorRow& tensor = tensors[row];
    TensorNode node{.kind = TensorNode::Kind::Tensor,
                    .part = place.part,
                    .block = place.block,
                    .label = tensor.name.substr(labelAt),
                    .name = tensor.name,
                    .layer = moduleOf(tensor.name),
                    .dtypes = tensor.dtype,
                    .shape = tensor.shape,
                    .parameters = tensor.parameters,
                    .bytes = tensor.bytes,
                    .rows = {row},
                    .children = {}};
    addLayer(node, layers);
    return node;
}

void sumUp(TensorNode& node)
{
    for (const TensorNode& child : node.children) {
        node.parameters += child.parameters;
        node.bytes += child.bytes;
        node.rows.insert(node.rows.end(), child.rows.begin(), child.rows.end());
        for (std::size_t begin = 0; begin < child.dtypes.size();) {
            const std::size_t end = std::min(child.dtypes.find(", ", begin), child.dtypes.size());
            addDType(node.dtypes, child.dtypes.substr(begin, end - begin));
            begin = end + 2;
        }
    }
}

/// `rows` of one module: the tensor itself, or a node over several.
TensorNode moduleNode(const std::vector<TensorRow>& tensors, std::span<const std::size_t> rows,
                      const Place& place, const LinearLayers& layers)
{
    if (rows.size() == 1) return tensorNode(tensors, rows[0], place, place.labelAt, layers);
    const std::string module = moduleOf(tensors[rows[0]].name);
    TensorNode node{.kind = TensorNode::Kind::Module,
                    .part = place.part,
                    .block = place.block,
                    .label = module.substr(place.labelAt),
                    .name = module,
                    .layer = module,
                    .dtypes = {},
                    .shape = {},
                    .rows = {},
                    .children = {}};
    addLayer(node, layers);
    for (const std::size_t row : rows)
        node.children.push_back(tensorNode(tensors, row, place, module.size() + 1, layers));
    sumUp(node);
    return node;
}

} // namespace

LinearLayers linearLayersFrom(const nlohmann::json& layers)
{
    LinearLayers found;
    if (!layers.is_array()) return found;
    for (const nlohmann::json& layer : layers)
        found[textAt(layer, "name")] = {.out = integerAt(layer, "out"),
                                        .in = integerAt(layer, "in"),
                                        .kernels = integerAt(layer, "kernels"),
                                        .bits = numberAt(layer, "bits_per_weight").value_or(0)};
    return found;
}

std::vector<TensorNode> tensorTree(const std::vector<TensorRow>& tensors, const LinearLayers& layers)
{
    struct Entry {
        Place place;
        std::size_t rank = 0, row = 0;
        std::string module;
    };
    std::vector<Entry> entries;
    std::map<std::string, std::size_t> firstOf; // keeps the tensors of a module together
    for (std::size_t row = 0; row < tensors.size(); ++row) {
        const Place place = placeOf(tensors[row].name);
        entries.push_back({place, rankOf(tensors[row].name, place), row, moduleOf(tensors[row].name)});
        firstOf.emplace(entries.back().module, row);
    }
    std::ranges::stable_sort(entries, {}, [&](const Entry& entry) {
        return std::tuple(entry.place, entry.rank, firstOf.at(entry.module));
    });
    std::vector<TensorNode> tree;
    for (auto entry = entries.begin(); entry != entries.end();) {
        TensorNode part{.kind = TensorNode::Kind::Part,
                        .part = entry->place.part,
                        .block = entry->place.block,
                        .label = {},
                        .name = {},
                        .layer = {},
                        .dtypes = {},
                        .shape = {},
                        .rows = {},
                        .children = {}};
        const Place place = entry->place;
        while (entry != entries.end() && entry->place == place) {
            std::vector<std::size_t> rows;
            const std::string module = entry->module;
            for (; entry != entries.end() && entry->place == place && entry->module == module; ++entry)
                rows.push_back(entry->row);
            if (place.part == TensorPart::Block)
                part.children.push_back(moduleNode(tensors, rows, place, layers));
            else
                for (const std::size_t row : rows)
                    part.children.push_back(tensorNode(tensors, row, place, 0, layers));
        }
        sumUp(part);
        tree.push_back(std::move(part));
    }
    return tree;
}

std::string partName(const TensorNode& node)
{
    switch (node.part) {
    case TensorPart::Embeddings:
        return "Embeddings";
    case TensorPart::Block:
        return fmt::format("Block {}", node.block);
    case TensorPart::FinalNorm:
        return "Final norm";
    case TensorPart::Head:
        return "Output head";
    case TensorPart::Other:
        return "Other";
    }
    return {};
}

std::optional<ValueFigures> valuesOf(const TensorNode& node, const std::vector<TensorRow>& tensors)
{
    std::optional<ValueFigures> all;
    for (const std::size_t row : node.rows) {
        if (!tensors[row].values) continue;
        if (!all) all.emplace();
        all->add(*tensors[row].values);
    }
    return all;
}

} // namespace boolab
