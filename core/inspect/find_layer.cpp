// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/find_layer.h"

#include "core/jobs/nearest_word.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

constexpr std::size_t kSuggestions = 3;

/// As many of the last parts of `name` as `like` has: "3.up_proj" has two.
std::string endingLike(const std::string& name, const std::string& like)
{
    std::size_t start = name.size();
    for (auto parts = std::ranges::count(like, '.') + 1; parts > 0 && start != std::string::npos; --parts)
        start = start == 0 ? std::string::npos : name.rfind('.', start - 1);
    return start == std::string::npos ? name : name.substr(start + 1);
}

/// Full names whose endings are near.
std::vector<std::string> nearNames(const std::string& name, const std::vector<LinearLayerInfo>& layers)
{
    std::vector<std::string> endings, near;
    for (const LinearLayerInfo& layer : layers)
        endings.push_back(endingLike(layer.name, name));
    std::vector<std::string> left = endings;
    while (near.size() < kSuggestions) {
        const std::string next = nearestWord(name, left);
        if (next.empty()) break;
        near.push_back(
            layers[static_cast<std::size_t>(std::ranges::find(endings, next) - endings.begin())].name);
        std::erase(left, next);
    }
    return near;
}

} // namespace

Result<LinearLayerInfo> findLayer(const ModelFiles& files, const std::string& name)
{
    const auto layers = files.linearLayers();
    const auto exact = std::ranges::find(layers, name, &LinearLayerInfo::name);
    if (exact != layers.end()) return *exact;
    std::vector<std::string> ending;
    for (const LinearLayerInfo& layer : layers)
        if (!name.empty() && layer.name.ends_with("." + name)) ending.push_back(layer.name);
    if (ending.size() == 1) return *std::ranges::find(layers, ending.front(), &LinearLayerInfo::name);
    const std::string what = fmt::format("{}: {} \"{}\"", files.path().string(),
                                         ending.empty() ? "has no linear layer" : "has several layers", name);
    auto near = ending.empty() ? nearNames(name, layers) : ending;
    near.resize(std::min(near.size(), kSuggestions));
    return fail(ErrorCode::BadInput, what,
                near.empty() ? fmt::format("Its layers are called \"{}\" to \"{}\".", layers.front().name,
                                           layers.back().name)
                             : fmt::format("Did you mean \"{}\"?", fmt::join(near, "\" or \"")));
}

} // namespace boolab
