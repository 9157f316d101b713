// SPDX-License-Identifier: Apache-2.0
#include "core/engine/cuda_device.h"

#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace boolab
{

namespace
{

constexpr std::string_view kCuda = "cuda";

ErrorCode codeOf(kernels::cuda::Failure::Kind kind)
{
    using Kind = kernels::cuda::Failure::Kind;
    switch (kind) {
    case Kind::OutOfMemory:
        return ErrorCode::OutOfMemory;
    case Kind::NotFinite:
        return ErrorCode::BadInput;
    case Kind::Runtime:
        return ErrorCode::Internal;
    default:
        return ErrorCode::Unsupported;
    }
}

} // namespace

std::optional<int> cudaIndex(const std::string& device)
{
    if (!device.starts_with(kCuda)) return std::nullopt;
    if (device.size() == kCuda.size()) return 0;
    int index = 0;
    const auto [end, error] =
        std::from_chars(device.data() + kCuda.size() + 1, device.data() + device.size(), index);
    return error == std::errc() ? index : std::numeric_limits<int>::max();
}

Error cudaError(const std::string& device, const kernels::cuda::Failure& failure)
{
    return {codeOf(failure.kind), fmt::format("--device {}: {}", device, failure.message), failure.hint};
}

} // namespace boolab
