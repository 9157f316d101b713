// SPDX-License-Identifier: Apache-2.0
// Any model as the dense LLaMA that it computes: Boolean layers multiplied out one at a time.
#pragma once

#include "core/formats/model_files.h"

#include <functional>
#include <vector>

namespace boolab
{

struct DenseTensor {
    std::string name; ///< Hugging Face's
    std::vector<std::int64_t> shape;

    std::int64_t rows() const { return shape.front(); }
    std::int64_t columns() const { return shape.size() > 1 ? shape[1] : 1; }
};

/// The tensors that a model of this config has: embedding, blocks in execution order, norm, head where it is
/// not tied.
std::vector<DenseTensor> denseTensorsOf(const ModelConfig& config);

/// Reads them as float32. `files` must outlive it.
class DenseModel
{
public:
    DenseModel(const ModelFiles& files, int threads) : m_files(files), m_threads(threads) {}

    /// How many rows read() takes at once: all, but for embeddings and heads, which never stand in memory
    /// whole.
    static std::int64_t rowsAtOnce(const DenseTensor& tensor);
    /// `count` rows from `first` on, a piece as rowsAtOnce() cuts them. destination: count * columns().
    Status read(const DenseTensor& tensor, std::int64_t first, std::int64_t count,
                std::span<float> destination) const;
    /// All pieces in order.
    Status forPieces(const DenseTensor& tensor,
                     const std::function<Status(std::int64_t first, std::span<float>)>& take) const;

private:
    Status multiplyOut(const std::string& layer, const BooleanLayerView& view,
                       std::span<float> destination) const;

    const ModelFiles& m_files;
    int m_threads;
};

} // namespace boolab
