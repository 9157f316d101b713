// SPDX-License-Identifier: Apache-2.0
#include "core/boolean/layer_scratch.h"

namespace boolab
{

at::Tensor Scratch::matrix(std::int64_t rows, std::int64_t columns, at::ScalarType dtype,
                           const at::Device& device)
{
    const std::int64_t bytes = rows * columns * static_cast<std::int64_t>(at::elementSize(dtype));
    if (!m_memory.defined() || m_memory.numel() < bytes || m_memory.device() != device)
        m_memory = at::empty({bytes}, at::TensorOptions().dtype(at::kByte).device(device));
    return m_memory.narrow(0, 0, bytes).view(dtype).view({rows, columns});
}

} // namespace boolab
