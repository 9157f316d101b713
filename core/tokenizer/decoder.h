// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace boolab
{

/// The `decoder` of a tokenizer.json. Immutable.
class Decoder
{
public:
    static Result<Decoder> fromJson(const nlohmann::json& json, const std::string& origin);

    /// UTF-8 of a row of tokens; what is not valid becomes U+FFFD.
    std::string decode(const std::vector<std::string>& tokens) const;
    /// The bytes of one token amid others.
    std::string tokenBytes(std::string token) const;

private:
    Status append(const nlohmann::json& json, const std::string& origin);
    Status appendStrip(const nlohmann::json& json);

    std::vector<std::function<std::string(std::string)>> m_tokenSteps;
    bool m_empty = true;          ///< no decoder at all: tokens are joined by spaces
    bool m_byteFallback = false;  ///< invalid bytes of <0xXX> become one U+FFFD each
    std::string m_droppedFirst;   ///< taken out of the first token
    std::string m_stripContent;   ///< cut from the start of the whole text …
    std::size_t m_stripCount = 0; ///< … at most so often
};

} // namespace boolab
