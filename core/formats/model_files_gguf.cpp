// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_llama.h"
#include "core/formats/model_files_impl.h"

#include <fmt/format.h>

namespace boolab
{

Status openGguf(ModelFiles::Impl& impl)
{
    auto file = GgufFile::open(impl.path);
    if (!file) return std::unexpected(file.error());
    auto config = ggufLlamaConfig(*file);
    if (!config) return std::unexpected(config.error());
    impl.kind = ModelKind::Gguf;
    impl.folder = impl.path.has_parent_path() ? impl.path.parent_path() : std::filesystem::path(".");
    impl.config = std::move(*config);
    impl.fileBytes = static_cast<std::int64_t>(file->fileBytes());
    for (const GgufTensor& tensor : file->tensors()) {
        const auto name = huggingFaceName(tensor.name);
        if (!name) continue; // rope_freqs: read with the config
        if (isRopePermuted(*name)) {
            const std::int64_t heads =
                name->find("q_proj") != std::string::npos ? impl.config.numHeads : impl.config.numKvHeads;
            if (tensor.shape[0] != heads * impl.config.headDim)
                return fail(ErrorCode::BadInput,
                            fmt::format("{}: tensor \"{}\" has {} rows, expected {}", impl.path.string(),
                                        tensor.name, tensor.shape[0], heads * impl.config.headDim),
                            "Convert the model to GGUF again.");
        }
        impl.add({*name, tensor.dtype, tensor.shape, static_cast<std::int64_t>(tensor.bytes.size())},
                 tensor.bytes);
    }
    impl.gguf = std::move(*file);
    return {};
}

} // namespace boolab
