// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/tensor_filter.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/format.h>

namespace boolab
{

namespace
{

constexpr std::int64_t kAny = -1;

/// "576 × 1536", "576,1536" and "[576, 1536]" as "576x1536".
std::string plainShape(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool isCross = text.substr(i).starts_with("×");
        if (isCross) ++i; // two bytes
        if (isCross || text[i] == ',' || text[i] == 'X')
            plain += 'x';
        else if (std::isspace(static_cast<unsigned char>(text[i])) == 0 && text[i] != '[' && text[i] != ']')
            plain += text[i];
    }
    return plain;
}

bool sameWord(std::string_view a, std::string_view b)
{
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

} // namespace

Result<ShapePattern> ShapePattern::parse(std::string_view text)
{
    ShapePattern pattern;
    const std::string plain = plainShape(text);
    for (std::size_t begin = 0; !plain.empty() && begin <= plain.size();) {
        const std::size_t end = std::min(plain.find('x', begin), plain.size());
        const std::string part = plain.substr(begin, end - begin);
        std::int64_t length = kAny;
        const auto [stop, error] = std::from_chars(part.data(), part.data() + part.size(), length);
        if (part != "*" && (error != std::errc() || stop != part.data() + part.size() || length < 0))
            return fail(ErrorCode::Usage, fmt::format("\"{}\" is no shape", text),
                        "Write 576x1536, 576x* for any second length, or 576 for that length anywhere.");
        pattern.m_lengths.push_back(part == "*" ? kAny : length);
        begin = end + 1;
    }
    return pattern;
}

bool ShapePattern::matches(const std::vector<std::int64_t>& shape) const
{
    const auto fits = [](std::int64_t wanted, std::int64_t length) {
        return wanted == kAny || wanted == length;
    };
    if (m_lengths.empty()) return true;
    if (m_lengths.size() == 1)
        return std::ranges::any_of(shape, [&](std::int64_t length) { return fits(m_lengths[0], length); });
    return std::ranges::equal(m_lengths, shape, fits);
}

bool TensorFilter::accepts(const TensorRow& tensor) const
{
    return (name.finds(tensor.name) || (!tensor.storedName.empty() && name.finds(tensor.storedName))) &&
           (dtype.empty() || sameWord(dtype, tensor.dtype)) && shape.matches(tensor.shape);
}

std::vector<TensorRow> filtered(std::vector<TensorRow> tensors, const TensorFilter& filter)
{
    std::erase_if(tensors, [&](const TensorRow& tensor) { return !filter.accepts(tensor); });
    return tensors;
}

} // namespace boolab
