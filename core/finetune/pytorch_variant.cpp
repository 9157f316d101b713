// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/pytorch_variant.h"

#include "core/base/atomic_write.h"
#include "core/engine/text_tokens.h"
#include "core/finetune/bench_distillation_script.h"
#include "core/finetune/training_data.h"
#include "core/formats/model_files.h"
#include "core/formats/safetensors_writer.h"
#include "core/jobs/job.h"

#include <cstdlib>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// The batches of the steps that measureTraining() takes, int32.
Result<std::string> batchesOf(const BenchFinetuneConfig& config, const ModelFiles& teacher)
{
    auto tokenizer = Tokenizer::open(teacher);
    if (!tokenizer) return std::unexpected(tokenizer.error());
    auto ids = readTextTokens(config.data, *tokenizer);
    if (!ids) return std::unexpected(ids.error());
    auto data = TrainingData::make(std::move(*ids), config.sequenceLength, 0, config.data);
    if (!data) return std::unexpected(data.error());
    const at::Tensor all = data->batch(0, (config.steps + 1) * config.batch).to(at::kInt).contiguous();
    return std::string(reinterpret_cast<const char*>(all.const_data_ptr<std::int32_t>()), all.nbytes());
}

/// Config and float32 weights, as transformers reads them.
Status writeHuggingFace(const ModelFiles& files, const fs::path& folder)
{
    std::error_code error;
    fs::create_directories(folder, error);
    if (auto written = writeFileAtomically(folder / "config.json", files.config().source.dump()); !written)
        return written;
    std::vector<PlannedTensor> plan;
    for (const TensorInfo& tensor : files.tensors())
        plan.push_back({tensor.name, DType::F32, tensor.shape});
    auto writer = SafetensorsWriter::create(folder / "model.safetensors", plan);
    if (!writer) return std::unexpected(writer.error());
    for (const TensorInfo& tensor : files.tensors()) {
        std::vector<float> values(static_cast<std::size_t>(tensor.elementCount()));
        if (auto read = files.readFloat32(tensor, values); !read) return read;
        if (auto written = writer->writeFloats(values); !written) return written;
    }
    return writer->finish();
}

} // namespace

Result<PytorchVariant> PytorchVariant::create(const BenchFinetuneConfig& config)
{
    auto teacher = ModelFiles::open(config.teacher);
    if (!teacher) return std::unexpected(teacher.error());
    auto batches = batchesOf(config, *teacher);
    if (!batches) return std::unexpected(batches.error());
    std::string folder = (fs::temp_directory_path() / "boolab-bench-XXXXXX").string();
    if (!mkdtemp(folder.data()))
        return fail(ErrorCode::Io, folder + ": the folder cannot be made",
                    "Name a writable folder in the variable TMPDIR.");
    PytorchVariant variant;
    variant.m_config = config;
    variant.m_folder = folder;
    variant.m_teacher = config.teacher;
    if (auto written = writeFileAtomically(variant.m_folder / "bench_distillation.py", kBenchDistillation);
        !written)
        return std::unexpected(written.error());
    if (auto written = writeFileAtomically(variant.m_folder / "tokens.bin", *batches); !written)
        return std::unexpected(written.error());
    std::error_code error;
    if (!fs::exists(variant.m_teacher / "model.safetensors", error)) {
        variant.m_teacher = variant.m_folder / "teacher";
        if (auto written = writeHuggingFace(*teacher, variant.m_teacher); !written)
            return std::unexpected(written.error());
    }
    return variant;
}

PytorchVariant::PytorchVariant(PytorchVariant&& other) noexcept
    : m_config(std::move(other.m_config)), m_folder(std::exchange(other.m_folder, {})),
      m_teacher(std::move(other.m_teacher))
{
}

PytorchVariant::~PytorchVariant()
{
    std::error_code error;
    if (!m_folder.empty()) fs::remove_all(m_folder, error);
}

std::vector<std::string> PytorchVariant::command(const std::string& dtype, int threads) const
{
    return {m_config.python,  (m_folder / "bench_distillation.py").string(),
            "--teacher",      m_teacher.string(),
            "--student",      m_config.student,
            "--tokens",       (m_folder / "tokens.bin").string(),
            "--batch-size",   std::to_string(m_config.batch),
            "--seq-len",      std::to_string(m_config.sequenceLength),
            "--hidden-every", std::to_string(Job(JobKind::Finetune).integer("hidden_every")),
            "--dtype",        dtype,
            "--threads",      std::to_string(threads)};
}

} // namespace boolab
