// SPDX-License-Identifier: Apache-2.0
// Values of the Jinja interpreter, with the semantics of Python's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace boolab::jinja
{

/// Raised inside the interpreter only; renderChatTemplate() turns it into an Error.
class TemplateError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

class Value;
using List = std::vector<Value>;
/// Keys are text and keep the order of insertion, as in a Python dict.
using Dict = std::vector<std::pair<std::string, Value>>;

struct Arguments {
    List positional;
    Dict named;

    /// The argument at `index` or called `name`; null where it is not given.
    const Value* find(std::size_t index, const std::string& name) const;
};
using Function = std::function<Value(const Arguments&)>;

struct Undefined {
    std::string name;
};
struct None {
};

/// Lists, dicts and namespaces are shared, as references are in Python.
class Value
{
public:
    Value() : m_data(Undefined{}) {}
    Value(Undefined undefined) : m_data(std::move(undefined)) {}
    Value(None none) : m_data(none) {}
    Value(bool value) : m_data(value) {}
    Value(std::int64_t value) : m_data(value) {}
    Value(double value) : m_data(value) {}
    Value(std::string value) : m_data(std::move(value)) {}
    Value(const char* value) : m_data(std::string(value)) {}
    Value(List value) : m_data(std::make_shared<List>(std::move(value))) {}
    Value(Dict value) : m_data(std::make_shared<Dict>(std::move(value))) {}
    Value(Function value) : m_data(std::make_shared<Function>(std::move(value))) {}

    template <class T> const T* get() const { return std::get_if<T>(&m_data); }
    const std::string* text() const { return get<std::string>(); }
    const List* list() const { return pointee<List>(); }
    const Dict* dict() const { return pointee<Dict>(); }
    const Function* function() const { return pointee<Function>(); }
    Dict* mutableDict() const;

    bool isUndefined() const { return get<Undefined>() != nullptr; }
    bool isNone() const { return get<None>() != nullptr; }
    bool isNumber() const { return get<bool>() || get<std::int64_t>() || get<double>(); }
    bool isInteger() const { return get<bool>() || get<std::int64_t>(); }
    std::int64_t integer() const; ///< raises where it is no integer (a bool is one)
    double real() const;          ///< raises where it is no number
    bool truth() const;
    std::string typeName() const;

private:
    template <class T> const T* pointee() const
    {
        const auto* pointer = std::get_if<std::shared_ptr<T>>(&m_data);
        return pointer ? pointer->get() : nullptr;
    }
    std::variant<Undefined, None, bool, std::int64_t, double, std::string, std::shared_ptr<List>,
                 std::shared_ptr<Dict>, std::shared_ptr<Function>>
        m_data;
};

const Value* findKey(const Dict& dict, const std::string& key);
void setKey(Dict& dict, const std::string& key, Value value);

bool equal(const Value& a, const Value& b);
bool lessThan(const Value& a, const Value& b);
/// Python's `a in b`.
bool contains(const Value& container, const Value& item);
/// What a for loop walks over: items of a list, keys of a dict, characters of a text.
List iterate(const Value& value);
std::vector<std::string> characters(const std::string& text);

std::string toText(const Value& value); ///< Python's str(), undefined as ""
std::string toRepr(const Value& value); ///< Python's repr()
/// json.dumps(ensure_ascii=False); `indent` < 0 is one line.
std::string toJson(const Value& value, int indent = -1, bool sortKeys = false);

} // namespace boolab::jinja
