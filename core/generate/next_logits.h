// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"

#include <functional>
#include <memory>
#include <span>

namespace boolab
{

/// Tokens that continue one of several texts.
struct TextPiece {
    std::size_t text = 0;
    std::span<const std::int32_t> tokens; ///< not empty
};

/// A loaded model that is told the tokens of some texts and says what may follow.
class NextLogits
{
public:
    virtual ~NextLogits() = default;
    virtual const ModelConfig& config() const = 0;
    /// Text number `text` begins anew, with room for `capacity` tokens. Numbers are small: places are kept.
    virtual void begin(std::size_t text, std::int64_t capacity) = 0;
    /// Logits (pieces, V) behind every piece, each of another text; they stay until the next call.
    virtual std::span<const float> after(std::span<const TextPiece> pieces) = 0;
};

/// Opens a model as a generate job says.
using LogitsOpener = std::function<Result<std::unique_ptr<NextLogits>>(const ModelFiles&, const Job&)>;

/// Whether --runtime and --device of a generate job ask for LibTorch.
bool generatesByLibTorch(const Job& job);

/// By the decoder without LibTorch.
Result<std::unique_ptr<NextLogits>> openDecoderLogits(const ModelFiles& files, const Job& job);

} // namespace boolab
