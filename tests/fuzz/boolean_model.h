// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// libFuzzer's entry. `data` is a Boolean model folder in one piece: the length of config.json (4 bytes,
/// little endian), config.json, model.safetensors. It is opened, loaded by the decoder, packed, and reads two
/// tokens: an error is fine, anything else than a result or an error is not.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

/// Sound inputs to start from.
std::vector<std::string> fuzzSeeds();
