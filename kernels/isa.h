// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace boolab::kernels
{

/// Name of the instruction set that the ops run on ("AVX3_ZEN4", "AVX2", …, "reference").
std::string active_isa();
/// Those this build and CPU can run, best first.
std::vector<std::string> supported_isas();
/// Applies BOOLAB_FORCE_ISA or an explicit name ("" = automatic); an unsupported name is an error that lists the supported ones.
std::expected<void, std::string> force_isa(const std::string& name);

} // namespace boolab::kernels
