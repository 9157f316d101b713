// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/model_files.h"

namespace boolab
{

/// The linear layer called `name`, or the only one whose name ends with it ("3.mlp.up_proj"). Else BadInput
/// with the names that are near.
Result<LinearLayerInfo> findLayer(const ModelFiles& files, const std::string& name);

} // namespace boolab
