// SPDX-License-Identifier: Apache-2.0
// A LLaMA decoder without LibTorch: Boolean layers run from packed bits.
#pragma once

#include "core/base/error.h"
#include "core/formats/model_files.h"
#include "core/runtime/key_value_cache.h"

#include <memory>
#include <span>
#include <vector>

namespace boolab
{

struct DecoderOptions {
    enum class Layers {
        Packed,  ///< Boolean layers from packed bits, activations in 16-bit fixed point
        Float32, ///< all layers dense in float32: the reference
    };
    enum class Embedding { AsStored, Int8 };
    using Cache = kernels::CacheType;
    Layers layers = Layers::Packed;
    Embedding embedding = Embedding::Int8; ///< of the token embedding and the head
    Cache cache = Cache::Float16;          ///< of keys and values
    int threads = 1;
};

/// One sequence's part of a step: tokens that continue it.
struct DecoderInput {
    KeyValueCache* cache = nullptr;
    std::span<const std::int32_t> tokens; ///< not empty
    bool everyLogit = false;              ///< of all tokens, not of the last alone
};

/// A loaded model. Used from one thread at a time; any number of caches.
class Decoder
{
public:
    /// Dense (Hugging Face, GGUF) or Boolean. BadInput where tensors do not fit the config; OutOfMemory.
    static Result<Decoder> load(const ModelFiles& files, const DecoderOptions& options);
    Decoder(Decoder&&) noexcept;
    Decoder& operator=(Decoder&&) noexcept;
    ~Decoder();

    const ModelConfig& config() const;
    /// Memory of the weights.
    std::int64_t weightBytes() const;
    /// What a step reads of them for one token: all, but of an embedding that is not the head, too, one row.
    std::int64_t bytesReadPerToken() const;
    /// For a new sequence.
    KeyValueCache emptyCache() const;
    /// One step of several sequences at once. Logits (rows, V), in the order of the inputs; they stay until
    /// the next call. Tokens outside the vocabulary are the caller's error. The cost of a token does not
    /// depend on those before it, but for attention.
    std::span<const float> forward(std::span<const DecoderInput> inputs);

private:
    struct Impl;
    explicit Decoder(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

} // namespace boolab
