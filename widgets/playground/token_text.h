// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/playground/answer_event.h"

namespace boolab::ui
{

/// "82.1 %", "0.034 %".
QString percentText(double probability);
/// In quotes, line ends shown, never broken into lines.
QString quoted(const QString& text);
/// "“ Paris”: 82.1 %, its likeliest. Else “ the” 4.2 %, “ a” 1.1 %."
QString tokenText(const AnswerToken& token);

} // namespace boolab::ui
