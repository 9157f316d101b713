// SPDX-License-Identifier: Apache-2.0
#include "core/store/kernel_count.h"

#include "core/base/json_field.h"

namespace boolab
{

double nominalKernels(const RunRecord& run, const RunRelations& relations)
{
    if (const auto count = numberAt(run.result, "kernels")) return *count;
    const auto most = numberAt(run.result, "max_kernels");
    if (run.kind == "evaluate" && (!most || numberAt(run.result, "first_kernels"))) return most.value_or(0);
    if (run.kind == "finetune" || run.kind == "evaluate")
        if (const RunRecord* conversion = conversionBehind(run, relations); conversion != nullptr)
            if (const auto count = numberAt(conversion->result, "kernels")) return *count;
    return most.value_or(0);
}

} // namespace boolab
