// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/jinja_ast.h"
#include "core/tokenizer/jinja_scope.h"

#include <chrono>

namespace boolab::jinja
{

/// Values of expressions. Counts what it does, so that a template from outside cannot run forever.
class Evaluator
{
public:
    Value evaluate(const Expression& expression, const Scope& scope);
    /// Applies a chain of filters whose innermost operand is null to `value`.
    Value filter(const Expression& chain, const Value& value, const Scope& scope);
    void countSteps(std::size_t steps);

private:
    Value compute(const Expression& expression, const Scope& scope);
    Value name(const std::string& name, const Scope& scope) const;
    Value operand(const Expression& expression, std::size_t index, const Scope& scope);
    Value list(const Expression& expression, const Scope& scope);
    Value dict(const Expression& expression, const Scope& scope);
    Value call(const Expression& expression, const Scope& scope);
    Value unary(const Expression& expression, const Scope& scope);
    Value binary(const Expression& expression, const Scope& scope);
    Value compare(const Expression& expression, const Scope& scope);
    Arguments arguments(const Expression& expression, const Scope& scope);

    std::chrono::steady_clock::time_point m_start = std::chrono::steady_clock::now();
    std::int64_t m_steps = 0;
    int m_depth = 0;
};

} // namespace boolab::jinja
