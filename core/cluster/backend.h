// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"
#include "core/cluster/rank_config.h"

#include <chrono>
#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

namespace boolab
{

/// c10d's process group for tensors of `device`: Gloo for the CPU's. Unsupported where this build or LibTorch
/// has none; NCCL belongs here once training runs on CUDA. Throws what c10d throws where ranks do not
/// connect.
Result<c10::intrusive_ptr<c10d::Backend>> makeBackend(at::DeviceType device,
                                                      const c10::intrusive_ptr<c10d::Store>& store,
                                                      const RankConfig& ranks,
                                                      std::chrono::milliseconds timeout);

} // namespace boolab
