// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_keys.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

namespace
{

double shortestDecimal(double value)
{
    const auto single = static_cast<float>(value);
    return static_cast<double>(single) == value ? std::strtod(fmt::format("{}", single).c_str(), nullptr)
                                                : value;
}

} // namespace

std::int64_t GgufKeys::size(const std::string& key, std::optional<std::int64_t> otherwise)
{
    if (!m_file.value(key)) {
        if (!otherwise) refuse(fmt::format("key \"{}\" is missing", key));
        return otherwise.value_or(1);
    }
    auto value = m_file.integer(key);
    if (const auto* layers = m_file.integers(key); layers && !layers->empty()) {
        if (std::ranges::count(*layers, layers->front()) != static_cast<std::ptrdiff_t>(layers->size()))
            refuse(fmt::format("key \"{}\" differs between the layers", key), ErrorCode::Unsupported,
                   "Boolab takes models whose layers are all of one shape.");
        value = layers->front();
    }
    if (value && *value >= 1 && *value <= std::numeric_limits<std::int32_t>::max()) return *value;
    refuse(fmt::format("key \"{}\" is {}, expected an integer from 1 to 2^31-1", key,
                       value ? std::to_string(*value) : "no integer"));
    return 1;
}

double GgufKeys::positive(const std::string& key, std::optional<double> otherwise)
{
    if (!m_file.value(key)) {
        if (!otherwise) refuse(fmt::format("key \"{}\" is missing", key));
        return otherwise.value_or(1);
    }
    const auto value = m_file.real(key);
    if (value && std::isfinite(*value) && *value > 0) return shortestDecimal(*value);
    refuse(fmt::format("key \"{}\" is {}, expected a positive number", key,
                       value ? fmt::format("{}", *value) : "no number"));
    return 1;
}

std::string GgufKeys::text(const std::string& key, const std::string& otherwise)
{
    if (!m_file.value(key)) return otherwise;
    if (auto value = m_file.text(key)) return *value;
    refuse(fmt::format("key \"{}\" is no text", key));
    return otherwise;
}

std::optional<std::int64_t> GgufKeys::token(const std::string& key, std::int64_t vocabSize) const
{
    const auto id = m_file.integer(key);
    return id && *id >= 0 && *id < vocabSize ? id : std::nullopt;
}

void GgufKeys::refuse(const std::string& what, ErrorCode code, std::string hint)
{
    if (!m_error) m_error = Error{code, fmt::format("{}: {}", m_file.path().string(), what), std::move(hint)};
}

} // namespace boolab
