// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <vector>

namespace boolab::kernels
{

/// Name of the instruction set that the ops run on ("AVX-512", "AVX2", …, "reference").
std::string active_isa();
/// Those this build and CPU can run, best first; "reference" (the scalar loops) is the last.
std::vector<std::string> supported_isas();
/// Applies an explicit name, or with "" the variable BOOLAB_FORCE_ISA, or where that is unset the best; case
/// does not matter, "ref", "avx512" and "avx3" are understood. An unsupported name is an error that lists the
/// supported ones and changes nothing. Not while an op runs.
std::expected<void, std::string> force_isa(const std::string& name);
/// Whether force_isa chose the scalar loops.
bool reference_forced();

} // namespace boolab::kernels
