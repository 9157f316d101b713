// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/mapped_file.h"
#include "core/formats/dtype.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace boolab
{

struct GgufTensor {
    std::string name; ///< ggml's: "blk.0.attn_q.weight"
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape; ///< row-major, outermost first (ggml's ne reversed)
    std::span<const std::byte> bytes;
};

using GgufArray = std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;
using GgufValue = std::variant<bool, std::int64_t, std::uint64_t, double, std::string, GgufArray>;

/// A GGUF (version 2 or 3) opened over mmap: metadata parsed, every tensor's offset, length and overlap
/// checked. Owns the mapping; views into it live as long as the object.
class GgufFile
{
public:
    static Result<GgufFile> open(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file.path(); }
    std::size_t fileBytes() const { return m_file.bytes().size(); }
    const std::vector<GgufTensor>& tensors() const { return m_tensors; }
    const GgufTensor* find(std::string_view name) const;

    /// All keys in the file's order.
    const std::vector<std::pair<std::string, GgufValue>>& metadata() const { return m_metadata; }
    const GgufValue* value(std::string_view key) const;
    std::optional<std::int64_t> integer(std::string_view key) const;
    std::optional<double> real(std::string_view key) const;
    std::optional<bool> boolean(std::string_view key) const;
    std::optional<std::string> text(std::string_view key) const;
    const std::vector<std::string>* texts(std::string_view key) const;
    const std::vector<std::int64_t>* integers(std::string_view key) const;
    const std::vector<double>* reals(std::string_view key) const;

private:
    MappedFile m_file;
    std::vector<GgufTensor> m_tensors;
    std::vector<std::pair<std::string, GgufValue>> m_metadata;
};

} // namespace boolab
