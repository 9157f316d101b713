// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace boolab::kernels::cuda
{

/// Why something did not run on a CUDA device, and what to do.
struct Failure {
    enum class Kind {
        NotBuilt, ///< this build has no CUDA ops
        NoDriver,
        DriverTooOld,
        NoDevice,
        NoSuchDevice, ///< others are there
        DeviceTooOld,
        OutOfMemory,
        NotFinite, ///< weights that hold NaN or Inf, or squares beyond float32
        Runtime,   ///< anything else that the CUDA runtime reports
    };
    Kind kind = Kind::Runtime;
    std::string message;
    std::string hint;
};

inline std::unexpected<Failure> fail(Failure::Kind kind, std::string message, std::string hint)
{
    return std::unexpected(Failure{kind, std::move(message), std::move(hint)});
}

template <class T> using Outcome = std::expected<T, Failure>;

} // namespace boolab::kernels::cuda
