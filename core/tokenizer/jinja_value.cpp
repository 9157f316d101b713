// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_value.h"

#include "core/tokenizer/utf8.h"

#include <algorithm>

namespace boolab::jinja
{

const Value* Arguments::find(std::size_t index, const std::string& name) const
{
    return index < positional.size() ? &positional[index] : findKey(named, name);
}

Dict* Value::mutableDict() const
{
    const auto* pointer = std::get_if<std::shared_ptr<Dict>>(&m_data);
    return pointer ? pointer->get() : nullptr;
}

std::int64_t Value::integer() const
{
    if (const auto* value = get<bool>()) return *value ? 1 : 0;
    if (const auto* value = get<std::int64_t>()) return *value;
    throw TemplateError("expected an integer, got " + typeName());
}

double Value::real() const
{
    if (const auto* value = get<double>()) return *value;
    if (isInteger()) return static_cast<double>(integer());
    throw TemplateError("expected a number, got " + typeName());
}

bool Value::truth() const
{
    if (isUndefined() || isNone()) return false;
    if (isNumber()) return real() != 0.0;
    if (const auto* value = text()) return !value->empty();
    if (const auto* value = list()) return !value->empty();
    if (const auto* value = dict()) return !value->empty();
    return true;
}

std::string Value::typeName() const
{
    if (const auto* undefined = get<Undefined>())
        return undefined->name.empty() ? "undefined" : "undefined '" + undefined->name + "'";
    static constexpr const char* kNames[] = {"undefined", "none", "bool", "int",     "float",
                                             "str",       "list", "dict", "function"};
    return kNames[m_data.index()];
}

const Value* findKey(const Dict& dict, const std::string& key)
{
    const auto found =
        std::find_if(dict.begin(), dict.end(), [&](const auto& entry) { return entry.first == key; });
    return found == dict.end() ? nullptr : &found->second;
}

void setKey(Dict& dict, const std::string& key, Value value)
{
    const auto found =
        std::find_if(dict.begin(), dict.end(), [&](const auto& entry) { return entry.first == key; });
    if (found == dict.end())
        dict.emplace_back(key, std::move(value));
    else
        found->second = std::move(value);
}

bool equal(const Value& a, const Value& b)
{
    if (a.isNumber() && b.isNumber())
        return a.isInteger() && b.isInteger() ? a.integer() == b.integer() : a.real() == b.real();
    if (a.text() && b.text()) return *a.text() == *b.text();
    if (a.list() && b.list())
        return std::equal(a.list()->begin(), a.list()->end(), b.list()->begin(), b.list()->end(), equal);
    if (a.dict() && b.dict())
        return a.dict()->size() == b.dict()->size() &&
               std::all_of(a.dict()->begin(), a.dict()->end(), [&](const auto& entry) {
                   const auto* other = findKey(*b.dict(), entry.first);
                   return other && equal(entry.second, *other);
               });
    return (a.isNone() && b.isNone()) || (a.isUndefined() && b.isUndefined());
}

bool lessThan(const Value& a, const Value& b)
{
    if (a.isNumber() && b.isNumber())
        return a.isInteger() && b.isInteger() ? a.integer() < b.integer() : a.real() < b.real();
    if (a.text() && b.text()) return *a.text() < *b.text();
    if (a.list() && b.list())
        return std::lexicographical_compare(a.list()->begin(), a.list()->end(), b.list()->begin(),
                                            b.list()->end(), lessThan);
    throw TemplateError("'<' does not compare " + a.typeName() + " and " + b.typeName());
}

bool contains(const Value& container, const Value& item)
{
    if (const auto* text = container.text()) {
        if (!item.text()) throw TemplateError("'in <str>' needs a str, got " + item.typeName());
        return text->find(*item.text()) != std::string::npos;
    }
    if (const auto* dict = container.dict()) return item.text() && findKey(*dict, *item.text());
    const auto items = iterate(container);
    return std::any_of(items.begin(), items.end(), [&](const Value& value) { return equal(value, item); });
}

std::vector<std::string> characters(const std::string& text)
{
    std::vector<std::string> result;
    for (std::size_t i = 0; i < text.size();) {
        const auto start = i;
        nextCodePoint(text, i);
        result.push_back(text.substr(start, i - start));
    }
    return result;
}

List iterate(const Value& value)
{
    if (const auto* list = value.list()) return *list;
    List items;
    if (const auto* dict = value.dict())
        for (const auto& [key, entry] : *dict)
            items.emplace_back(key);
    else if (const auto* text = value.text())
        for (auto& character : characters(*text))
            items.emplace_back(std::move(character));
    else if (!value.isUndefined())
        throw TemplateError(value.typeName() + " is not iterable");
    return items;
}

} // namespace boolab::jinja
