// SPDX-License-Identifier: Apache-2.0
#include "kernels/isa.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdlib>
#include <string_view>

#include "kernels/highway_config.h"
// foreach_target.h makes HWY_TARGETS the set that the ops are compiled for.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/no_ops-inl.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

namespace boolab::kernels
{

namespace
{

constexpr const char* kReference = "reference";
constexpr std::string_view kHighwaysAvx512 = "AVX3";

std::atomic<bool> s_referenceForced = false;

/// As the CPU says, whatever was forced since.
const std::vector<std::int64_t>& targets()
{
    static const std::vector<std::int64_t> s_targets = hwy::SupportedAndGeneratedTargets();
    return s_targets;
}

std::string lower(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

/// Highway's name, but for its own word for AVX-512.
std::string nameOf(std::int64_t target)
{
    const std::string name = hwy::TargetName(target);
    return name.starts_with(kHighwaysAvx512) ? "AVX-512" + name.substr(kHighwaysAvx512.size()) : name;
}

std::string canonical(const std::string& name)
{
    const std::string key = lower(name);
    if (key == "ref") return kReference;
    for (const std::string_view other : {"avx3", "avx512"})
        if (key.starts_with(other)) return "avx-512" + key.substr(other.size());
    return key;
}

void use(std::int64_t target)
{
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

std::string listOf(const std::vector<std::string>& names)
{
    std::string list;
    for (const auto& name : names)
        list += (list.empty() ? "" : ", ") + name;
    return list;
}

} // namespace

std::string active_isa()
{
    if (s_referenceForced) return kReference;
    const auto chosen = hwy::SupportedTargets();
    for (const auto target : targets())
        if (target & chosen) return nameOf(target);
    return nameOf(HWY_STATIC_TARGET);
}

std::vector<std::string> supported_isas()
{
    std::vector<std::string> names;
    for (const auto target : targets())
        names.push_back(nameOf(target));
    names.emplace_back(kReference);
    return names;
}

std::expected<void, std::string> force_isa(const std::string& name)
{
    const char* variable = std::getenv("BOOLAB_FORCE_ISA");
    const std::string wanted = !name.empty() ? name : variable ? variable : "";
    targets();
    if (wanted.empty()) {
        s_referenceForced = false;
        use(0);
        return {};
    }
    if (canonical(wanted) == kReference) {
        s_referenceForced = true;
        return {};
    }
    for (const auto target : targets()) {
        if (lower(nameOf(target)) != canonical(wanted)) continue;
        s_referenceForced = false;
        use(target);
        return {};
    }
    return std::unexpected("instruction set '" + wanted +
                           "' is not supported here; supported: " + listOf(supported_isas()));
}

bool reference_forced()
{
    return s_referenceForced;
}

} // namespace boolab::kernels
