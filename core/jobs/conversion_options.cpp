// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/conversion_options.h"

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
    return job.real("bits") > 0 || !job.text("target_size").empty();
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

} // namespace boolab
