// SPDX-License-Identifier: Apache-2.0
#include "core/generate/written_token.h"

namespace boolab
{

nlohmann::json toJson(std::span<const WrittenToken> tokens)
{
    nlohmann::json all = nlohmann::json::array();
    for (const WrittenToken& token : tokens) {
        nlohmann::json alternatives = nlohmann::json::array();
        for (const TokenAlternative& other : token.alternatives)
            alternatives.push_back(
                {{"id", other.id}, {"text", other.bytes}, {"probability", other.probability}});
        all.push_back({{"id", token.id},
                       {"text", token.bytes},
                       {"probability", token.probability},
                       {"rank", token.rank},
                       {"alternatives", std::move(alternatives)}});
        if (token.isEnd) all.back()["end"] = true;
    }
    return all;
}

} // namespace boolab
