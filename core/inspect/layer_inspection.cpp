// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/layer_inspection.h"

#include "core/inspect/find_layer.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <fmt/format.h>

namespace boolab
{

namespace
{

Result<std::vector<float>> readFinite(const ModelFiles& files, const std::string& tensor)
{
    const TensorInfo& info = *files.find(tensor);
    std::vector<float> values(static_cast<std::size_t>(info.elementCount()));
    if (auto read = files.readFloat32(info, values); !read) return std::unexpected(read.error());
    const auto bad = std::ranges::find_if_not(values, [](float value) { return std::isfinite(value); });
    if (bad == values.end()) return values;
    const auto place = bad - values.begin(), columns = static_cast<std::ptrdiff_t>(info.shape.back());
    return fail(ErrorCode::BadInput,
                fmt::format("{}: tensor \"{}\" holds {} at row {}, column {}", files.path().string(), tensor,
                            *bad, place / columns, place % columns),
                "The model is damaged, or was saved after a training that diverged.");
}

std::int64_t bytesOf(const ModelFiles& files, const std::string& layer)
{
    std::int64_t bytes = 0;
    for (const char* part : {".weight", ".bool_weight", ".scale_out", ".scale_in"})
        if (const TensorInfo* tensor = files.find(layer + part)) bytes += tensor->byteSize;
    return bytes;
}

double plusShareOf(const LayerInspection& layer, std::int64_t kernel)
{
    std::int64_t plus = 0;
    for (std::int64_t i = 0; i < layer.outFeatures; ++i)
        for (const std::uint8_t byte : layer.row(kernel, i))
            plus += std::popcount(byte); // padding bits are 0
    return static_cast<double>(plus) / static_cast<double>(layer.outFeatures * layer.inFeatures);
}

Status readKernels(const ModelFiles& files, const BooleanLayerView& view, LayerInspection& layer)
{
    auto scaleOut = readFinite(files, layer.name + ".scale_out"),
         scaleIn = readFinite(files, layer.name + ".scale_in");
    for (const auto* scales : {&scaleOut, &scaleIn})
        if (!*scales) return std::unexpected(scales->error());
    layer.bits.assign(view.bits.begin(), view.bits.end());
    for (std::int64_t k = 0; k < view.kernelCount; ++k) {
        const auto part = [k](const std::vector<float>& all, std::int64_t length) {
            return std::vector<float>(all.begin() + k * length, all.begin() + (k + 1) * length);
        };
        KernelInspection kernel{
            part(*scaleOut, layer.outFeatures), part(*scaleIn, layer.inFeatures), {}, {}, 0};
        kernel.outSpread = spreadOf(kernel.scaleOut);
        kernel.inSpread = spreadOf(kernel.scaleIn);
        kernel.plusShare = plusShareOf(layer, k);
        layer.kernels.push_back(std::move(kernel));
    }
    return {};
}

} // namespace

std::span<const std::uint8_t> LayerInspection::row(std::int64_t kernel, std::int64_t row) const
{
    const auto length = static_cast<std::size_t>(rowBytes());
    return std::span(bits).subspan(static_cast<std::size_t>(kernel * outFeatures + row) * length, length);
}

bool LayerInspection::isPlus(std::int64_t kernel, std::int64_t row, std::int64_t column) const
{
    return this->row(kernel, row)[static_cast<std::size_t>(column / 8)] >> (column % 8) & 1;
}

Result<LayerInspection> inspectLayer(const ModelFiles& files, const std::string& name)
{
    const auto found = findLayer(files, name);
    if (!found) return std::unexpected(found.error());
    LayerInspection layer{.model = files.path().string(),
                          .name = found->name,
                          .outFeatures = found->outFeatures,
                          .inFeatures = found->inFeatures,
                          .dtype = {},
                          .bytes = bytesOf(files, found->name),
                          .bitsPerWeight = 0,
                          .modelBits = files.bitsPerWeight(),
                          .modelBitsAll = files.bitsPerWeightAll(),
                          .modelBytes = files.fileBytes(),
                          .bits = {},
                          .kernels = {}};
    layer.bitsPerWeight =
        8.0 * static_cast<double>(layer.bytes) / static_cast<double>(layer.outFeatures * layer.inFeatures);
    const auto view = files.booleanLayer(layer.name);
    const TensorInfo& typed = *files.find(layer.name + (view ? ".scale_out" : ".weight"));
    layer.dtype = nameOf(typed.dtype);
    if (view)
        if (auto read = readKernels(files, *view, layer); !read) return std::unexpected(read.error());
    return layer;
}

Status checkOriginal(const LayerInspection& layer, const ModelFiles& original)
{
    const auto bad = [&](const std::string& what) {
        return fail(ErrorCode::BadInput, fmt::format("{}: {}", original.path().string(), what),
                    "Name the full-precision model that this one was converted from.");
    };
    const auto layers = original.linearLayers();
    const auto found = std::ranges::find(layers, layer.name, &LinearLayerInfo::name);
    if (found == layers.end())
        return bad(fmt::format("has no layer \"{}\", which {} has", layer.name, layer.model));
    if (found->outFeatures != layer.outFeatures || found->inFeatures != layer.inFeatures)
        return bad(fmt::format("layer \"{}\" is {} x {}, expected {} x {} as in {}", layer.name,
                               found->outFeatures, found->inFeatures, layer.outFeatures, layer.inFeatures,
                               layer.model));
    if (found->kernelCount > 0)
        return bad(fmt::format("layer \"{}\" is Boolean, a full-precision one was expected", layer.name));
    return {};
}

Result<std::vector<double>> weightErrors(const LayerInspection& layer, const ModelFiles& original)
{
    if (auto fits = checkOriginal(layer, original); !fits) return std::unexpected(fits.error());
    auto weight = readFinite(original, layer.name + ".weight");
    if (!weight) return std::unexpected(weight.error());
    std::vector<double> lost(layer.kernels.size());
    double whole = 0;
    const auto columns = static_cast<std::size_t>(layer.inFeatures);
    for (std::int64_t i = 0; i < layer.outFeatures; ++i) {
        const std::span<float> left =
            std::span(*weight).subspan(static_cast<std::size_t>(i) * columns, columns);
        for (const float value : left)
            whole += static_cast<double>(value) * value;
        for (std::size_t k = 0; k < layer.kernels.size(); ++k) {
            const auto signs = layer.row(static_cast<std::int64_t>(k), i);
            const float u = layer.kernels[k].scaleOut[static_cast<std::size_t>(i)];
            double sum = 0;
            for (std::size_t j = 0; j < columns; ++j) {
                const float term = u * layer.kernels[k].scaleIn[j];
                left[j] -= signs[j / 8] >> (j % 8) & 1 ? term : -term;
                sum += static_cast<double>(left[j]) * left[j];
            }
            lost[k] += sum;
        }
    }
    for (double& error : lost)
        error /= std::max(whole, 1e-30); // an all-zero weight has no relative error
    return lost;
}

} // namespace boolab
