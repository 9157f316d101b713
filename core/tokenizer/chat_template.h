// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/error.h"

#include <map>
#include <string>
#include <vector>

namespace boolab
{

struct ChatMessage;

/// Renders a Jinja chat template with the environment that transformers' apply_chat_template gives it.
/// `specialTokens`
/// ("bos_token" and so on) are variables of the template.
Result<std::string> renderChatTemplate(const std::string& text, const std::vector<ChatMessage>& messages,
                                       bool addGenerationPrompt,
                                       const std::map<std::string, std::string>& specialTokens);

} // namespace boolab
