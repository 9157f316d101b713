// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/convert/calibration_streams.h"
#include "core/convert/converted_layer.h"
#include "core/convert/gptq.h"
#include "core/convert/weight_converter.h"
#include "core/model/model_loader.h"

#include <functional>
#include <map>
#include <span>

namespace boolab
{

/// How the layers of a block are converted with the inputs of a calibration text.
struct BlockConfig {
    bool underHessian = true; ///< "gptq"; false: "calibrated", column weights alone
    int alternations = 12;
    std::string device = "cpu"; ///< of "calibrated"'s solve; all else computes on the CPU
    WeightConverter::Warn warn; ///< where the device's solve cannot be used and the CPU's is; null: an error
    double damping = 0.01;
    bool convertedInputs = true; ///< false: inputs and errors of the full-precision model throughout
    bool correctInputs = true;   ///< converted inputs only: see input_correction.h
    GptqConfig gptq;
    /// Per layer a weight of every calibration token (S, L), mean 1; empty: all tokens count alike.
    std::map<std::string, at::Tensor> tokenWeights;
};

/// Walks a calibration text through the model block by block and converts each block on the way. Holds one
/// block and the text's hidden states (method.md section 2).
class BlockConverter
{
public:
    /// `sequences` (S, L) int64 token ids.
    static Result<BlockConverter> create(const ModelFiles& files, const LoadOptions& options,
                                         const at::Tensor& sequences, const BlockConfig& config);

    /// Converts the next block; `counts` for its seven layers in execution order, 0 stays dense.
    Result<std::vector<ConvertedLayer>> convert(std::span<const std::int64_t> counts,
                                                const std::function<void(const ConvertedLayer&)>& done);
    /// Passes the next block, which was converted before; `layers` as convert() returned them.
    Status pass(std::vector<ConvertedLayer> layers);

private:
    struct Work;

    BlockConverter(const ModelFiles& files, const LoadOptions& options, const BlockConfig& config,
                   WeightConverter weightConverter)
        : m_files(&files), m_options(options), m_config(config),
          m_weightConverter(std::move(weightConverter)), m_math(files.config())
    {
    }

    Status convertLayers(const SharedInput& input, Work& work) const;
    /// Of the layers together, mean 1; undefined where all tokens count alike.
    at::Tensor tokenWeights(const SharedInput& input, const std::vector<LinearLayerInfo>& infos) const;
    void replace(std::shared_ptr<Linear>& linear, ConvertedLayer& layer) const;

    const ModelFiles* m_files;
    LoadOptions m_options;
    BlockConfig m_config;
    WeightConverter m_weightConverter;
    LlamaBlockMath m_math;
    CalibrationStreams m_streams;
    std::int64_t m_block = 0;
};

} // namespace boolab
