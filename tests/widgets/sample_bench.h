// SPDX-License-Identifier: Apache-2.0
// What boolab-cli bench answers, in short.
#pragma once

namespace boolab::ui::test
{

inline const char* const kMachineAnswer = R"({"cpu": "Test CPU 9000", "threads": 2, "isa": "AVX-512",
"isas": ["AVX-512", "AVX2", "reference"], "memory_bytes": 16000000000, "available_memory_bytes": 8000000000,
"gpus": [], "gpu_problem": "no CUDA device: no NVIDIA driver is loaded on this machine"})";

inline const char* const kOpAnswer = R"({"threads": 2, "error": 1e-5, "memory_bytes_per_second": 10e9,
"memory_bytes_per_second_one_thread": 8e9, "figures": [
{"out": 4096, "in": 4096, "kernels": 1, "tokens": 1, "threads": 1, "isa": "AVX-512", "seconds": 2e-4,
 "packed_bytes": 2097152, "weights_per_second": 40e9, "bytes_per_second": 5e9},
{"out": 4096, "in": 4096, "kernels": 1, "tokens": 1, "threads": 2, "isa": "AVX-512", "seconds": 2e-4,
 "packed_bytes": 2097152, "weights_per_second": 60e9, "bytes_per_second": 7.5e9, "dense_seconds": 0.008388608},
{"out": 16384, "in": 32768, "kernels": 1, "tokens": 1, "threads": 1, "isa": "AVX-512", "seconds": 2e-4,
 "packed_bytes": 67108864, "weights_per_second": 30e9, "bytes_per_second": 4e9},
{"out": 16384, "in": 32768, "kernels": 1, "tokens": 1, "threads": 2, "isa": "AVX-512", "seconds": 2e-4,
 "packed_bytes": 67108864, "weights_per_second": 50e9, "bytes_per_second": 6e9, "dense_seconds": 0.0},
{"out": 4096, "in": 4096, "kernels": 1, "tokens": 1, "threads": 2, "isa": "AVX2", "seconds": 2e-4,
 "packed_bytes": 2097152, "weights_per_second": 1e9, "bytes_per_second": 7.5e9}]})";

inline const char* const kDecodeAnswer = R"({"threads": 2, "isa": "AVX-512", "weight_bytes": 50000000,
"memory_bytes_per_second": 10e9, "prompt_tokens_per_second": 450.0, "decode": [
{"sequences": 1, "tokens_per_second": 100.0, "bytes_per_second": 5e9},
{"sequences": 4, "tokens_per_second": 180.0, "bytes_per_second": 2.25e9},
{"sequences": 16, "tokens_per_second": 210.0, "bytes_per_second": 0.65e9}]})";

} // namespace boolab::ui::test
