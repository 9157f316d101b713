// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/finetune/bench_finetune.h"

#include <filesystem>

namespace boolab
{

/// The files of the PyTorch variant of benchFinetune(): the script, the tokens of its batches and, where the
/// teacher is no Hugging Face folder of one file, the teacher as one. In a temporary folder that goes with
/// it.
class PytorchVariant
{
public:
    static Result<PytorchVariant> create(const BenchFinetuneConfig& config);
    ~PytorchVariant();
    PytorchVariant(PytorchVariant&& other) noexcept;
    PytorchVariant& operator=(PytorchVariant&&) = delete;

    /// Arguments that run it.
    std::vector<std::string> command(const std::string& dtype, int threads) const;

private:
    PytorchVariant() = default;

    BenchFinetuneConfig m_config;
    std::filesystem::path m_folder, m_teacher;
};

} // namespace boolab
