// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/jinja_evaluator.h"

namespace boolab::jinja
{

/// Runs a parsed template, which must outlive it. Raises TemplateError.
class Interpreter
{
public:
    std::string render(const Block& block, const Dict& variables);

private:
    enum class Flow { Next, Break, Continue };

    Flow run(const Block& block, const ScopePtr& scope, std::string& output);
    Flow runStatement(const Statement& statement, const ScopePtr& scope, std::string& output);
    Flow runLoop(const Statement& statement, const ScopePtr& scope, std::string& output);
    Flow runScope(const Statement& statement, const ScopePtr& scope, std::string& output);
    List loopItems(const Statement& statement, const ScopePtr& scope);
    void set(const Statement& statement, const ScopePtr& scope);
    void assign(const std::string& target, const Value& value, const ScopePtr& scope) const;
    void unpack(const std::vector<std::string>& targets, const Value& value, const ScopePtr& scope) const;
    Value macro(const Statement& statement, const ScopePtr& scope);
    std::string bodyText(const Statement& statement, const ScopePtr& scope);
    static void write(std::string& output, const std::string& text);

    Evaluator m_evaluator;
    int m_depth = 0;
};

} // namespace boolab::jinja
