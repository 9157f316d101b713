// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/jobs/job.h"

#include <functional>
#include <memory>
#include <span>

namespace boolab
{

/// A loaded model that is told the tokens of one text and says what may follow.
class NextLogits
{
public:
    virtual ~NextLogits() = default;
    virtual const ModelConfig& config() const = 0;
    /// A new text of at most `capacity` tokens.
    virtual void begin(std::int64_t capacity) = 0;
    /// Logits (V) behind `tokens`, which continue the text; they stay until the next call.
    virtual std::span<const float> after(std::span<const std::int32_t> tokens) = 0;
};

/// Opens a model as a generate job says.
using LogitsOpener = std::function<Result<std::unique_ptr<NextLogits>>(const ModelFiles&, const Job&)>;

/// Whether --runtime and --device of a generate job ask for LibTorch.
bool generatesByLibTorch(const Job& job);

/// By the decoder without LibTorch.
Result<std::unique_ptr<NextLogits>> openDecoderLogits(const ModelFiles& files, const Job& job);

} // namespace boolab
