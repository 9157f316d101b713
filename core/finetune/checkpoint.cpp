// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/checkpoint.h"

#include "core/base/atomic_write.h"
#include "core/base/write_error.h"
#include "core/finetune/optimizer_state.h"
#include "core/formats/boolean_model_writer.h"
#include "core/jobs/training_checkpoint.h"

#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <torch/serialize.h>
#include <torch/utils.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// Writes through our own hands: where LibTorch's file writer meets a full disk, its destructor throws, which
/// would end the process.
template <class Value> Status saveTo(const fs::path& path, const Value& value)
{
    std::FILE* const file = std::fopen(path.c_str(), "wb");
    int code = file == nullptr ? errno : 0;
    if (file != nullptr) {
        torch::save(value, [&](const void* bytes, std::size_t size) {
            if (code == 0 && std::fwrite(bytes, 1, size, file) != size) code = errno;
            return size;
        });
        if (std::fclose(file) != 0 && code == 0) code = errno;
    }
    if (code == 0) return {};
    return std::unexpected(writeError(path, "cannot be written", code));
}

/// In the host's memory, so that a checkpoint can be read on any machine.
std::vector<at::Tensor> onHost(std::vector<at::Tensor> tensors)
{
    for (at::Tensor& tensor : tensors)
        tensor = tensor.to(at::kCPU);
    return tensors;
}

std::vector<at::Tensor> normTensors(const Trainer& trainer)
{
    std::vector<at::Tensor> tensors;
    for (const NamedTensor& norm : trainer.norms())
        tensors.push_back(norm.tensor);
    return onHost(std::move(tensors));
}

} // namespace

Status writeStudent(const fs::path& folder, const ModelFiles& source, const LoadedModel& student,
                    const std::vector<NamedTensor>& norms, DType scaleDType)
{
    std::vector<at::Tensor> kept; // copies of what another device holds
    const auto inHost = [&](const at::Tensor& tensor) {
        return kept.emplace_back(tensor.detach().to(at::kCPU));
    };
    const auto floats = [&](const at::Tensor& tensor) {
        return std::span(inHost(tensor).const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel()));
    };
    BooleanModelContent content;
    content.scaleDType = scaleDType;
    content.otherDType = source.find("model.norm.weight")->dtype; // embeddings in 8 bits stay as they are
    for (const NamedTensor& norm : norms)
        content.replaced.push_back({norm.name, floats(norm.tensor)});
    for (const auto& layer : student.booleanLayers) {
        const at::Tensor bits = inHost(layer->bits());
        content.layers.push_back(
            {layer->name(), layer->kernelCount(), layer->outFeatures(), layer->inFeatures(),
             std::span(bits.const_data_ptr<std::uint8_t>(), static_cast<std::size_t>(bits.numel())),
             floats(layer->scaleOut()), floats(layer->scaleIn())});
    }
    return writeBooleanModel(folder, source, content);
}

Status writeCheckpointFiles(const fs::path& folder, const ModelFiles& source, const LoadedModel& student,
                            Trainer& trainer, const TrainingPosition& position, const Job& job)
{
    if (auto written = writeStudent(folder / "student", source, student, trainer.norms(), DType::F32);
        !written)
        return written;
    if (auto saved = saveTo(folder / "booleans.pt", onHost(trainer.booleans().state())); !saved) return saved;
    if (auto saved = saveTo(folder / "ever_flipped.pt", onHost(trainer.booleans().everFlippedBits())); !saved)
        return saved;
    {
        const MomentsOnHost moments(trainer.scales());
        if (auto saved = saveTo(folder / "scales.pt", trainer.scales()); !saved) return saved;
    }
    if (auto saved = saveTo(folder / "norms.pt", normTensors(trainer)); !saved) return saved;
    return writePosition(folder, position, job);
}

Status writePosition(const fs::path& folder, const TrainingPosition& position, const Job& job)
{
    nlohmann::json state = position.toJson();
    state["format_version"] = kCheckpointVersion;
    state["job"] = job.toJson();
    return writeFileAtomically(folder / kCheckpointState, state.dump(2));
}

Result<CheckpointHead> readCheckpointHead(const fs::path& folder, const Job& job)
{
    const auto state = readCheckpointState(folder);
    if (!state) return std::unexpected(state.error());
    if (auto same = checkSameTraining(state->job, job, folder.string() + ": the checkpoint was made"); !same)
        return std::unexpected(same.error());
    return CheckpointHead{TrainingPosition::fromJson(state->json), folder / "student"};
}

Status readStudent(const fs::path& folder, const LoadedModel& student)
{
    auto files = ModelFiles::open(folder);
    if (!files) return std::unexpected(files.error());
    auto saved = loadModel(*files, {});
    if (!saved) return std::unexpected(saved.error());
    if (saved->booleanLayers.size() != student.booleanLayers.size())
        return std::unexpected(damagedCheckpoint(folder, "its layers are not the student's"));
    const torch::NoGradGuard noGrad;
    useNorms(*student.model, normsOf(*saved->model));
    for (std::size_t i = 0; i < student.booleanLayers.size(); ++i) {
        const BooleanLayer &from = *saved->booleanLayers[i], &to = *student.booleanLayers[i];
        if (from.bits().sizes() != to.bits().sizes())
            return std::unexpected(damagedCheckpoint(folder, fmt::format("{} has another shape", to.name())));
        to.bits().copy_(from.bits());
        to.scaleOut().copy_(from.scaleOut());
        to.scaleIn().copy_(from.scaleIn());
    }
    return {};
}

Status restoreTrainer(const fs::path& folder, Trainer& trainer)
{
    try {
        std::vector<at::Tensor> saved;
        torch::load(saved, (folder / "booleans.pt").string(), at::Device(at::kCPU));
        const auto state = trainer.booleans().state();
        if (saved.size() != state.size())
            return std::unexpected(damagedCheckpoint(folder, "booleans.pt has another number of kernels"));
        for (std::size_t i = 0; i < state.size(); ++i) {
            if (saved[i].sizes() != state[i].sizes())
                return std::unexpected(damagedCheckpoint(folder, "booleans.pt has other shapes"));
            state[i].copy_(saved[i]);
        }
        loadEverFlipped(trainer.booleans(), (folder / "ever_flipped.pt").string());
        loadOptimizer(trainer.scales(), (folder / "scales.pt").string());
        std::vector<at::Tensor> norms;
        torch::load(norms, (folder / "norms.pt").string(), at::Device(at::kCPU));
        if (norms.size() != trainer.norms().size())
            return std::unexpected(damagedCheckpoint(folder, "norms.pt has another number of norms"));
        const torch::NoGradGuard noGrad;
        for (std::size_t i = 0; i < norms.size(); ++i)
            trainer.norms()[i].tensor.copy_(norms[i]);
    } catch (const c10::Error& error) {
        return std::unexpected(damagedCheckpoint(folder, error.what_without_backtrace()));
    }
    return {};
}

} // namespace boolab
