// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/step_arithmetic.h"

#include "core/jobs/model_shape.h"

namespace boolab
{

double stepArithmetic(const ModelConfig& config, std::int64_t tokens, std::int64_t length)
{
    constexpr double kPasses = 4; // teacher forward, student forward, backward by inputs, backward by weights
    const ModelShape shape(config);
    const double head = static_cast<double>(config.vocabSize * config.hiddenSize);
    // Scores and mix, of which a causal mask leaves half.
    const double attention =
        static_cast<double>(config.numLayers * config.numHeads * config.headDim * length);
    const double perToken = 2 * (kPasses * shape.linearWeights + (kPasses - 1) * head + kPasses * attention);
    return perToken * static_cast<double>(tokens);
}

} // namespace boolab
