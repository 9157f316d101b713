// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <QString>

namespace boolab::ui
{

/// What a metric of the database is called on screen: "tokens_per_second" is "Tokens per second". Unknown
/// names are shown with spaces.
QString metricTitle(const std::string& name);
/// From what is stored to the unit that metricTitle() names: shares become per cent, bytes GB.
double metricFactor(const std::string& name);

} // namespace boolab::ui
