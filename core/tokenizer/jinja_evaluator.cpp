// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_evaluator.h"

#include "core/tokenizer/jinja_builtins.h"

#include <fmt/format.h>

namespace boolab::jinja
{

namespace
{

constexpr std::int64_t kMaxSteps = 2'000'000;
constexpr auto kMaxTime = std::chrono::seconds(10); // texts of megabytes make few steps long
constexpr int kMaxDepth = 1000;                     // of nested calls: macros may call themselves

bool compared(const std::string& operation, const Value& left, const Value& right)
{
    if (operation == "==") return equal(left, right);
    if (operation == "!=") return !equal(left, right);
    if (operation == "<") return lessThan(left, right);
    if (operation == ">") return lessThan(right, left);
    if (operation == "<=") return !lessThan(right, left);
    if (operation == ">=") return !lessThan(left, right);
    return contains(right, left) == (operation == "in");
}

} // namespace

void Evaluator::countSteps(std::size_t steps)
{
    m_steps += static_cast<std::int64_t>(steps);
    if (m_steps > kMaxSteps || std::chrono::steady_clock::now() - m_start > kMaxTime)
        throw TemplateError("the template runs too long");
}

Value Evaluator::evaluate(const Expression& expression, const Scope& scope)
{
    countSteps(1);
    if (m_depth >= kMaxDepth) throw TemplateError("the template calls itself too deeply");
    ++m_depth;
    auto result = compute(expression, scope);
    --m_depth;
    return result;
}

Value Evaluator::compute(const Expression& expression, const Scope& scope)
{
    switch (expression.kind) {
    case ExpressionKind::Constant:
        return expression.value;
    case ExpressionKind::Name:
        return name(expression.name, scope);
    case ExpressionKind::ListItems:
        return list(expression, scope);
    case ExpressionKind::DictItems:
        return dict(expression, scope);
    case ExpressionKind::Attribute:
        return attributeOf(operand(expression, 0, scope), expression.name);
    case ExpressionKind::Item:
        return itemOf(operand(expression, 0, scope), operand(expression, 1, scope));
    case ExpressionKind::Slice:
        return sliceOf(operand(expression, 0, scope), operand(expression, 1, scope),
                       operand(expression, 2, scope), operand(expression, 3, scope));
    case ExpressionKind::Call:
        return call(expression, scope);
    case ExpressionKind::Filter:
        return applyFilter(expression.name, operand(expression, 0, scope), arguments(expression, scope));
    case ExpressionKind::Test:
        return applyTest(expression.name, operand(expression, 0, scope), arguments(expression, scope));
    case ExpressionKind::Unary:
        return unary(expression, scope);
    case ExpressionKind::Binary:
        return binary(expression, scope);
    case ExpressionKind::Compare:
        return compare(expression, scope);
    case ExpressionKind::Condition:
        return operand(expression, operand(expression, 0, scope).truth() ? 1 : 2, scope);
    }
    return {};
}

Value Evaluator::name(const std::string& name, const Scope& scope) const
{
    const auto* value = scope.find(name);
    return value ? *value : globalNamed(name);
}

Value Evaluator::operand(const Expression& expression, std::size_t index, const Scope& scope)
{
    const auto& operand = expression.operands[index];
    return operand ? evaluate(*operand, scope) : Value();
}

Value Evaluator::list(const Expression& expression, const Scope& scope)
{
    List items;
    for (const auto& item : expression.operands)
        items.push_back(evaluate(*item, scope));
    return items;
}

Value Evaluator::dict(const Expression& expression, const Scope& scope)
{
    Dict dict;
    for (std::size_t i = 0; i + 1 < expression.operands.size(); i += 2)
        setKey(dict, toText(operand(expression, i, scope)), operand(expression, i + 1, scope));
    return dict;
}

Value Evaluator::call(const Expression& expression, const Scope& scope)
{
    const auto callee = operand(expression, 0, scope);
    if (!callee.function())
        throw TemplateError(fmt::format("line {}: {} cannot be called", expression.line, callee.typeName()));
    return (*callee.function())(arguments(expression, scope));
}

Arguments Evaluator::arguments(const Expression& expression, const Scope& scope)
{
    Arguments arguments;
    for (std::size_t i = 1; i < expression.operands.size(); ++i)
        arguments.positional.push_back(operand(expression, i, scope));
    for (const auto& [name, value] : expression.named)
        arguments.named.emplace_back(name, evaluate(*value, scope));
    return arguments;
}

Value Evaluator::unary(const Expression& expression, const Scope& scope)
{
    const auto value = operand(expression, 0, scope);
    if (expression.name == "not") return !value.truth();
    return binaryOperation(expression.name, std::int64_t{0}, value);
}

Value Evaluator::binary(const Expression& expression, const Scope& scope)
{
    auto left = operand(expression, 0, scope);
    if (expression.name == "and") return left.truth() ? operand(expression, 1, scope) : left;
    if (expression.name == "or") return left.truth() ? left : operand(expression, 1, scope);
    return binaryOperation(expression.name, left, operand(expression, 1, scope));
}

Value Evaluator::compare(const Expression& expression, const Scope& scope)
{
    auto left = operand(expression, 0, scope);
    for (std::size_t i = 0; i < expression.operators.size(); ++i) {
        auto right = operand(expression, i + 1, scope);
        if (!compared(expression.operators[i], left, right)) return false;
        left = std::move(right);
    }
    return true;
}

Value Evaluator::filter(const Expression& chain, const Value& value, const Scope& scope)
{
    const auto& inner = chain.operands[0];
    const auto operand = inner ? filter(*inner, value, scope) : value;
    return applyFilter(chain.name, operand, arguments(chain, scope));
}

} // namespace boolab::jinja
