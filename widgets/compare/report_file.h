// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/comparison_report.h"

#include <QString>

namespace boolab::ui
{

/// One self-contained file, whole or not at all: PDF where the name ends in .pdf, else HTML. May run in any
/// thread.
Status writeReport(const ReportInput& input, const QString& file);

} // namespace boolab::ui
