// SPDX-License-Identifier: Apache-2.0
#include "core/store/run_json.h"

#include <mutex>

namespace boolab
{

struct RunJson::Shared {
    std::string text;
    mutable std::once_flag parsed;
    mutable nlohmann::json value;
};

RunJson::RunJson(nlohmann::json value)
{
    auto shared = std::make_shared<Shared>();
    std::call_once(shared->parsed, [&] { shared->value = std::move(value); });
    m_shared = std::move(shared);
}

RunJson RunJson::fromText(std::string text)
{
    auto shared = std::make_shared<Shared>();
    shared->text = std::move(text);
    RunJson json;
    json.m_shared = std::move(shared);
    return json;
}

const nlohmann::json& RunJson::get() const
{
    static const nlohmann::json null;
    if (!m_shared) return null;
    std::call_once(m_shared->parsed, [&] {
        auto value = nlohmann::json::parse(m_shared->text, nullptr, false);
        if (!value.is_discarded()) m_shared->value = std::move(value);
    });
    return m_shared->value;
}

bool RunJson::isFrom(std::string_view text) const
{
    return m_shared && m_shared->text == text;
}

} // namespace boolab
