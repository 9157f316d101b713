// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace boolab
{

class ModelFiles;

struct ChatMessage {
    std::string role; ///< "system", "user", "assistant"
    std::string content;
};

/// Byte-level BPE with its pre-tokenizer and special tokens, equal to Hugging Face `tokenizers`. Immutable;
/// one instance may be used from several threads.
class Tokenizer
{
public:
    /// From a folder's tokenizer.json (+ tokenizer_config.json) or from a GGUF's metadata.
    static Result<Tokenizer> open(const ModelFiles& model);
    static Result<Tokenizer> fromJsonFile(const std::filesystem::path& tokenizerJson);
    static Result<Tokenizer> fromGguf(const std::filesystem::path& gguf);

    Tokenizer(Tokenizer&&) noexcept;
    Tokenizer& operator=(Tokenizer&&) noexcept;
    ~Tokenizer();

    /// Token ids of UTF-8 text (invalid bytes become U+FFFD, as in Python's "replace"). Special tokens
    /// written in the text are recognised; addSpecialTokens runs the post-processor (BOS and the like).
    std::vector<std::int32_t> encode(std::string_view text, bool addSpecialTokens = false) const;
    /// Text of ids; incomplete UTF-8 sequences become U+FFFD. Unknown ids are skipped.
    std::string decode(std::span<const std::int32_t> ids, bool skipSpecialTokens = false) const;
    /// The raw bytes that one token stands for (streaming decoders join them).
    std::string tokenBytes(std::int32_t id) const;

    std::int64_t vocabSize() const;
    std::optional<std::int32_t> tokenId(std::string_view token) const;
    std::optional<std::int32_t> bosId() const;
    std::vector<std::int32_t> eosIds() const;
    bool isSpecial(std::int32_t id) const;
    bool hasChatTemplate() const;
    /// Renders the model's Jinja chat template.
    Result<std::string> applyChatTemplate(const std::vector<ChatMessage>& messages,
                                          bool addGenerationPrompt = true) const;
    /// A tokenizer.json that `tokenizers` reads: the original text, or one rebuilt from GGUF metadata;
    /// likewise tokenizer_config.json (chat template, special tokens).
    std::string tokenizerJson() const;
    std::string tokenizerConfigJson() const;

private:
    struct Impl;
    explicit Tokenizer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab
