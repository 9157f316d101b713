// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/optimizer_state.h"

#include <filesystem>
#include <torch/serialize.h>

namespace boolab
{

namespace
{

template <class DeviceOf> void moveMoments(torch::optim::AdamW& optimizer, const DeviceOf& deviceOf)
{
    for (const auto& group : optimizer.param_groups())
        for (const at::Tensor& parameter : group.params()) {
            const auto found = optimizer.state().find(parameter.unsafeGetTensorImpl());
            if (found == optimizer.state().end()) continue;
            auto& state = static_cast<torch::optim::AdamWParamState&>(*found->second);
            state.exp_avg(state.exp_avg().to(deviceOf(parameter)));
            state.exp_avg_sq(state.exp_avg_sq().to(deviceOf(parameter)));
        }
}

void moveToParameters(torch::optim::AdamW& optimizer)
{
    moveMoments(optimizer, [](const at::Tensor& parameter) { return parameter.device(); });
}

template <class Source> void load(torch::optim::AdamW& optimizer, Source& source)
{
    torch::load(optimizer, source, at::Device(at::kCPU));
    moveToParameters(optimizer);
}

} // namespace

MomentsOnHost::MomentsOnHost(torch::optim::AdamW& optimizer) : m_optimizer(optimizer)
{
    moveMoments(optimizer, [](const at::Tensor&) { return at::Device(at::kCPU); });
}

MomentsOnHost::~MomentsOnHost()
{
    moveToParameters(m_optimizer);
}

void loadOptimizer(torch::optim::AdamW& optimizer, const std::string& file)
{
    load(optimizer, file);
}

void loadOptimizer(torch::optim::AdamW& optimizer, std::istream& in)
{
    load(optimizer, in);
}

void loadEverFlipped(BoolOptimizer& booleans, const std::string& file)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return;
    std::vector<at::Tensor> saved;
    torch::load(saved, file, at::Device(at::kCPU));
    TORCH_CHECK(booleans.restoreEverFlipped(saved), "ever_flipped.pt is of other kernels");
}

} // namespace boolab
