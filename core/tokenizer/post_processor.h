// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace boolab
{

/// The `post_processor` of a tokenizer.json for one text: ids set before and behind it.
class PostProcessor
{
public:
    static Result<PostProcessor> fromJson(const nlohmann::json& json, const std::string& origin);

    const std::vector<std::int32_t>& prefix() const { return m_prefix; }
    const std::vector<std::int32_t>& suffix() const { return m_suffix; }

private:
    Status append(const nlohmann::json& json, const std::string& origin);
    Status appendTemplate(const nlohmann::json& json, const std::string& origin);
    Status appendPair(const nlohmann::json& json, const std::string& origin);
    std::vector<std::int32_t> m_prefix, m_suffix;
};

} // namespace boolab
