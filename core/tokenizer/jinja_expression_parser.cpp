// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_expression_parser.h"

#include <array>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>

namespace boolab::jinja
{

namespace
{

constexpr int kMaxDepth = 200; // a template from outside must not overflow the stack

} // namespace

class ExpressionParser::Depth
{
public:
    explicit Depth(ExpressionParser& parser) : m_parser(parser)
    {
        if (++m_parser.m_depth > kMaxDepth) m_parser.m_tokens.raise("the expression is nested too deeply");
    }
    ~Depth() { --m_parser.m_depth; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;

private:
    ExpressionParser& m_parser;
};

ExpressionPtr ExpressionParser::make(ExpressionKind kind, std::string name) const
{
    auto result = std::make_unique<Expression>();
    result->kind = kind;
    result->line = m_tokens.peek().line;
    result->name = std::move(name);
    return result;
}

ExpressionPtr ExpressionParser::binary(ExpressionPtr left, std::string operation, ExpressionPtr right) const
{
    auto result = make(ExpressionKind::Binary, std::move(operation));
    result->operands.push_back(std::move(left));
    result->operands.push_back(std::move(right));
    return result;
}

ExpressionPtr ExpressionParser::expression(bool withCondition)
{
    const Depth depth(*this);
    auto result = disjunction();
    while (withCondition && m_tokens.takeName("if")) {
        auto condition = make(ExpressionKind::Condition);
        condition->operands.push_back(disjunction());
        condition->operands.push_back(std::move(result));
        condition->operands.push_back(m_tokens.takeName("else") ? expression()
                                                                : make(ExpressionKind::Constant));
        result = std::move(condition);
    }
    return result;
}

ExpressionPtr ExpressionParser::tuple(bool withCondition)
{
    auto first = expression(withCondition);
    if (!m_tokens.isOperator(",")) return first;
    auto result = make(ExpressionKind::ListItems);
    result->operands.push_back(std::move(first));
    while (m_tokens.takeOperator(",")) {
        const auto kind = m_tokens.peek().kind;
        if (kind == TokenKind::EndTag || kind == TokenKind::EndOutput || m_tokens.isOperator(")")) break;
        result->operands.push_back(expression(withCondition));
    }
    return result;
}

ExpressionPtr ExpressionParser::disjunction()
{
    auto left = conjunction();
    while (m_tokens.takeName("or"))
        left = binary(std::move(left), "or", conjunction());
    return left;
}

ExpressionPtr ExpressionParser::conjunction()
{
    auto left = negation();
    while (m_tokens.takeName("and"))
        left = binary(std::move(left), "and", negation());
    return left;
}

ExpressionPtr ExpressionParser::negation()
{
    const Depth depth(*this);
    if (!m_tokens.takeName("not")) return comparison();
    auto result = make(ExpressionKind::Unary, "not");
    result->operands.push_back(negation());
    return result;
}

ExpressionPtr ExpressionParser::comparison()
{
    auto left = sum();
    ExpressionPtr result;
    const auto operation = [&]() -> std::string {
        static constexpr std::array<std::string_view, 6> kOperators = {"==", "!=", "<", ">", "<=", ">="};
        for (const auto text : kOperators)
            if (m_tokens.takeOperator(text)) return std::string(text);
        if (m_tokens.takeName("in")) return "in";
        if (!m_tokens.isName("not") || m_tokens.peek(1).kind != TokenKind::Name ||
            m_tokens.peek(1).text != "in")
            return {};
        m_tokens.next();
        m_tokens.next();
        return "not in";
    };
    for (auto found = operation(); !found.empty(); found = operation()) {
        if (!result) {
            result = make(ExpressionKind::Compare);
            result->operands.push_back(std::move(left));
        }
        result->operators.push_back(std::move(found));
        result->operands.push_back(sum());
    }
    return result ? std::move(result) : std::move(left);
}

ExpressionPtr ExpressionParser::sum()
{
    auto left = concatenation();
    while (m_tokens.isOperator("+") || m_tokens.isOperator("-")) {
        auto operation = m_tokens.next().text;
        left = binary(std::move(left), std::move(operation), concatenation());
    }
    return left;
}

ExpressionPtr ExpressionParser::concatenation()
{
    auto left = product();
    while (m_tokens.takeOperator("~"))
        left = binary(std::move(left), "~", product());
    return left;
}

ExpressionPtr ExpressionParser::product()
{
    auto left = power();
    while (m_tokens.isOperator("*") || m_tokens.isOperator("/") || m_tokens.isOperator("//") ||
           m_tokens.isOperator("%")) {
        auto operation = m_tokens.next().text;
        left = binary(std::move(left), std::move(operation), power());
    }
    return left;
}

ExpressionPtr ExpressionParser::power()
{
    auto left = unary(true);
    while (m_tokens.takeOperator("**"))
        left = binary(std::move(left), "**", unary(true));
    return left;
}

ExpressionPtr ExpressionParser::unary(bool withFilters)
{
    const Depth depth(*this);
    ExpressionPtr result;
    if (m_tokens.isOperator("-") || m_tokens.isOperator("+")) {
        result = make(ExpressionKind::Unary, m_tokens.next().text);
        result->operands.push_back(unary(false));
    } else {
        result = primary();
    }
    result = postfix(std::move(result));
    return withFilters ? filtersAndTests(std::move(result)) : std::move(result);
}

ExpressionPtr ExpressionParser::primary()
{
    const auto& token = m_tokens.peek();
    auto constant = make(ExpressionKind::Constant);
    switch (token.kind) {
    case TokenKind::Name:
        return named();
    case TokenKind::String:
        return text();
    case TokenKind::Integer: {
        std::int64_t value = 0;
        const auto [end, error] =
            std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
        if (error != std::errc()) m_tokens.raise(fmt::format("the number {} is too large", token.text));
        constant->value = value;
        m_tokens.next();
        return constant;
    }
    case TokenKind::Float:
        constant->value = std::strtod(m_tokens.next().text.c_str(), nullptr);
        return constant;
    default:
        break;
    }
    if (m_tokens.takeOperator("(")) return parenthesised();
    if (m_tokens.takeOperator("[")) return listItems();
    if (m_tokens.takeOperator("{")) return dictItems();
    m_tokens.raise(fmt::format("expected an expression, got '{}'", token.text));
}

ExpressionPtr ExpressionParser::named()
{
    auto constant = make(ExpressionKind::Constant);
    auto name = m_tokens.identifier();
    if (name == "true" || name == "True")
        constant->value = true;
    else if (name == "false" || name == "False")
        constant->value = false;
    else if (name == "none" || name == "None")
        constant->value = None{};
    else
        return make(ExpressionKind::Name, std::move(name));
    return constant;
}

ExpressionPtr ExpressionParser::text()
{
    auto constant = make(ExpressionKind::Constant);
    std::string value;
    while (m_tokens.peek().kind == TokenKind::String)
        value += m_tokens.next().text;
    constant->value = std::move(value);
    return constant;
}

ExpressionPtr ExpressionParser::parenthesised()
{
    if (m_tokens.takeOperator(")")) return make(ExpressionKind::ListItems);
    auto result = tuple();
    m_tokens.expectOperator(")");
    return result;
}

ExpressionPtr ExpressionParser::listItems()
{
    auto result = make(ExpressionKind::ListItems);
    while (!m_tokens.takeOperator("]")) {
        if (!result->operands.empty()) m_tokens.expectOperator(",");
        if (m_tokens.takeOperator("]")) break;
        result->operands.push_back(expression());
    }
    return result;
}

ExpressionPtr ExpressionParser::dictItems()
{
    auto result = make(ExpressionKind::DictItems);
    while (!m_tokens.takeOperator("}")) {
        if (!result->operands.empty()) m_tokens.expectOperator(",");
        if (m_tokens.takeOperator("}")) break;
        result->operands.push_back(expression());
        m_tokens.expectOperator(":");
        result->operands.push_back(expression());
    }
    return result;
}

ExpressionPtr ExpressionParser::postfix(ExpressionPtr operand)
{
    for (;;) {
        if (m_tokens.takeOperator(".")) {
            if (m_tokens.peek().kind == TokenKind::Integer) {
                auto item = make(ExpressionKind::Item);
                item->operands.push_back(std::move(operand));
                item->operands.push_back(primary());
                operand = std::move(item);
                continue;
            }
            auto attribute = make(ExpressionKind::Attribute, m_tokens.identifier());
            attribute->operands.push_back(std::move(operand));
            operand = std::move(attribute);
        } else if (m_tokens.takeOperator("[")) {
            operand = subscript(std::move(operand));
        } else if (m_tokens.isOperator("(")) {
            auto call = make(ExpressionKind::Call);
            call->operands.push_back(std::move(operand));
            arguments(*call);
            operand = std::move(call);
        } else {
            return operand;
        }
    }
}

ExpressionPtr ExpressionParser::subscript(ExpressionPtr operand)
{
    std::vector<ExpressionPtr> parts(1);
    while (!m_tokens.isOperator("]")) {
        if (m_tokens.takeOperator(":"))
            parts.emplace_back();
        else if (!parts.back())
            parts.back() = expression();
        else
            m_tokens.raise(fmt::format("expected ']', got '{}'", m_tokens.peek().text));
    }
    m_tokens.expectOperator("]");
    const bool slice = parts.size() > 1;
    if (parts.size() > 3 || (!slice && !parts[0])) m_tokens.raise("a broken subscript");
    if (slice) parts.resize(3);
    auto result = make(slice ? ExpressionKind::Slice : ExpressionKind::Item);
    result->operands.push_back(std::move(operand));
    for (auto& part : parts)
        result->operands.push_back(std::move(part));
    return result;
}

ExpressionPtr ExpressionParser::filtersAndTests(ExpressionPtr operand)
{
    for (;;) {
        if (m_tokens.takeOperator("|"))
            operand = filter(std::move(operand));
        else if (m_tokens.takeName("is"))
            operand = test(std::move(operand));
        else if (m_tokens.isOperator("(")) // a call of what a filter gave
            operand = postfix(std::move(operand));
        else
            return operand;
    }
}

ExpressionPtr ExpressionParser::filters(ExpressionPtr operand, bool bareFirst)
{
    if (bareFirst) operand = filter(std::move(operand));
    while (m_tokens.takeOperator("|"))
        operand = filter(std::move(operand));
    return operand;
}

ExpressionPtr ExpressionParser::filter(ExpressionPtr operand)
{
    auto result = make(ExpressionKind::Filter, m_tokens.identifier());
    result->operands.push_back(std::move(operand));
    if (m_tokens.isOperator("(")) arguments(*result);
    return result;
}

ExpressionPtr ExpressionParser::test(ExpressionPtr operand)
{
    const bool negated = m_tokens.takeName("not");
    auto result = make(ExpressionKind::Test, m_tokens.identifier());
    result->operands.push_back(std::move(operand));
    const auto startsArgument = [&] {
        const auto& token = m_tokens.peek();
        if (token.kind == TokenKind::Name)
            return token.text != "else" && token.text != "or" && token.text != "and" && token.text != "is" &&
                   token.text != "if" && token.text != "in" && token.text != "not";
        return token.kind == TokenKind::String || token.kind == TokenKind::Integer ||
               token.kind == TokenKind::Float || m_tokens.isOperator("[") || m_tokens.isOperator("{");
    };
    if (m_tokens.isOperator("("))
        arguments(*result);
    else if (startsArgument())
        result->operands.push_back(postfix(primary()));
    if (!negated) return result;
    auto inverse = make(ExpressionKind::Unary, "not");
    inverse->operands.push_back(std::move(result));
    return inverse;
}

void ExpressionParser::arguments(Expression& call)
{
    const Depth depth(*this);
    m_tokens.expectOperator("(");
    for (bool first = true; !m_tokens.takeOperator(")"); first = false) {
        if (!first) m_tokens.expectOperator(",");
        if (m_tokens.takeOperator(")")) return;
        if (m_tokens.isOperator("*") || m_tokens.isOperator("**"))
            m_tokens.raise("star arguments are not supported");
        const auto& following = m_tokens.peek(1);
        if (m_tokens.peek().kind == TokenKind::Name && following.kind == TokenKind::Operator &&
            following.text == "=") {
            auto name = m_tokens.identifier();
            m_tokens.next();
            call.named.emplace_back(std::move(name), expression());
        } else {
            call.operands.push_back(expression());
        }
    }
}

} // namespace boolab::jinja
