// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/checkpoint.h"

#include "core/base/atomic_write.h"
#include "core/base/mapped_file.h"
#include "core/base/write_error.h"
#include "core/finetune/optimizer_state.h"
#include "core/formats/boolean_model_writer.h"

#include <cerrno>
#include <cstdio>
#include <fmt/format.h>
#include <set>
#include <torch/serialize.h>
#include <torch/utils.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

constexpr std::int64_t kFormatVersion = 2;

/// Options that a continued run may change.
const std::set<std::string> kFreeKeys = {
    "preset",       "steps",   "save_every",   "log_every",
    "resume",       "threads", "db",           "project",
    "name",         "device",  "force",        "output",
    "student",      "epochs",  "sample_every", "activation_checkpointing",
    "rank_timeout", "queue"};

fs::path besideOutput(const fs::path& output, const char* ending)
{
    fs::path name = output.lexically_normal();
    if (!name.has_filename()) name = name.parent_path();
    return name.string() + ending;
}

Error damaged(const fs::path& folder, const std::string& what)
{
    return {ErrorCode::BadInput, fmt::format("{}: the checkpoint cannot be used: {}", folder.string(), what),
            "Start again without --resume."};
}

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

fs::path checkpointFolder(const fs::path& output)
{
    return besideOutput(output, ".checkpoint");
}

fs::path bestFolder(const fs::path& output)
{
    return besideOutput(output, ".best");
}

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

Status writeCheckpoint(const fs::path& folder, const ModelFiles& source, const LoadedModel& student,
                       Trainer& trainer, const TrainingPosition& position, const Job& job)
{
    auto atomic = AtomicFolder::create(folder);
    if (!atomic) return std::unexpected(atomic.error());
    if (auto written = writeStudent(atomic->path() / "student", source, student, trainer.norms(), DType::F32);
        !written)
        return written;
    if (auto saved = saveTo(atomic->path() / "booleans.pt", onHost(trainer.booleans().state())); !saved)
        return saved;
    {
        const MomentsOnHost moments(trainer.scales());
        if (auto saved = saveTo(atomic->path() / "scales.pt", trainer.scales()); !saved) return saved;
    }
    if (auto saved = saveTo(atomic->path() / "norms.pt", normTensors(trainer)); !saved) return saved;
    nlohmann::json state = position.toJson();
    state["format_version"] = kFormatVersion;
    state["job"] = job.toJson();
    if (auto written = writeFileAtomically(atomic->path() / "state.json", state.dump(2)); !written)
        return written;
    return atomic->commit();
}

Result<CheckpointHead> readCheckpointHead(const fs::path& folder, const Job& job)
{
    std::error_code error;
    if (!fs::exists(folder / "state.json", error))
        return fail(ErrorCode::BadInput,
                    fmt::format("{}: there is no checkpoint to resume from", folder.string()),
                    "Start without --resume.");
    auto text = readTextFile(folder / "state.json");
    if (!text) return std::unexpected(text.error());
    const auto state = nlohmann::json::parse(*text, nullptr, false);
    if (!state.is_object() || !state.contains("job") || !state.contains("step") ||
        !state["step"].is_number_integer())
        return std::unexpected(damaged(folder, "state.json is not what Boolab writes"));
    if (state.value("format_version", 0) != kFormatVersion)
        return std::unexpected(damaged(folder, "it was written by another version of Boolab"));
    auto before = Job::fromJson(state["job"], (folder / "state.json").string());
    if (!before) return std::unexpected(before.error());
    for (const auto* options : {&job.spec().options, &commonOptions()})
        for (const OptionSpec& option : *options) {
            if (kFreeKeys.contains(option.key)) continue;
            const auto now = job.value(option.key), then = before->value(option.key);
            if (now != then)
                return fail(ErrorCode::Usage,
                            fmt::format("{}: the checkpoint was made with {} = {}, this run asks for {}",
                                        folder.string(), option.key, then.dump(), now.dump()),
                            "Resume with the same settings, or start a new run with another output folder.");
        }
    return CheckpointHead{TrainingPosition::fromJson(state), folder / "student"};
}

Status readStudent(const fs::path& folder, const LoadedModel& student)
{
    auto files = ModelFiles::open(folder);
    if (!files) return std::unexpected(files.error());
    auto saved = loadModel(*files, {});
    if (!saved) return std::unexpected(saved.error());
    if (saved->booleanLayers.size() != student.booleanLayers.size())
        return std::unexpected(damaged(folder, "its layers are not the student's"));
    const torch::NoGradGuard noGrad;
    useNorms(*student.model, normsOf(*saved->model));
    for (std::size_t i = 0; i < student.booleanLayers.size(); ++i) {
        const BooleanLayer &from = *saved->booleanLayers[i], &to = *student.booleanLayers[i];
        if (from.bits().sizes() != to.bits().sizes())
            return std::unexpected(damaged(folder, fmt::format("{} has another shape", to.name())));
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
            return std::unexpected(damaged(folder, "booleans.pt has another number of kernels"));
        for (std::size_t i = 0; i < state.size(); ++i) {
            if (saved[i].sizes() != state[i].sizes())
                return std::unexpected(damaged(folder, "booleans.pt has other shapes"));
            state[i].copy_(saved[i]);
        }
        loadOptimizer(trainer.scales(), (folder / "scales.pt").string());
        std::vector<at::Tensor> norms;
        torch::load(norms, (folder / "norms.pt").string(), at::Device(at::kCPU));
        if (norms.size() != trainer.norms().size())
            return std::unexpected(damaged(folder, "norms.pt has another number of norms"));
        const torch::NoGradGuard noGrad;
        for (std::size_t i = 0; i < norms.size(); ++i)
            trainer.norms()[i].tensor.copy_(norms[i]);
    } catch (const c10::Error& error) {
        return std::unexpected(damaged(folder, error.what_without_backtrace()));
    }
    return {};
}

} // namespace boolab
