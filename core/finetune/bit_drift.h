// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/boolean/bool_optimizer.h"
#include "core/formats/model_files.h"
#include "core/model/model_loader.h"

#include <optional>

namespace boolab
{

/// How far a student is from where its training began. The start's bits are read from its file, so nothing
/// of the weights' size is kept.
class BitDrift
{
public:
    /// `start`: the model folder that the training began from, with the layers of `student`.
    static Result<BitDrift> open(const std::filesystem::path& start);

    /// Bits that differ from the start.
    std::int64_t changedBits(const LoadedModel& student) const;
    /// Bits that flipped at some time and are as at the start. `masks`: of kernels of the student's layers.
    std::int64_t returnedBits(const LoadedModel& student, const std::vector<KernelMask>& masks) const;
    /// Per layer: norm of the change of all its scales, relative to their norm at the start.
    std::vector<float> scaleDrift(const LoadedModel& student) const;

private:
    explicit BitDrift(ModelFiles files) : m_files(std::move(files)) {}
    ModelFiles m_files;
};

} // namespace boolab
