// SPDX-License-Identifier: Apache-2.0
#include "core/formats/checked_json.h"

#include <fmt/format.h>
#include <set>

namespace boolab
{

namespace
{

/// Far above any config or header; nlohmann's dump() and copies recurse once per level.
constexpr int kMaxDepth = 100;

struct Refusal {
    std::string reason;
};

} // namespace

Result<nlohmann::json> parseJson(std::string_view text, const std::string& what, const std::string& hint,
                                 RepeatedKeys repeated)
{
    using Event = nlohmann::json::parse_event_t;
    const auto bad = [&](const std::string& why) {
        return fail(ErrorCode::BadInput, fmt::format("{} {}", what, why), hint);
    };
    std::vector<std::set<std::string>> open;
    const auto callback = [&](int depth, Event event, nlohmann::json& parsed) {
        if (depth > kMaxDepth) throw Refusal{fmt::format("nests deeper than {} levels", kMaxDepth)};
        if (repeated == RepeatedKeys::LastWins) return true;
        if (event == Event::object_start) open.emplace_back();
        if (event == Event::object_end) open.pop_back();
        if (event == Event::key && !open.back().insert(parsed.get<std::string>()).second)
            throw Refusal{fmt::format("has \"{}\" twice", parsed.get<std::string>())};
        return true;
    };
    try {
        return nlohmann::json::parse(text, callback);
    } catch (const Refusal& refusal) {
        return bad(refusal.reason);
    } catch (const nlohmann::json::parse_error& error) {
        return bad(fmt::format("is not valid JSON at byte {}", error.byte));
    } catch (const nlohmann::json::exception&) {
        return bad("is not valid JSON: a number is too large");
    }
}

} // namespace boolab
