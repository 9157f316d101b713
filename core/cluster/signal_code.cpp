// SPDX-License-Identifier: Apache-2.0
#include "core/cluster/signal_code.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <cstring>
#include <limits>
#include <torch/utils.h>

namespace boolab
{

namespace
{

constexpr float kLargestCode = 127;
constexpr std::int64_t kRowsPerTask = 16;

/// SplitMix64: in [0, 1), a function of its input alone.
float uniform(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    x ^= x >> 31;
    return static_cast<float>(x >> 40) * 0x1p-24f;
}

/// Layout: column scales (columns floats), row scales (rows floats), codes (rows x columns).
struct ByteLayout {
    std::int64_t rows, columns;

    std::int64_t rowScales() const { return columns * 4; }
    std::int64_t codes() const { return (columns + rows) * 4; }
    std::int64_t total() const { return codes() + rows * columns; }
};

void encodeBytes(const at::Tensor& values, std::uint64_t seed, std::uint8_t* out)
{
    const ByteLayout layout{values.size(0), values.size(1)};
    const std::int64_t N = layout.columns;
    at::Tensor columns = values.square().mean(0).sqrt_();
    columns.masked_fill_(columns.gt(0).logical_and_(columns.isfinite()).logical_not_(), 1);
    std::memcpy(out, columns.const_data_ptr<float>(), static_cast<std::size_t>(N) * 4);
    const float* const column = columns.const_data_ptr<float>();
    const float* const all = values.const_data_ptr<float>();
    at::parallel_for(0, layout.rows, kRowsPerTask, [&](std::int64_t first, std::int64_t end) {
        for (std::int64_t i = first; i < end; ++i) {
            const float* const row = all + i * N;
            float largest = 0, sum = 0;
            for (std::int64_t j = 0; j < N; ++j) {
                const float size = std::abs(row[j] / column[j]);
                largest = std::max(largest, size);
                sum += size;
            }
            // What is not finite stays so for whoever decodes it.
            const float scale =
                std::isfinite(sum) ? largest / kLargestCode : std::numeric_limits<float>::quiet_NaN();
            std::memcpy(out + layout.rowScales() + i * 4, &scale, 4);
            auto* const codes = reinterpret_cast<std::int8_t*>(out + layout.codes() + i * N);
            for (std::int64_t j = 0; j < N; ++j) {
                const float exact = scale > 0 ? row[j] / column[j] / scale : 0.0f;
                const float chance = uniform(seed ^ static_cast<std::uint64_t>(i * N + j));
                codes[j] = static_cast<std::int8_t>(
                    std::clamp(std::floor(exact + chance), -kLargestCode, kLargestCode));
            }
        }
    });
}

at::Tensor decodeBytes(const std::uint8_t* bytes, std::int64_t rows, std::int64_t columns)
{
    const ByteLayout layout{rows, columns};
    at::Tensor values = at::empty({rows, columns}, at::kFloat);
    auto* const all = values.mutable_data_ptr<float>();
    const auto floatAt = [&](std::int64_t place) {
        float value;
        std::memcpy(&value, bytes + place, 4);
        return value;
    };
    at::parallel_for(0, rows, kRowsPerTask, [&](std::int64_t first, std::int64_t end) {
        for (std::int64_t i = first; i < end; ++i) {
            const float scale = floatAt(layout.rowScales() + i * 4);
            const auto* const codes =
                reinterpret_cast<const std::int8_t*>(bytes + layout.codes() + i * columns);
            for (std::int64_t j = 0; j < columns; ++j)
                all[i * columns + j] = static_cast<float>(codes[j]) * scale * floatAt(j * 4);
        }
    });
    return values;
}

std::size_t plainBytes(std::int64_t rows, std::int64_t columns, int bits)
{
    return static_cast<std::size_t>(rows * columns * bits / 8);
}

} // namespace

std::int64_t codedBytes(std::int64_t rows, std::int64_t columns, int bits)
{
    return bits == 8 ? ByteLayout{rows, columns}.total()
                     : static_cast<std::int64_t>(plainBytes(rows, columns, bits));
}

void encodeSignal(const at::Tensor& values, int bits, std::uint64_t seed, std::uint8_t* out)
{
    if (values.size(0) == 0) { // a rank without a share
        std::memset(out, 0, static_cast<std::size_t>(codedBytes(0, values.size(1), bits)));
        return;
    }
    if (bits == 8) return encodeBytes(values, seed, out);
    const at::Tensor plain = bits == 16 ? values.to(at::kBFloat16) : values;
    std::memcpy(out, plain.const_data_ptr(), plain.nbytes());
}

at::Tensor decodeSignal(const std::uint8_t* bytes, std::int64_t rows, std::int64_t columns, int bits)
{
    if (bits == 8) return decodeBytes(bytes, rows, columns);
    at::Tensor plain = at::empty({rows, columns}, bits == 16 ? at::kBFloat16 : at::kFloat);
    std::memcpy(plain.mutable_data_ptr(), bytes, plain.nbytes());
    return plain.to(at::kFloat);
}

} // namespace boolab
