// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/formats/boolean_model_writer.h"

namespace boolab
{

/// Internal where `content` would make a folder that cannot be opened, or would be left out silently: layers
/// and tensors that `source` does not have, other shapes, spans of other lengths, dtypes that are not
/// written.
Status checkBooleanModelContent(const ModelFiles& source, const BooleanModelContent& content);

} // namespace boolab
