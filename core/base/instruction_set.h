// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

namespace boolab
{

/// Lets the ops run on the best instruction set, or on the one that BOOLAB_FORCE_ISA names; Usage where this
/// machine has not got that.
Status chooseInstructionSet();

} // namespace boolab
