// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/training_position.h"

#include <filesystem>
#include <vector>

namespace boolab
{

/// The best students of a training that stops early, one folder per step: the training may go back to a
/// checkpoint that knows only an older best one, which must still be there then.
class BestStudents
{
public:
    explicit BestStudents(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    /// Where that of a step is written to, and read from.
    std::filesystem::path placeOf(std::int64_t step) const;
    std::filesystem::path at(std::int64_t step) const;
    /// All go, as those of an earlier training.
    void clear() const;
    /// All go but those that one of the positions calls its best.
    void keepOnly(const std::vector<TrainingPosition>& positions) const;

private:
    std::filesystem::path m_folder;
};

} // namespace boolab
