// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_files_impl.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boolab
{

namespace
{

constexpr std::int64_t kFormatVersion = 1;

Status checkTensor(const ModelFiles::Impl& impl, const std::string& name,
                   const std::vector<std::int64_t>& shape, bool bits)
{
    const TensorInfo* info = impl.find(name);
    const auto bad = [&](const std::string& what) {
        return fail(ErrorCode::BadInput, fmt::format("{}: tensor \"{}\" {}", impl.path.string(), name, what),
                    "The Boolean model is damaged; convert or export it again.");
    };
    if (!info) return bad("is missing");
    if (info->shape != shape)
        return bad(fmt::format("has shape [{}], expected [{}]", fmt::join(info->shape, ", "),
                               fmt::join(shape, ", ")));
    const bool fits =
        bits ? info->dtype == DType::U8
             : info->dtype == DType::F32 || info->dtype == DType::F16 || info->dtype == DType::BF16;
    if (!fits)
        return bad(
            fmt::format("has dtype {}, expected {}", nameOf(info->dtype), bits ? "U8" : "F16, BF16 or F32"));
    return {};
}

} // namespace

Status readBooleanLayers(ModelFiles::Impl& impl)
{
    const auto& quantization = impl.config.source["quantization_config"];
    const std::string origin = (impl.folder / "config.json").string();
    const auto bad = [&](const std::string& what, ErrorCode code = ErrorCode::BadInput,
                         const std::string& hint = "Convert or export the model again.") {
        return fail(code, fmt::format("{}: quantization_config: {}", origin, what), hint);
    };
    if (!quantization.is_object() || !quantization.contains("quant_method") ||
        !quantization["quant_method"].is_string())
        return bad("has no \"quant_method\"");
    const auto method = quantization["quant_method"].get<std::string>();
    if (method != "mbok")
        return bad(fmt::format("quant_method \"{}\" is not supported", method), ErrorCode::Unsupported,
                   "Use the full-precision model, or a Boolean model (\"mbok\").");
    if (quantization.value("format_version", nlohmann::json()) != kFormatVersion)
        return bad(fmt::format("format_version is {}, this Boolab reads {}",
                               quantization.value("format_version", nlohmann::json()).dump(), kFormatVersion),
                   ErrorCode::Unsupported, "Update Boolab, or convert the model again.");
    const auto counts = quantization.value("kernel_counts", nlohmann::json());
    if (!counts.is_object()) return bad("has no \"kernel_counts\"");

    // Written for people and other programs; where it is no number, somebody's hand or disk was at the file.
    for (const char* key : {"bits_per_weight", "bits_per_weight_all", "embedding_bits"}) {
        const auto figure = quantization.value(key, nlohmann::json());
        if (!figure.is_null() && !(figure.is_number() && figure.get<double>() >= 0))
            return bad(fmt::format("\"{}\" is {}, expected a number", key, figure.dump()));
    }

    impl.kind = ModelKind::Boolean;
    std::map<std::string, LinearLayerInfo> known;
    for (const LinearLayerInfo& layer : linearLayersOf(impl.config))
        known[layer.name] = layer;
    for (const auto& [name, count] : counts.items()) {
        if (!known.contains(name))
            return bad(fmt::format("\"kernel_counts\" names \"{}\", which this model does not have", name));
        if (!count.is_number_integer() || count.get<double>() < 1 || count.get<double>() > kMaxKernels)
            return bad(
                fmt::format("\"{}\" has {} kernels, expected 1 to {}", name, count.dump(), kMaxKernels));
        const LinearLayerInfo& layer = known[name];
        const auto K = count.get<std::int64_t>();
        if (auto ok = checkTensor(impl, name + ".bool_weight",
                                  {K, layer.outFeatures, (layer.inFeatures + 7) / 8}, true);
            !ok)
            return ok;
        if (auto ok = checkTensor(impl, name + ".scale_out", {K, layer.outFeatures}, false); !ok) return ok;
        if (auto ok = checkTensor(impl, name + ".scale_in", {K, layer.inFeatures}, false); !ok) return ok;
        const auto bytes = impl.bytes[impl.byName.at(name + ".bool_weight")];
        impl.booleanLayers[name] = {K,
                                    layer.outFeatures,
                                    layer.inFeatures,
                                    {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}};
    }
    return {};
}

} // namespace boolab
