// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

inline std::string readFile(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void writeFile(const std::filesystem::path& path, std::string_view content)
{
    std::ofstream(path, std::ios::binary | std::ios::trunc)
        .write(content.data(), static_cast<std::streamsize>(content.size()));
}

inline std::string asText(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A .safetensors with any header, sound or not.
inline std::string safetensorsOf(std::string_view header, std::string_view data)
{
    const std::uint64_t length = header.size();
    std::string file(sizeof length, '\0');
    std::memcpy(file.data(), &length, sizeof length);
    return file.append(header).append(data);
}

/// Changes one .safetensors: its parsed header and its data, offsets as they are.
template <class Change> void editSafetensors(const std::filesystem::path& path, Change change)
{
    const std::string file = readFile(path);
    std::uint64_t length = 0;
    std::memcpy(&length, file.data(), sizeof length);
    auto header = nlohmann::json::parse(file.substr(sizeof length, length));
    std::string data = file.substr(sizeof length + length);
    change(header, data);
    writeFile(path, safetensorsOf(header.dump(), data));
}

/// Takes one tensor out and moves those behind it up.
inline void dropTensor(const std::filesystem::path& path, const std::string& name)
{
    editSafetensors(path, [&](nlohmann::json& header, std::string& data) {
        const std::uint64_t begin = header[name]["data_offsets"][0], end = header[name]["data_offsets"][1];
        header.erase(name);
        data.erase(begin, end - begin);
        for (auto& [other, entry] : header.items())
            if (other != "__metadata__" && entry["data_offsets"][0].get<std::uint64_t>() >= end)
                for (auto& offset : entry["data_offsets"])
                    offset = offset.get<std::uint64_t>() - (end - begin);
    });
}

template <class Change> void editJson(const std::filesystem::path& path, Change change)
{
    auto json = nlohmann::json::parse(readFile(path));
    change(json);
    writeFile(path, json.dump());
}
