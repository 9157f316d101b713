// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <torch/types.h>

namespace boolab
{

/// y = x W^T + bias, whatever W is made of. x (..., in), y (..., out).
class Linear
{
public:
    virtual ~Linear() = default;
    virtual at::Tensor forward(const at::Tensor& x) = 0;
};

/// A linear layer with its weight as it is. weight (out, in), bias (out) or undefined.
class DenseLinear final : public Linear
{
public:
    DenseLinear(at::Tensor weight, at::Tensor bias) : m_weight(std::move(weight)), m_bias(std::move(bias)) {}

    at::Tensor forward(const at::Tensor& x) override
    {
        return at::linear(x, m_weight, m_bias.defined() ? std::optional(m_bias) : std::nullopt);
    }

    const at::Tensor& weight() const { return m_weight; }
    const at::Tensor& bias() const { return m_bias; }

private:
    at::Tensor m_weight;
    at::Tensor m_bias;
};

} // namespace boolab
