// SPDX-License-Identifier: Apache-2.0
// The tests of Jinja's "is".
#include "core/tokenizer/jinja_builtins.h"

#include <fmt/format.h>
#include <map>

namespace boolab::jinja
{

namespace
{

using Test = bool (*)(const Value&, const Value&);

bool isCase(const Value& value, const char* method)
{
    return value.text() && toText((*methodOf(value, method).function())({})) == *value.text();
}

bool isMultiple(const Value& value, std::int64_t divisor)
{
    return binaryOperation("%", value, divisor).real() == 0.0;
}

const std::map<std::string, Test>& tests()
{
    using V = const Value&;
    static const std::map<std::string, Test> table = {
        {"defined", [](V v, V) { return !v.isUndefined(); }},
        {"undefined", [](V v, V) { return v.isUndefined(); }},
        {"none", [](V v, V) { return v.isNone(); }},
        {"string", [](V v, V) { return v.text() != nullptr; }},
        {"mapping", [](V v, V) { return v.dict() != nullptr; }},
        {"sequence", [](V v, V) { return v.list() || v.text() || v.dict() || v.isUndefined(); }},
        {"iterable", [](V v, V) { return v.list() || v.text() || v.dict() || v.isUndefined(); }},
        {"number", [](V v, V) { return v.isNumber(); }},
        {"integer", [](V v, V) { return v.get<std::int64_t>() != nullptr; }},
        {"float", [](V v, V) { return v.get<double>() != nullptr; }},
        {"boolean", [](V v, V) { return v.get<bool>() != nullptr; }},
        {"true", [](V v, V) { return v.get<bool>() && v.truth(); }},
        {"false", [](V v, V) { return v.get<bool>() && !v.truth(); }},
        {"callable", [](V v, V) { return v.function() != nullptr; }},
        {"odd", [](V v, V) { return !isMultiple(v, 2); }},
        {"even", [](V v, V) { return isMultiple(v, 2); }},
        {"divisibleby", [](V v, V a) { return isMultiple(v, a.integer()); }},
        {"lower", [](V v, V) { return isCase(v, "lower"); }},
        {"upper", [](V v, V) { return isCase(v, "upper"); }},
        {"in", [](V v, V a) { return contains(a, v); }},
        {"eq", equal},
        {"==", equal},
        {"equalto", equal},
        {"sameas", equal},
        {"ne", [](V v, V a) { return !equal(v, a); }},
        {"!=", [](V v, V a) { return !equal(v, a); }},
        {"lt", lessThan},
        {"<", lessThan},
        {"lessthan", lessThan},
        {"gt", [](V v, V a) { return lessThan(a, v); }},
        {">", [](V v, V a) { return lessThan(a, v); }},
        {"greaterthan", [](V v, V a) { return lessThan(a, v); }},
        {"ge", [](V v, V a) { return !lessThan(v, a); }},
        {">=", [](V v, V a) { return !lessThan(v, a); }},
        {"le", [](V v, V a) { return !lessThan(a, v); }},
        {"<=", [](V v, V a) { return !lessThan(a, v); }},
    };
    return table;
}

} // namespace

bool applyTest(const std::string& name, const Value& value, const Arguments& arguments)
{
    const auto test = tests().find(name);
    if (test == tests().end()) throw TemplateError(fmt::format("the test '{}' is not supported", name));
    return test->second(value, arguments.positional.empty() ? Value() : arguments.positional[0]);
}

} // namespace boolab::jinja
