// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <nlohmann/json.hpp>
#include <string>

namespace boolab
{

/// What a GGUF's tokenizer.ggml.pre stands for, in the components of a tokenizer.json.
struct GgufPreTokenizer {
    nlohmann::json preTokenizer;
    nlohmann::json normalizer;
    bool ignoreMerges = false;
    bool addBos = false; ///< where the GGUF does not say
};

Result<GgufPreTokenizer> ggufPreTokenizer(const std::string& name, const std::string& origin);

} // namespace boolab
