// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/name_pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

namespace boolab
{

namespace
{

// Names are short; a pattern that needs more steps than this backtracks without end.
constexpr std::uint32_t kMatchLimit = 100'000;

/// What a match needs besides the code; one per thread.
struct MatchMemory {
    pcre2_match_data* data = pcre2_match_data_create(1, nullptr);
    pcre2_match_context* context = pcre2_match_context_create(nullptr);

    MatchMemory() { pcre2_set_match_limit(context, kMatchLimit); }
    ~MatchMemory()
    {
        pcre2_match_data_free(data);
        pcre2_match_context_free(context);
    }
    MatchMemory(const MatchMemory&) = delete;
    MatchMemory& operator=(const MatchMemory&) = delete;
};

} // namespace

Result<NamePattern> NamePattern::compile(std::string_view pattern)
{
    NamePattern made;
    if (pattern.empty()) return made;
    int code = 0;
    PCRE2_SIZE offset = 0;
    auto* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_CASELESS, &code, &offset, nullptr);
    if (!compiled) {
        PCRE2_UCHAR reason[256];
        pcre2_get_error_message(code, reason, sizeof reason);
        return fail(ErrorCode::Usage,
                    fmt::format("\"{}\" is no regular expression: {} (at character {})", pattern,
                                reinterpret_cast<const char*>(reason), offset),
                    "A dot stands for any character, .* for any text; \\. is the dot itself.");
    }
    made.m_code = std::shared_ptr<const void>(
        compiled, [](const void* p) { pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(p))); });
    return made;
}

bool NamePattern::finds(std::string_view name) const
{
    if (!m_code) return true;
    thread_local MatchMemory memory;
    return pcre2_match(static_cast<const pcre2_code*>(m_code.get()),
                       reinterpret_cast<PCRE2_SPTR>(name.data()), name.size(), 0, 0, memory.data,
                       memory.context) >= 0;
}

} // namespace boolab
