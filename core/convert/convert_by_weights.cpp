// SPDX-License-Identifier: Apache-2.0
#include "core/convert/convert_by_weights.h"

#include "kernels/dense_weight.h"
#include "kernels/svid.h"

#include <ATen/Parallel.h>

namespace boolab
{

WeightMethod weightMethodOf(const Job& job)
{
    return {.alternates = job.text("method") != "svid", .rounds = static_cast<int>(job.integer("rounds"))};
}

ConvertedLayer convertByWeights(const LinearLayerInfo& info, const float* weight, std::int64_t K,
                                const WeightMethod& method, const float* columnWeights)
{
    ConvertedLayer layer(info, K);
    if (method.alternates)
        kernels::refine(weight, columnWeights, {.maxRounds = method.rounds}, layer.view(),
                        layer.errors.data(), at::get_num_threads());
    else
        kernels::svid(weight, layer.view(), layer.errors.data(), at::get_num_threads());
    return layer;
}

at::Tensor denseWeight(ConvertedLayer& layer)
{
    at::Tensor weight = at::empty({layer.info.outFeatures, layer.info.inFeatures});
    kernels::dense_weight_f32(layer.view(), weight.mutable_data_ptr<float>(), at::get_num_threads());
    return weight;
}

} // namespace boolab
