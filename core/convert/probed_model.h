// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"
#include "core/model/model_loader.h"

#include <functional>
#include <memory>

namespace boolab
{

/// A model whose linear layers are watched while the loss' gradients pass by. Nothing is trained.
class ProbedModel
{
public:
    /// Puts a watching layer in the place of every linear layer.
    using Probe =
        std::function<std::shared_ptr<Linear>(const LinearLayerInfo&, const std::shared_ptr<Linear>&)>;

    static Result<ProbedModel> load(const ModelFiles& files, const LoadOptions& options, const Probe& probe);

    /// Backward pass of one sequence's negative log-likelihood, summed over its tokens. ids (L) int64.
    /// Returns that sum in nats.
    double backward(const at::Tensor& ids);

private:
    explicit ProbedModel(std::unique_ptr<LlamaModel> model) : m_model(std::move(model)) {}

    std::unique_ptr<LlamaModel> m_model;
};

} // namespace boolab
