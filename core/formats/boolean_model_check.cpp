// SPDX-License-Identifier: Apache-2.0
#include "core/formats/boolean_model_check.h"

#include "core/formats/model_files_impl.h"

#include <fmt/format.h>
#include <set>

namespace boolab
{

namespace
{

std::unexpected<Error> wrong(const std::string& what)
{
    return fail(ErrorCode::Internal, "the Boolean model to be written: " + what);
}

bool isWritten(DType dtype)
{
    return dtype == DType::F32 || dtype == DType::F16 || dtype == DType::BF16;
}

Status checkLayer(const LinearLayerInfo& expected, const BooleanLayerData& layer)
{
    const auto bad = [&](const std::string& what) {
        return wrong(fmt::format("layer \"{}\" {}", layer.name, what));
    };
    if (layer.outFeatures != expected.outFeatures || layer.inFeatures != expected.inFeatures)
        return bad(fmt::format("is {} x {}, expected {} x {}", layer.outFeatures, layer.inFeatures,
                               expected.outFeatures, expected.inFeatures));
    const std::int64_t K = layer.kernelCount;
    if (K < 1 || K > kMaxKernels) return bad(fmt::format("has {} kernels, expected 1 to {}", K, kMaxKernels));
    const auto holds = [](const auto& span, std::int64_t size) {
        return static_cast<std::int64_t>(span.size()) == size;
    };
    if (!holds(layer.bits, K * layer.outFeatures * ((layer.inFeatures + 7) / 8)))
        return bad(fmt::format("has {} bytes of bits", layer.bits.size()));
    if (!holds(layer.scaleOut, K * layer.outFeatures) || !holds(layer.scaleIn, K * layer.inFeatures))
        return bad(fmt::format("has {} + {} scales", layer.scaleOut.size(), layer.scaleIn.size()));
    return {};
}

} // namespace

Status checkBooleanModelContent(const ModelFiles& source, const BooleanModelContent& content)
{
    if (!isWritten(content.scaleDType) || !isWritten(content.otherDType))
        return wrong(fmt::format("dtypes {} and {}, expected F32, F16 or BF16", nameOf(content.scaleDType),
                                 nameOf(content.otherDType)));
    std::map<std::string, LinearLayerInfo> known;
    for (const LinearLayerInfo& layer : source.linearLayers())
        known[layer.name] = layer;
    std::set<std::string> seen;
    for (const BooleanLayerData& layer : content.layers) {
        if (!known.contains(layer.name))
            return wrong(fmt::format("the source has no layer \"{}\"", layer.name));
        if (!seen.insert(layer.name).second) return wrong(fmt::format("layer \"{}\" twice", layer.name));
        if (auto ok = checkLayer(known[layer.name], layer); !ok) return ok;
    }
    for (const ReplacedTensor& tensor : content.replaced) {
        const TensorInfo* info = source.find(tensor.name);
        if (!info) return wrong(fmt::format("the source has no tensor \"{}\" to replace", tensor.name));
        if (static_cast<std::int64_t>(tensor.values.size()) != info->elementCount())
            return wrong(fmt::format("tensor \"{}\" has {} values, expected {}", tensor.name,
                                     tensor.values.size(), info->elementCount()));
    }
    return {};
}

} // namespace boolab
