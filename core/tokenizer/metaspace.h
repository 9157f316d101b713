// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace boolab
{

/// What SentencePiece writes for a space: "▁".
inline constexpr const char* kMetaspace = "\u2581";

} // namespace boolab
