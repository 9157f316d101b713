// SPDX-License-Identifier: Apache-2.0
#include "core/base/instruction_set.h"

#include "kernels/isa.h"

namespace boolab
{

Status chooseInstructionSet()
{
    if (auto isa = kernels::force_isa(""); !isa)
        return fail(ErrorCode::Usage, "BOOLAB_FORCE_ISA: " + isa.error(),
                    "Unset BOOLAB_FORCE_ISA to use the best one.");
    return {};
}

} // namespace boolab
