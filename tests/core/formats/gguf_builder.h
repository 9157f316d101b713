// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/core/formats/memory_file.h"

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Builds the bytes of a GGUF piece by piece, sound or broken as the test wants it.
class GgufBuilder
{
public:
    enum Type : std::uint32_t { U8, I8, U16, I16, U32, I32, F32, Bool, String, Array, U64, I64, F64 };

    std::uint32_t version = 3;
    std::uint64_t alignment = 32;

    /// Appended after the keys and tensors so far.
    template <class T> GgufBuilder& key(std::string_view name, Type type, T value)
    {
        appendText(m_keys, name);
        append(m_keys, static_cast<std::uint32_t>(type));
        append(m_keys, value);
        ++keyCount;
        return *this;
    }
    GgufBuilder& text(std::string_view name, std::string_view value)
    {
        appendText(m_keys, name);
        append(m_keys, static_cast<std::uint32_t>(String));
        appendText(m_keys, value);
        ++keyCount;
        return *this;
    }
    /// An array whose stated length may differ from its elements.
    template <class T>
    GgufBuilder& array(std::string_view name, std::uint32_t type, const std::vector<T>& values,
                       std::uint64_t length)
    {
        appendText(m_keys, name);
        append(m_keys, static_cast<std::uint32_t>(Array));
        append(m_keys, type);
        append(m_keys, length);
        for (const T value : values)
            append(m_keys, value);
        ++keyCount;
        return *this;
    }
    GgufBuilder& texts(std::string_view name, const std::vector<std::string>& values)
    {
        array<std::uint8_t>(name, String, {}, values.size());
        for (const auto& value : values)
            appendText(m_keys, value);
        return *this;
    }
    GgufBuilder& size(std::string_view name, std::uint32_t value) { return key(name, U32, value); }
    GgufBuilder& real(std::string_view name, float value) { return key(name, F32, value); }

    /// An entry as it stands in the table: dimensions row length first.
    GgufBuilder& entry(std::string_view name, const std::vector<std::uint64_t>& dimensions,
                       std::uint32_t type, std::uint64_t offset)
    {
        appendText(m_table, name);
        append(m_table, static_cast<std::uint32_t>(dimensions.size()));
        for (const auto dimension : dimensions)
            append(m_table, dimension);
        append(m_table, type);
        append(m_table, offset);
        ++tensorCount;
        return *this;
    }
    /// A float32 tensor at the next place, shape row-major.
    GgufBuilder& tensor(std::string_view name, const std::vector<std::int64_t>& shape)
    {
        std::size_t elements = 1;
        for (const auto length : shape)
            elements *= static_cast<std::size_t>(length);
        std::vector<float> values(elements);
        for (std::size_t i = 0; i < elements; ++i)
            values[i] = static_cast<float>(i % 7) - 3;
        return tensor(name, shape, values);
    }
    GgufBuilder& tensor(std::string_view name, const std::vector<std::int64_t>& shape,
                        std::span<const float> values)
    {
        pad(data);
        entry(name, {shape.rbegin(), shape.rend()}, 0, data.size());
        for (const float value : values)
            append(data, value);
        return *this;
    }

    std::string bytes() const
    {
        std::string out = "GGUF";
        append(out, version);
        append(out, tensorCount);
        append(out, keyCount);
        out += m_keys + m_table;
        if (!data.empty()) pad(out);
        return out + data;
    }

    std::uint64_t tensorCount = 0, keyCount = 0;
    std::string data;

private:
    template <class T> static void append(std::string& out, T value)
    {
        out.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    static void appendText(std::string& out, std::string_view text)
    {
        append(out, static_cast<std::uint64_t>(text.size()));
        out += text;
    }
    void pad(std::string& out) const { out.resize((out.size() + alignment - 1) / alignment * alignment); }

    std::string m_keys, m_table;
};

struct TinyLlama {
    std::int64_t V = 6, C = 8, F = 12, heads = 2, kvHeads = 1, headDim = 4, layers = 1;

    /// The keys that every file has.
    void addKeys(GgufBuilder& file) const
    {
        const auto u32 = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
        file.text("general.architecture", "llama").size("llama.embedding_length", u32(C));
        file.size("llama.feed_forward_length", u32(F)).size("llama.block_count", u32(layers));
        file.size("llama.attention.head_count", u32(heads))
            .size("llama.attention.head_count_kv", u32(kvHeads));
        file.size("llama.context_length", 64).real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
    }
    void addTensors(GgufBuilder& file, const std::string& leftOut = {}) const
    {
        const auto add = [&](const std::string& name, const std::vector<std::int64_t>& shape) {
            if (name != leftOut) file.tensor(name, shape);
        };
        add("token_embd.weight", {V, C});
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            const auto block = "blk." + std::to_string(layer) + ".";
            add(block + "attn_norm.weight", {C});
            add(block + "attn_q.weight", {heads * headDim, C});
            add(block + "attn_k.weight", {kvHeads * headDim, C});
            add(block + "attn_v.weight", {kvHeads * headDim, C});
            add(block + "attn_output.weight", {C, heads * headDim});
            add(block + "ffn_norm.weight", {C});
            add(block + "ffn_gate.weight", {F, C});
            add(block + "ffn_up.weight", {F, C});
            add(block + "ffn_down.weight", {C, F});
        }
        add("output_norm.weight", {C});
    }
};
