// SPDX-License-Identifier: Apache-2.0
#include "core/base/json_field.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace boolab
{

namespace
{

using Json = nlohmann::json;

const Json& fieldAt(const Json& json, const std::string& key)
{
    static const Json missing;
    if (!json.is_object()) return missing;
    const auto found = json.find(key);
    return found == json.end() ? missing : *found;
}

} // namespace

std::string textAt(const Json& json, const std::string& key)
{
    const Json& field = fieldAt(json, key);
    return field.is_string() ? field.get<std::string>() : std::string();
}

std::optional<double> numberAt(const Json& json, const std::string& key)
{
    const Json& field = fieldAt(json, key);
    if (!field.is_number()) return std::nullopt;
    const double number = field.get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::int64_t integerAt(const Json& json, const std::string& key, std::int64_t otherwise)
{
    const Json& field = fieldAt(json, key);
    return field.is_number_integer() ? field.get<std::int64_t>() : otherwise;
}

bool boolAt(const Json& json, const std::string& key, bool otherwise)
{
    const Json& field = fieldAt(json, key);
    return field.is_boolean() ? field.get<bool>() : otherwise;
}

const Json& listAt(const Json& json, const std::string& key)
{
    static const Json none = Json::array();
    const Json& field = fieldAt(json, key);
    return field.is_array() ? field : none;
}

const Json& objectAt(const Json& json, const std::string& key)
{
    static const Json none = Json::object();
    const Json& field = fieldAt(json, key);
    return field.is_object() ? field : none;
}

} // namespace boolab
