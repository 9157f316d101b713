// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/layer_pins.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

namespace boolab
{

namespace
{

std::vector<std::string> words(const std::string& text)
{
    constexpr const char* kSeparators = ", \t\n;";
    std::vector<std::string> found;
    for (std::size_t begin = text.find_first_not_of(kSeparators); begin != std::string::npos;) {
        const std::size_t end = text.find_first_of(kSeparators, begin);
        found.push_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(kSeparators, end);
    }
    return found;
}

std::optional<std::int64_t> countOf(const std::string& text, std::int64_t maxKernels)
{
    if (text == "dense") return 0;
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && count >= 1 && count <= maxKernels ? std::optional(count) : std::nullopt;
}

} // namespace

Result<std::vector<LayerPin>> parsePins(const std::string& text, std::int64_t maxKernels)
{
    std::vector<LayerPin> pins;
    for (const std::string& word : words(text)) {
        const std::size_t equals = word.rfind('=');
        const auto count =
            equals == std::string::npos ? std::nullopt : countOf(word.substr(equals + 1), maxKernels);
        if (!count || equals == 0)
            return fail(
                ErrorCode::Usage,
                fmt::format("--pin \"{}\": expected PATTERN=COUNT, the count from 1 to {} or \"dense\"", word,
                            maxKernels),
                "Example: --pin 'layers.0.*=4,*.down_proj=dense'");
        pins.push_back({word.substr(0, equals), *count});
    }
    return pins;
}

std::string toText(const std::vector<LayerPin>& pins)
{
    std::vector<std::string> parts;
    for (const LayerPin& pin : pins)
        parts.push_back(
            fmt::format("{}={}", pin.pattern, pin.kernels == 0 ? "dense" : std::to_string(pin.kernels)));
    return fmt::format("{}", fmt::join(parts, ","));
}

bool matches(const LayerPin& pin, const std::string& layer)
{
    return fnmatch(pin.pattern.c_str(), layer.c_str(), 0) == 0 ||
           fnmatch(("*." + pin.pattern).c_str(), layer.c_str(), 0) == 0;
}

std::optional<std::int64_t> pinnedKernels(const std::vector<LayerPin>& pins, const std::string& layer)
{
    const auto found =
        std::find_if(pins.rbegin(), pins.rend(), [&](const LayerPin& pin) { return matches(pin, layer); });
    return found == pins.rend() ? std::nullopt : std::optional(found->kernels);
}

Status checkPinsMatch(const std::vector<LayerPin>& pins, const std::vector<std::string>& layers)
{
    for (const LayerPin& pin : pins)
        if (std::ranges::none_of(layers, [&](const std::string& layer) { return matches(pin, layer); }))
            return fail(
                ErrorCode::Usage, fmt::format("--pin \"{}\" matches no layer", toText({pin})),
                "boolab-cli inspect MODEL lists the layers' names, such as model.layers.0.mlp.up_proj.");
    return {};
}

} // namespace boolab
