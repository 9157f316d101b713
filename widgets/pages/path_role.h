// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_spec.h"

namespace boolab::ui
{

/// What stands at a Path option: decides what Browse… offers and what is checked before the start.
enum class PathRole { Model, ModelFolder, OutputFolder, Database, File };

PathRole pathRole(const OptionSpec& option);
/// A model that the job reads.
bool isModel(PathRole role);
/// Something that must be there before the start.
bool isInput(PathRole role);

} // namespace boolab::ui
