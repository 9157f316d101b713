// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace boolab
{

/// The `normalizer` of a tokenizer.json: a chain of text to text, possibly empty. Immutable.
class Normalizer
{
public:
    static Result<Normalizer> fromJson(const nlohmann::json& json, const std::string& origin);

    bool isIdentity() const { return m_steps.empty(); }
    /// Valid UTF-8 in and out.
    std::string apply(std::string_view text) const;

private:
    Status append(const nlohmann::json& json, const std::string& origin);
    std::vector<std::function<std::string(std::string)>> m_steps;
};

} // namespace boolab
