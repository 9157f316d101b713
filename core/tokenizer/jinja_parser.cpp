// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_parser.h"

#include "core/tokenizer/jinja_expression_parser.h"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>

namespace boolab::jinja
{

namespace
{

constexpr int kMaxNesting = 100;

class StatementParser
{
public:
    explicit StatementParser(std::string_view source) : m_tokens(tokenize(source)), m_expressions(m_tokens) {}

    Block run()
    {
        auto block = blockUntil({});
        return block;
    }

private:
    using Names = std::initializer_list<std::string_view>;

    /// Statements up to a tag with one of the names, which is left unread (its name is next).
    Block blockUntil(Names ends)
    {
        if (++m_nesting > kMaxNesting) m_tokens.raise("the template is nested too deeply");
        Block block;
        for (;;) {
            const auto token = m_tokens.next();
            if (token.kind == TokenKind::End) {
                if (ends.size() > 0) m_tokens.raise(fmt::format("'{}' is missing", *std::prev(ends.end())));
                break;
            }
            if (token.kind == TokenKind::Text) {
                add(block, StatementKind::Text, token.line).text = token.text;
            } else if (token.kind == TokenKind::BeginOutput) {
                add(block, StatementKind::Output, token.line).expression = m_expressions.tuple();
                m_tokens.expect(TokenKind::EndOutput, "'}}'");
            } else if (isOneOf(m_tokens.peek().text, ends)) {
                break;
            } else {
                tag(block);
            }
        }
        --m_nesting;
        return block;
    }

    static bool isOneOf(std::string_view name, Names names)
    {
        return std::find(names.begin(), names.end(), name) != names.end();
    }

    static Statement& add(Block& block, StatementKind kind, int line)
    {
        auto& statement = block.emplace_back();
        statement.kind = kind;
        statement.line = line;
        return statement;
    }

    void endTag() { m_tokens.expect(TokenKind::EndTag, "'%}'"); }

    void finish(std::string_view name)
    {
        m_tokens.expectName(name);
        if (m_tokens.peek().kind == TokenKind::Name) m_tokens.next(); // {% endblock name %}
        endTag();
    }

    void tag(Block& block)
    {
        const int line = m_tokens.peek().line;
        const auto name = m_tokens.identifier();
        if (name == "for") return forTag(add(block, StatementKind::For, line));
        if (name == "if") return ifTag(add(block, StatementKind::If, line));
        if (name == "set") return setTag(add(block, StatementKind::Set, line));
        if (name == "macro") return macroTag(add(block, StatementKind::Macro, line));
        if (name == "filter") return filterTag(add(block, StatementKind::FilterBody, line));
        if (name == "with") return withTag(add(block, StatementKind::Scope, line));
        if (name == "generation") return bodyTag(add(block, StatementKind::Body, line), "endgeneration");
        if (name == "break" || name == "continue") {
            add(block, name == "break" ? StatementKind::Break : StatementKind::Continue, line);
            return endTag();
        }
        m_tokens.raise(fmt::format("the tag '{}' is not supported", name));
    }

    void bodyTag(Statement& statement, std::string_view end)
    {
        endTag();
        statement.body = blockUntil({end});
        finish(end);
    }

    void forTag(Statement& statement)
    {
        do
            statement.targets.push_back(loopTarget());
        while (m_tokens.takeOperator(","));
        m_tokens.expectName("in");
        statement.expression = m_expressions.tuple(false);
        if (m_tokens.takeName("if")) statement.condition = m_expressions.expression();
        if (m_tokens.isName("recursive")) m_tokens.raise("recursive loops are not supported");
        endTag();
        statement.body = blockUntil({"else", "endfor"});
        if (m_tokens.takeName("else")) {
            endTag();
            statement.otherwise = blockUntil({"endfor"});
        }
        finish("endfor");
    }

    std::string loopTarget()
    {
        const bool wrapped = m_tokens.takeOperator("(");
        auto name = m_tokens.identifier();
        if (wrapped && !m_tokens.takeOperator(")")) m_tokens.raise("nested loop targets are not supported");
        return name;
    }

    void ifTag(Statement& statement)
    {
        statement.expression = m_expressions.tuple();
        endTag();
        statement.body = blockUntil({"elif", "else", "endif"});
        const int line = m_tokens.peek().line;
        if (m_tokens.takeName("elif")) {
            if (++m_nesting > kMaxNesting) m_tokens.raise("there are too many elif");
            ifTag(add(statement.otherwise, StatementKind::If, line));
            --m_nesting;
            return;
        }
        if (m_tokens.takeName("else")) {
            endTag();
            statement.otherwise = blockUntil({"endif"});
        }
        finish("endif");
    }

    void setTag(Statement& statement)
    {
        do {
            auto target = m_tokens.identifier();
            if (m_tokens.takeOperator(".")) target += "." + m_tokens.identifier();
            statement.targets.push_back(std::move(target));
        } while (m_tokens.takeOperator(","));
        if (m_tokens.takeOperator("=")) {
            statement.expression = m_expressions.tuple();
            return endTag();
        }
        if (m_tokens.isOperator("|")) statement.condition = m_expressions.filters(nullptr, false);
        bodyTag(statement, "endset");
    }

    void macroTag(Statement& statement)
    {
        statement.text = m_tokens.identifier();
        m_tokens.expectOperator("(");
        for (bool first = true; !m_tokens.takeOperator(")"); first = false) {
            if (!first) m_tokens.expectOperator(",");
            statement.targets.push_back(m_tokens.identifier());
            statement.defaults.push_back(m_tokens.takeOperator("=") ? m_expressions.expression() : nullptr);
        }
        bodyTag(statement, "endmacro");
    }

    void filterTag(Statement& statement)
    {
        statement.condition = m_expressions.filters(nullptr, true);
        bodyTag(statement, "endfilter");
    }

    void withTag(Statement& statement)
    {
        while (m_tokens.peek().kind == TokenKind::Name) {
            statement.targets.push_back(m_tokens.identifier());
            m_tokens.expectOperator("=");
            statement.defaults.push_back(m_expressions.expression());
            if (!m_tokens.takeOperator(",")) break;
        }
        bodyTag(statement, "endwith");
    }

    TokenStream m_tokens;
    ExpressionParser m_expressions;
    int m_nesting = 0;
};

} // namespace

Block parse(std::string_view source)
{
    return StatementParser(source).run();
}

} // namespace boolab::jinja
