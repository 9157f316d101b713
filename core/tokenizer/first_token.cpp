// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/first_token.h"

namespace boolab
{

std::optional<std::int32_t> firstToken(const Tokenizer& tokenizer)
{
    if (const auto bos = tokenizer.bosId()) return bos;
    const auto ends = tokenizer.eosIds();
    if (ends.empty()) return std::nullopt;
    return ends.front();
}

} // namespace boolab
