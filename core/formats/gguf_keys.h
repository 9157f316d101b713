// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/gguf_file.h"

namespace boolab
{

/// Reads metadata keys with their ranges. The first missing or bad key is remembered, and everything after it
/// is of no consequence, so that a list of keys stays a list.
class GgufKeys
{
public:
    explicit GgufKeys(const GgufFile& file) : m_file(file) {}

    /// An integer from 1 to 2^31-1, also one that is stored once per layer where all layers agree.
    std::int64_t size(const std::string& key, std::optional<std::int64_t> otherwise = {});
    /// A positive number. A float32 is given as the shortest decimal that rounds to it (1e-05,
    /// not 9.99999974e-06).
    double positive(const std::string& key, std::optional<double> otherwise = {});
    std::string text(const std::string& key, const std::string& otherwise);
    /// A token id below `vocabSize`; converters write others (-1, say) for tokens that do not exist.
    std::optional<std::int64_t> token(const std::string& key, std::int64_t vocabSize) const;

    void refuse(const std::string& what, ErrorCode code = ErrorCode::BadInput,
                std::string hint = "Convert the model to GGUF again, or use its Hugging Face folder.");
    const std::optional<Error>& error() const { return m_error; }

private:
    const GgufFile& m_file;
    std::optional<Error> m_error;
};

} // namespace boolab
