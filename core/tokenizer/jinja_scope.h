// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tokenizer/jinja_value.h"

#include <map>
#include <memory>

namespace boolab::jinja
{

/// Variables of a template, a loop or a macro; a name not set here is looked for in the scope around.
class Scope
{
public:
    explicit Scope(std::shared_ptr<const Scope> around = nullptr) : m_around(std::move(around)) {}

    const Value* find(const std::string& name) const
    {
        const auto found = m_variables.find(name);
        if (found != m_variables.end()) return &found->second;
        return m_around ? m_around->find(name) : nullptr;
    }
    void set(const std::string& name, Value value) { m_variables[name] = std::move(value); }

private:
    std::shared_ptr<const Scope> m_around;
    std::map<std::string, Value> m_variables;
};

using ScopePtr = std::shared_ptr<Scope>;

} // namespace boolab::jinja
