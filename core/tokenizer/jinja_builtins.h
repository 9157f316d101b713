// SPDX-License-Identifier: Apache-2.0
// The filters, tests and methods that chat templates use, as Jinja 3.1 and Python define them. All raise
// TemplateError.
#pragma once

#include "core/tokenizer/jinja_value.h"

#include <string>

namespace boolab::jinja
{

Value applyFilter(const std::string& name, const Value& value, const Arguments& arguments);
bool applyTest(const std::string& name, const Value& value, const Arguments& arguments);
/// The bound method `name` of a text, list or dict; undefined where there is none.
Value methodOf(const Value& value, const std::string& name);
/// value.name: an entry of a dict or a method; undefined otherwise.
Value attributeOf(const Value& value, const std::string& name);
/// range, dict, namespace, raise_exception, strftime_now; undefined otherwise.
Value globalNamed(const std::string& name);

Value binaryOperation(const std::string& operation, const Value& left, const Value& right);
Value itemOf(const Value& container, const Value& key);
/// container[begin:end:step] in code points or items; undefined bounds are left out.
Value sliceOf(const Value& container, const Value& begin, const Value& end, const Value& step);

/// Python's str.strip on `sides` ("l", "r", "lr"); null `set` is white space.
std::string stripped(const std::string& text, const std::string* set, const std::string& sides);

} // namespace boolab::jinja
