// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/jinja_builtins.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace boolab::jinja
{

namespace
{

constexpr std::size_t kTextLimit = std::size_t{16} << 20; // a template must not fill the memory

std::int64_t floorDivision(std::int64_t a, std::int64_t b)
{
    return a / b - ((a % b != 0 && (a < 0) != (b < 0)) ? 1 : 0);
}

std::int64_t checkedInteger(const std::string& operation, std::int64_t a, std::int64_t b)
{
    std::int64_t result = 0;
    const bool overflow = operation == "+"   ? __builtin_add_overflow(a, b, &result)
                          : operation == "-" ? __builtin_sub_overflow(a, b, &result)
                                             : __builtin_mul_overflow(a, b, &result);
    if (overflow) throw TemplateError("an integer grows beyond 64 bits");
    return result;
}

Value integerOperation(const std::string& operation, std::int64_t a, std::int64_t b)
{
    if (operation == "+" || operation == "-" || operation == "*") return checkedInteger(operation, a, b);
    if (operation == "**") {
        if (b < 0) return std::pow(static_cast<double>(a), static_cast<double>(b));
        std::int64_t result = 1;
        if (b > 64 && a != 0 && a != 1 && a != -1) throw TemplateError("an integer grows beyond 64 bits");
        for (std::int64_t n = b > 64 ? 64 + b % 2 : b; n > 0; --n)
            result = checkedInteger("*", result, a);
        return result;
    }
    if (b == 0 || (b == -1 && a == INT64_MIN)) throw TemplateError("division by zero");
    if (operation == "/") return static_cast<double>(a) / static_cast<double>(b);
    const auto quotient = floorDivision(a, b);
    return operation == "//" ? quotient : a - quotient * b;
}

Value realOperation(const std::string& operation, double a, double b)
{
    if (operation == "+") return a + b;
    if (operation == "-") return a - b;
    if (operation == "*") return a * b;
    if (operation == "**") return std::pow(a, b);
    if (b == 0.0) throw TemplateError("division by zero");
    if (operation == "/") return a / b;
    const double quotient = std::floor(a / b);
    return operation == "//" ? quotient : a - quotient * b;
}

std::string repeated(const std::string& text, std::int64_t count)
{
    if (count > 0 && text.size() > kTextLimit / static_cast<std::size_t>(count))
        throw TemplateError("a text grows beyond 16 MiB");
    std::string result;
    for (; count > 0; --count)
        result += text;
    return result;
}

/// Python's slice indices for a sequence of `size` items.
template <class Take>
void walkSlice(std::int64_t size, const Value& begin, const Value& end, const Value& step, const Take& take)
{
    const auto given = [](const Value& value) { return !value.isUndefined() && !value.isNone(); };
    const auto stride = given(step) ? step.integer() : 1;
    if (stride == 0) throw TemplateError("a slice has step 0");
    const auto bound = [&](const Value& value, std::int64_t otherwise) {
        if (!given(value)) return otherwise;
        const auto index = value.integer() < 0 ? value.integer() + size : value.integer();
        return stride > 0 ? std::clamp<std::int64_t>(index, 0, size)
                          : std::clamp<std::int64_t>(index, -1, size - 1);
    };
    const auto first = bound(begin, stride > 0 ? 0 : size - 1), last = bound(end, stride > 0 ? size : -1);
    const auto width = std::clamp<std::int64_t>(stride, -size - 1, size + 1); // cannot overflow below
    for (auto i = first; stride > 0 ? i < last : i > last; i += width)
        take(static_cast<std::size_t>(i));
}

} // namespace

Value binaryOperation(const std::string& operation, const Value& left, const Value& right)
{
    if (operation == "~") return toText(left) + toText(right);
    if (operation == "+" && left.text() && right.text()) {
        if (left.text()->size() + right.text()->size() > kTextLimit)
            throw TemplateError("a text grows beyond 16 MiB");
        return *left.text() + *right.text();
    }
    if (operation == "+" && left.list() && right.list()) {
        auto joined = *left.list();
        joined.insert(joined.end(), right.list()->begin(), right.list()->end());
        return joined;
    }
    if (operation == "*" && left.text() && right.isInteger()) return repeated(*left.text(), right.integer());
    if (operation == "*" && left.isInteger() && right.text()) return repeated(*right.text(), left.integer());
    if (left.isInteger() && right.isInteger())
        return integerOperation(operation, left.integer(), right.integer());
    if (left.isNumber() && right.isNumber()) return realOperation(operation, left.real(), right.real());
    throw TemplateError(
        fmt::format("'{}' does not work on {} and {}", operation, left.typeName(), right.typeName()));
}

Value itemOf(const Value& container, const Value& key)
{
    if (container.isUndefined()) throw TemplateError(container.typeName() + " has no items");
    if (const auto* name = key.text()) return attributeOf(container, *name);
    if (!key.isInteger() || container.dict()) return Undefined{toText(key)};
    const auto at = [&](const auto& items) -> Value {
        const auto size = static_cast<std::int64_t>(items.size());
        const auto index = key.integer() < 0 ? key.integer() + size : key.integer();
        if (index < 0 || index >= size) return Undefined{toText(key)};
        return items[static_cast<std::size_t>(index)];
    };
    if (const auto* list = container.list()) return at(*list);
    if (const auto* text = container.text()) return at(characters(*text));
    return Undefined{toText(key)};
}

Value sliceOf(const Value& container, const Value& begin, const Value& end, const Value& step)
{
    if (const auto* list = container.list()) {
        List result;
        walkSlice(static_cast<std::int64_t>(list->size()), begin, end, step,
                  [&](std::size_t i) { result.push_back((*list)[i]); });
        return result;
    }
    if (!container.text()) throw TemplateError(container.typeName() + " cannot be sliced");
    const auto letters = characters(*container.text());
    std::string result;
    walkSlice(static_cast<std::int64_t>(letters.size()), begin, end, step,
              [&](std::size_t i) { result += letters[i]; });
    return result;
}

} // namespace boolab::jinja
