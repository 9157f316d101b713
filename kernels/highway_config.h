// SPDX-License-Identifier: Apache-2.0
// Include before any Highway header: which targets the ops are compiled for.
#pragma once

// Vectors of unknown size cannot be members or array elements, which lanes-inl.h needs; SSSE3 alone is
// extinct.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV | HWY_SSSE3)
