// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace boolab
{

/// A JSON column of a run, read when somebody looks into it: a list of thousands of runs needs few of them.
/// Copies share it; they may be read from several threads.
class RunJson
{
public:
    RunJson() = default; ///< null
    RunJson(nlohmann::json value);
    RunJson(nlohmann::json::initializer_list_t value) : RunJson(nlohmann::json(value)) {}
    static RunJson fromText(std::string text); ///< null where it is no JSON

    const nlohmann::json& get() const;
    operator const nlohmann::json&() const { return get(); }
    /// Whether it was made from exactly this text.
    bool isFrom(std::string_view text) const;

    bool is_null() const { return get().is_null(); }
    bool is_object() const { return get().is_object(); }
    bool contains(std::string_view key) const { return get().contains(key); }
    const nlohmann::json& operator[](const std::string& key) const { return get()[key]; }
    template <class Value> auto value(const std::string& key, const Value& otherwise) const
    {
        return get().value(key, otherwise);
    }
    auto find(std::string_view key) const { return get().find(key); }
    auto end() const { return get().end(); }
    auto items() const { return get().items(); }
    std::string dump(int indent = -1) const { return get().dump(indent); }

private:
    struct Shared;
    std::shared_ptr<const Shared> m_shared; ///< none: null
};

} // namespace boolab
