// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/pin_text.h"

#include "widgets/charts/layer_name.h"

#include <map>
#include <set>

namespace boolab::ui
{

namespace
{

const std::string kPrefix = "model."; // a pattern matches behind any dot

std::string shortened(const std::string& layer)
{
    return layer.starts_with(kPrefix) ? layer.substr(kPrefix.size()) : layer;
}

/// Layers that one pattern names, and what they are pinned to.
struct Group {
    std::string pattern;
    std::vector<std::size_t> layers;
    std::set<std::optional<std::int64_t>> counts;
};

using Groups = std::map<QString, Group>;

void add(Groups& groups, const QString& key, const std::string& pattern, std::size_t layer,
         const PinnedCounts& counts)
{
    Group& group = groups[key];
    group.pattern = pattern;
    group.layers.push_back(layer);
    group.counts.insert(counts[layer]);
}

std::vector<LayerPin> singlePins(const PinnedCounts& counts, const std::vector<std::string>& layers)
{
    std::vector<LayerPin> pins;
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (counts[i]) pins.push_back({layers[i], *counts[i]});
    return pins;
}

} // namespace

PinnedCounts pinnedCounts(const std::vector<LayerPin>& pins, const std::vector<std::string>& layers)
{
    PinnedCounts counts;
    for (const std::string& layer : layers)
        counts.push_back(pinnedKernels(pins, layer));
    return counts;
}

std::vector<LayerPin> compactPins(const PinnedCounts& counts, const std::vector<std::string>& layers)
{
    Groups all, parts, blocks;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerName name = LayerName::from(layers[i]);
        add(all, {}, "*", i, counts);
        add(parts, name.part, "*." + name.part.toStdString(), i, counts);
        if (name.block >= 0)
            add(blocks, QString::number(name.block), "layers." + std::to_string(name.block) + ".*", i,
                counts);
    }
    std::vector<LayerPin> pins;
    std::vector<bool> covered(layers.size(), false);
    const auto take = [&](const Groups& groups) {
        for (const auto& [key, group] : groups) {
            const bool isOne = group.counts.size() == 1 && group.counts.begin()->has_value();
            const bool isNew =
                std::ranges::any_of(group.layers, [&](std::size_t layer) { return !covered[layer]; });
            if (!isOne || !isNew || group.layers.size() < 2) continue;
            pins.push_back({group.pattern, **group.counts.begin()});
            for (const std::size_t layer : group.layers)
                covered[layer] = true;
        }
    };
    take(all);
    take(parts);
    take(blocks);
    for (std::size_t i = 0; i < layers.size(); ++i)
        if (counts[i] && !covered[i]) pins.push_back({shortened(layers[i]), *counts[i]});
    return pinnedCounts(pins, layers) == counts ? pins : singlePins(counts, layers); // names beyond LLaMA's
}

} // namespace boolab::ui
