// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/conversion_options.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

/// The spec lets nothing else through.
DType dtypeFromName(const std::string& name)
{
    if (name == "float16") return DType::F16;
    if (name == "bfloat16") return DType::BF16;
    return DType::F32;
}

} // namespace

StoredTypes storedTypesOf(const Job& job)
{
    return {.scales = dtypeFromName(job.text("scale_dtype")),
            .others = dtypeFromName(job.text("other_dtype")),
            .embeddingBits = job.text("embedding_bits") == "8" ? 8 : 16};
}

bool convertsByInputs(const Job& job)
{
    const std::string method = job.text("method");
    return method == "calibrated" || method == "gptq";
}

bool hasBudget(const Job& job)
{
    return job.real("bits") > 0 || job.has("target_size");
}

bool needsGradients(const Job& job)
{
    return (hasBudget(job) && job.text("importance") == "loss") ||
           (convertsByInputs(job) && job.text("token_weights") == "gradient");
}

bool needsCalibration(const Job& job)
{
    return convertsByInputs(job) || (hasBudget(job) && job.text("importance") != "none");
}

Status checkConversion(const Job& job)
{
    if (job.real("bits") > 0 && job.has("target_size"))
        return fail(ErrorCode::Usage, "convert: --bits and --target-size exclude each other",
                    "Keep one of them.");
    if (!needsCalibration(job) || job.has("calibration")) return {};
    if (convertsByInputs(job))
        return fail(
            ErrorCode::Usage,
            fmt::format("convert: {} needs a calibration text, --calibration is missing", job.text("method")),
            "Name a text or \"self\"; refined and svid need none.");
    return fail(ErrorCode::Usage,
                fmt::format("convert: importance {} needs a calibration text, --calibration is missing",
                            job.text("importance")),
                "Name a text or \"self\", or choose importance none.");
}

} // namespace boolab
