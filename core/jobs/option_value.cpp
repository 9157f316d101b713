// SPDX-License-Identifier: Apache-2.0
// Checking and reading the value of one option.
#include "core/jobs/job_spec.h"
#include "core/jobs/nearest_word.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <regex>

namespace boolab
{

namespace
{

// Doubles hold every integer up to here.
constexpr double kExactIntegers = 9007199254740992.0;

std::string expectedRange(const OptionSpec& option)
{
    const std::string kind = option.type == OptionType::Integer ? "a whole number" : "a number";
    if (option.minimum && option.maximum)
        return fmt::format("{} from {} to {}", kind, *option.minimum, *option.maximum);
    if (option.minimum) return fmt::format("{} of at least {}", kind, *option.minimum);
    if (option.maximum) return fmt::format("{} of at most {}", kind, *option.maximum);
    return kind;
}

std::string expectation(const OptionSpec& option)
{
    switch (option.type) {
    case OptionType::Integer:
    case OptionType::Real:
        return expectedRange(option);
    case OptionType::Choice:
        return fmt::format("one of {}", fmt::join(option.choices, ", "));
    case OptionType::Switch:
        return "true or false";
    case OptionType::Path:
        return "a path";
    case OptionType::Text:
        if (!option.choices.empty())
            return fmt::format("one or more of {}, separated by commas", fmt::join(option.choices, ", "));
        if (!option.expected.empty()) return option.expected;
        return option.pattern.empty() ? "a text" : fmt::format("a text like {}", option.pattern);
    }
    return {};
}

/// "svid,refined" in its parts, empty ones too.
std::vector<std::string> listed(const std::string& text)
{
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == ',')
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

bool isChoice(const OptionSpec& option, const std::string& word)
{
    return std::ranges::find(option.choices, word) != option.choices.end();
}

/// The word of a choice or a list that is none of the choices.
std::string wrongWord(const OptionSpec& option, const std::string& text)
{
    for (const std::string& word : option.type == OptionType::Text ? listed(text) : std::vector{text})
        if (!isChoice(option, word)) return word;
    return {};
}

/// JSON knows neither nan nor inf, and would say null.
std::string shown(const nlohmann::json& value)
{
    const double number = value.is_number_float() ? value.get<double>() : 0;
    if (std::isnan(number)) return "not a number";
    if (std::isinf(number)) return number > 0 ? "infinite" : "minus infinite";
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::unexpected<Error> mismatch(const OptionSpec& option, const nlohmann::json& value)
{
    std::string hint;
    if (value.is_string() && option.type != OptionType::Path && !option.choices.empty()) {
        const std::string nearest = nearestWord(wrongWord(option, value.get<std::string>()), option.choices);
        if (!nearest.empty()) hint = fmt::format("Did you mean {}?", nearest);
    }
    if (option.type == OptionType::Text && !option.choices.empty() && value == ",")
        return fail(ErrorCode::Usage, fmt::format("names none, expected {}", expectation(option)));
    return fail(ErrorCode::Usage, fmt::format("is {}, expected {}", shown(value), expectation(option)),
                std::move(hint));
}

bool inRange(const OptionSpec& option, double value)
{
    return std::isfinite(value) && (!option.minimum || value >= *option.minimum) &&
           (!option.maximum || value <= *option.maximum);
}

bool isValidText(const OptionSpec& option, const std::string& value)
{
    if (value.find('\0') != std::string::npos) return false; // no command line could carry it
    if (option.type == OptionType::Choice) return isChoice(option, value);
    if (option.type == OptionType::Path) return !value.empty();
    if (!option.choices.empty())
        return std::ranges::all_of(listed(value), [&](const auto& word) { return isChoice(option, word); });
    return option.pattern.empty() || std::regex_match(value, std::regex(option.pattern));
}

template <class Number> std::optional<Number> parseNumber(const std::string& text)
{
    Number number{};
    const char* end = text.data() + text.size();
    const char* begin = text.data() + (text.size() > 1 && text[0] == '+' ? 1 : 0);
    const auto [stop, error] = std::from_chars(begin, end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

} // namespace

Result<nlohmann::json> checkValue(const OptionSpec& option, const nlohmann::json& value)
{
    switch (option.type) {
    case OptionType::Integer: {
        if (!value.is_number()) return mismatch(option, value);
        const double number = value.get<double>();
        const bool whole =
            value.is_number_integer() || (std::floor(number) == number && std::abs(number) < kExactIntegers);
        if (!whole || !inRange(option, number)) return mismatch(option, value);
        return nlohmann::json(value.is_number_integer() ? value.get<std::int64_t>()
                                                        : static_cast<std::int64_t>(number));
    }
    case OptionType::Real:
        if (!value.is_number() || !inRange(option, value.get<double>())) return mismatch(option, value);
        return nlohmann::json(value.get<double>());
    case OptionType::Switch:
        if (!value.is_boolean()) return mismatch(option, value);
        return value;
    case OptionType::Text:
    case OptionType::Path:
    case OptionType::Choice:
        if (!value.is_string() || !isValidText(option, value.get_ref<const std::string&>()))
            return mismatch(option, value);
        return value;
    }
    return mismatch(option, value);
}

Result<nlohmann::json> parseValue(const OptionSpec& option, const std::string& text)
{
    nlohmann::json value = text;
    if (option.type == OptionType::Integer) {
        if (const auto integer = parseNumber<std::int64_t>(text))
            value = *integer;
        else if (const auto real = parseNumber<double>(text))
            value = *real;
    } else if (option.type == OptionType::Real) {
        if (const auto real = parseNumber<double>(text)) value = *real;
    } else if (option.type == OptionType::Switch) {
        if (text == "true" || text == "false") value = text == "true";
    }
    return checkValue(option, value);
}

} // namespace boolab
