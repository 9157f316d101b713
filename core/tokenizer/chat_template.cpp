// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/chat_template.h"

#include "core/tokenizer/jinja_interpreter.h"
#include "core/tokenizer/jinja_parser.h"
#include "core/tokenizer/tokenizer.h"
#include "core/tokenizer/utf8.h"

#include <fmt/format.h>

namespace boolab
{

Result<std::string> renderChatTemplate(const std::string& text, const std::vector<ChatMessage>& messages,
                                       bool addGenerationPrompt,
                                       const std::map<std::string, std::string>& specialTokens)
{
    using namespace jinja;
    List list;
    for (const auto& message : messages)
        list.emplace_back(Dict{{"role", replaceInvalidUtf8(message.role)},
                               {"content", replaceInvalidUtf8(message.content)}});
    Dict variables{{"messages", std::move(list)},
                   {"tools", None{}},
                   {"documents", None{}},
                   {"add_generation_prompt", addGenerationPrompt}};
    for (const auto& [name, token] : specialTokens)
        setKey(variables, name, token);
    try {
        const auto block = parse(replaceInvalidUtf8(text));
        return Interpreter().render(block, variables);
    } catch (const TemplateError& error) {
        return fail(ErrorCode::Unsupported,
                    fmt::format("The chat template cannot be rendered: {}", error.what()),
                    "Check the roles and their order, or write the prompt yourself as plain text.");
    }
}

} // namespace boolab
