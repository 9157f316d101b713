// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_interpreter.h"

#include <algorithm>
#include <fmt/format.h>

namespace boolab::jinja
{

namespace
{

constexpr std::size_t kMaxOutput = std::size_t{64} << 20;
constexpr int kMaxDepth = 400;

Value cycle(const Arguments& arguments, std::size_t index)
{
    if (arguments.positional.empty()) throw TemplateError("cycle needs items");
    return arguments.positional[index % arguments.positional.size()];
}

/// The `loop` variable at `index` of `items`.
Value loopVariable(const List& items, std::size_t index)
{
    const auto i = static_cast<std::int64_t>(index), n = static_cast<std::int64_t>(items.size());
    const auto neighbour = [&](std::int64_t at) {
        return at >= 0 && at < n ? items[static_cast<std::size_t>(at)] : Value(Undefined{"loop item"});
    };
    return Dict{{"index", i + 1},
                {"index0", i},
                {"revindex", n - i},
                {"revindex0", n - i - 1},
                {"first", i == 0},
                {"last", i == n - 1},
                {"length", n},
                {"previtem", neighbour(i - 1)},
                {"nextitem", neighbour(i + 1)},
                {"cycle", Function([index](const Arguments& arguments) { return cycle(arguments, index); })}};
}

/// True where `value` holds `dict` itself: a namespace in itself could be neither written nor freed.
bool reaches(const Value& value, const Dict* dict, int depth = 0)
{
    if (depth > kMaxDepth) throw TemplateError("a value is nested too deeply");
    if (value.dict() == dict) return true;
    const auto inside = [&](const Value& inner) { return reaches(inner, dict, depth + 1); };
    if (const auto* list = value.list()) return std::any_of(list->begin(), list->end(), inside);
    const auto* entries = value.dict();
    return entries && std::any_of(entries->begin(), entries->end(),
                                  [&](const auto& entry) { return inside(entry.second); });
}

} // namespace

std::string Interpreter::render(const Block& block, const Dict& variables)
{
    const auto scope = std::make_shared<Scope>();
    for (const auto& [name, value] : variables)
        scope->set(name, value);
    std::string output;
    run(block, scope, output);
    return output;
}

void Interpreter::write(std::string& output, const std::string& text)
{
    if (output.size() + text.size() > kMaxOutput) throw TemplateError("the output grows beyond 64 MiB");
    output += text;
}

Interpreter::Flow Interpreter::run(const Block& block, const ScopePtr& scope, std::string& output)
{
    if (m_depth >= kMaxDepth) throw TemplateError("the template calls itself too deeply");
    ++m_depth;
    auto flow = Flow::Next;
    for (auto it = block.begin(); it != block.end() && flow == Flow::Next; ++it) {
        m_evaluator.countSteps(1);
        flow = runStatement(*it, scope, output);
    }
    --m_depth;
    return flow;
}

Interpreter::Flow Interpreter::runStatement(const Statement& statement, const ScopePtr& scope,
                                            std::string& output)
{
    switch (statement.kind) {
    case StatementKind::Text:
        write(output, statement.text);
        break;
    case StatementKind::Output:
        write(output, toText(m_evaluator.evaluate(*statement.expression, *scope)));
        break;
    case StatementKind::If:
        return run(m_evaluator.evaluate(*statement.expression, *scope).truth() ? statement.body
                                                                               : statement.otherwise,
                   scope, output);
    case StatementKind::For:
        return runLoop(statement, scope, output);
    case StatementKind::Set:
        set(statement, scope);
        break;
    case StatementKind::Macro:
        scope->set(statement.text, macro(statement, scope));
        break;
    case StatementKind::FilterBody:
        write(output, toText(m_evaluator.filter(*statement.condition, bodyText(statement, scope), *scope)));
        break;
    case StatementKind::Scope:
        return runScope(statement, scope, output);
    case StatementKind::Body:
        return run(statement.body, scope, output);
    case StatementKind::Break:
        return Flow::Break;
    case StatementKind::Continue:
        return Flow::Continue;
    }
    return Flow::Next;
}

List Interpreter::loopItems(const Statement& statement, const ScopePtr& scope)
{
    auto items = iterate(m_evaluator.evaluate(*statement.expression, *scope));
    m_evaluator.countSteps(items.size());
    if (!statement.condition) return items;
    std::erase_if(items, [&](const Value& item) {
        const auto inner = std::make_shared<Scope>(scope);
        unpack(statement.targets, item, inner);
        return !m_evaluator.evaluate(*statement.condition, *inner).truth();
    });
    return items;
}

Interpreter::Flow Interpreter::runLoop(const Statement& statement, const ScopePtr& scope, std::string& output)
{
    const auto items = loopItems(statement, scope);
    if (items.empty()) return run(statement.otherwise, scope, output);
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto inner = std::make_shared<Scope>(scope);
        unpack(statement.targets, items[i], inner);
        inner->set("loop", loopVariable(items, i));
        if (run(statement.body, inner, output) == Flow::Break) break;
    }
    return Flow::Next;
}

Interpreter::Flow Interpreter::runScope(const Statement& statement, const ScopePtr& scope,
                                        std::string& output)
{
    const auto inner = std::make_shared<Scope>(scope);
    for (std::size_t i = 0; i < statement.targets.size(); ++i)
        inner->set(statement.targets[i], m_evaluator.evaluate(*statement.defaults[i], *scope));
    return run(statement.body, inner, output);
}

std::string Interpreter::bodyText(const Statement& statement, const ScopePtr& scope)
{
    std::string text;
    run(statement.body, std::make_shared<Scope>(scope), text);
    return text;
}

void Interpreter::set(const Statement& statement, const ScopePtr& scope)
{
    if (statement.expression)
        return unpack(statement.targets, m_evaluator.evaluate(*statement.expression, *scope), scope);
    Value text = bodyText(statement, scope);
    if (statement.condition) text = m_evaluator.filter(*statement.condition, text, *scope);
    unpack(statement.targets, text, scope);
}

void Interpreter::unpack(const std::vector<std::string>& targets, const Value& value,
                         const ScopePtr& scope) const
{
    if (targets.size() == 1) return assign(targets[0], value, scope);
    const auto parts = iterate(value);
    if (parts.size() != targets.size())
        throw TemplateError(fmt::format("{} values cannot be set to {} names", parts.size(), targets.size()));
    for (std::size_t i = 0; i < parts.size(); ++i)
        assign(targets[i], parts[i], scope);
}

void Interpreter::assign(const std::string& target, const Value& value, const ScopePtr& scope) const
{
    const auto dot = target.find('.');
    if (dot == std::string::npos) return scope->set(target, value);
    const auto* object = scope->find(target.substr(0, dot));
    auto* entries = object ? object->mutableDict() : nullptr;
    if (!entries) throw TemplateError(fmt::format("'{}' is no namespace", target.substr(0, dot)));
    if (reaches(value, entries))
        throw TemplateError(fmt::format("'{}' cannot hold itself", target.substr(0, dot)));
    setKey(*entries, target.substr(dot + 1), value);
}

Value Interpreter::macro(const Statement& statement, const ScopePtr& scope)
{
    // Weak, because the scope itself holds the macro.
    return Function(
        [this, &statement, weak = std::weak_ptr<Scope>(scope)](const Arguments& arguments) -> Value {
            const auto around = weak.lock();
            const auto inner = std::make_shared<Scope>(around);
            for (std::size_t i = 0; i < statement.targets.size(); ++i) {
                const auto& name = statement.targets[i];
                const auto* given = arguments.find(i, name);
                const auto& otherwise = statement.defaults[i];
                inner->set(name, given       ? *given
                                 : otherwise ? m_evaluator.evaluate(*otherwise, *inner)
                                             : Value(Undefined{name}));
            }
            std::string text;
            run(statement.body, inner, text);
            return text;
        });
}

} // namespace boolab::jinja
