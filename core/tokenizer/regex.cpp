// SPDX-License-Identifier: Apache-2.0
#include "core/tokenizer/regex.h"

#include "core/tokenizer/regex_syntax.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <limits>
#include <pcre2.h>

namespace boolab
{

namespace
{

constexpr std::size_t kJitStackStart = std::size_t{64} << 10;
constexpr std::size_t kJitStackLimit = std::size_t{64} << 20;

/// What a match needs besides the code; one per thread.
struct MatchMemory {
    pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
    pcre2_match_context* context = pcre2_match_context_create(nullptr);
    pcre2_jit_stack* stack = pcre2_jit_stack_create(kJitStackStart, kJitStackLimit, nullptr);

    MatchMemory()
    {
        pcre2_jit_stack_assign(context, nullptr, stack);
        pcre2_set_match_limit(context, std::numeric_limits<std::uint32_t>::max());
        pcre2_set_depth_limit(context, std::numeric_limits<std::uint32_t>::max());
    }
    ~MatchMemory()
    {
        pcre2_match_data_free(data);
        pcre2_match_context_free(context);
        pcre2_jit_stack_free(stack);
    }
    MatchMemory(const MatchMemory&) = delete;
    MatchMemory& operator=(const MatchMemory&) = delete;
};

} // namespace

Result<Regex> Regex::compilePcre(std::string_view pattern, std::uint32_t options, std::string_view shown,
                                 const std::string& origin)
{
    int code = 0;
    PCRE2_SIZE offset = 0;
    auto* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | options, &code, &offset, nullptr);
    if (!compiled) {
        PCRE2_UCHAR reason[256];
        pcre2_get_error_message(code, reason, sizeof reason);
        return fail(ErrorCode::BadInput, fmt::format("{}: the pattern {} does not compile: {}", origin, shown,
                                                     reinterpret_cast<const char*>(reason)));
    }
    // Without JIT (some platforms) the interpreter of PCRE2 gives the same matches.
    pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE);
    return Regex(std::shared_ptr<const void>(
        compiled, [](const void* p) { pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(p))); }));
}

Result<Regex> Regex::compile(std::string_view pattern, const std::string& origin)
{
    auto translated = pcrePattern(pattern, origin);
    if (!translated) return std::unexpected(translated.error());
    // In Oniguruma's Ruby syntax ^ and $ match at every line.
    return compilePcre(*translated, PCRE2_UCP | PCRE2_MULTILINE, pattern, origin);
}

Result<Regex> Regex::literal(std::string_view text, const std::string& origin)
{
    return compilePcre(text, PCRE2_LITERAL, text, origin);
}

std::optional<TextRange> Regex::find(std::string_view text, std::size_t from) const
{
    thread_local MatchMemory memory;
    const auto* code = static_cast<const pcre2_code*>(m_code.get());
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
    int count =
        pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK, memory.data, memory.context);
    if (count == PCRE2_ERROR_JIT_STACKLIMIT)
        count = pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, memory.data,
                            memory.context);
    if (count < 0) return std::nullopt;
    const auto* ends = pcre2_get_ovector_pointer(memory.data);
    return TextRange{ends[0], ends[1]};
}

} // namespace boolab
