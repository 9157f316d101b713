// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/finetune_options.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

bool flipsCanHappen(const Job& job)
{
    if (job.text("train") == "scales") return false;
    return job.text("bool_rule") == "noise" ? job.real("bool_cap") > 0 : job.real("bool_lr") > 0;
}

} // namespace

Status checkFinetune(const Job& job)
{
    if (job.integer("patience") > 0 && job.integer("eval_every") == 0)
        return fail(ErrorCode::Usage,
                    fmt::format("finetune: --patience {} counts measurements, and --eval-every 0 makes none",
                                job.integer("patience")),
                    "Choose how often is measured, such as --eval-every 25, or leave out --patience.");
    if (job.real("learning_rate") > 0 || flipsCanHappen(job)) return {};
    return fail(
        ErrorCode::Usage, "finetune: --lr is 0 and no bit may flip, so nothing would be learned",
        "Raise --lr, or let bits flip: --train last with --bool-cap (rule noise) or --bool-lr above 0.");
}

} // namespace boolab
