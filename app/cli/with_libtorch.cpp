// SPDX-License-Identifier: Apache-2.0
// What makes boolab-engine of the commands: it has LibTorch already.
#include "app/cli/engine_process.h"

namespace boolab::cli
{

Status continueWithLibTorch()
{
    return {};
}

} // namespace boolab::cli
