// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/boolean_model.h"

#include "core/runtime/decoder.h"
#include "tests/core/formats/model_folders.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <stdlib.h>

using namespace boolab;
namespace fs = std::filesystem;

namespace
{

/// A folder of this process's own, in memory where the system has such a place; gone at the end.
class WorkFolder
{
public:
    WorkFolder()
    {
        std::error_code ignored;
        const fs::path base = fs::is_directory("/dev/shm", ignored) ? "/dev/shm" : fs::temp_directory_path();
        std::string pattern = (base / "boolab-fuzz-XXXXXX").string();
        if (!mkdtemp(pattern.data())) std::abort();
        m_path = pattern;
    }
    ~WorkFolder()
    {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    const fs::path& path() const { return m_path; }

private:
    fs::path m_path;
};

const fs::path& workFolder()
{
    static const WorkFolder folder;
    return folder.path();
}

void writeBytes(const fs::path& path, const std::uint8_t* data, std::size_t size)
{
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
}

std::string readBytes(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void loadAndRead(const fs::path& folder)
{
    const auto files = ModelFiles::open(folder);
    if (!files) return;
    auto decoder = Decoder::load(*files, {});
    if (!decoder) return;
    KeyValueCache cache = decoder->emptyCache();
    const std::int32_t tokens[] = {0, static_cast<std::int32_t>(decoder->config().vocabSize - 1)};
    const DecoderInput input{&cache, tokens, false};
    if (decoder->forward({&input, 1}).size() != static_cast<std::size_t>(decoder->config().vocabSize))
        std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::uint32_t length = 0;
    if (size < sizeof(length)) return 0;
    std::memcpy(&length, data, sizeof(length));
    data += sizeof(length);
    size -= sizeof(length);
    const std::size_t config = std::min<std::size_t>(length, size);
    writeBytes(workFolder() / "config.json", data, config);
    writeBytes(workFolder() / "model.safetensors", data + config, size - config);
    loadAndRead(workFolder());
    return 0;
}

std::vector<std::string> fuzzSeeds()
{
    using namespace model_folders;
    std::vector<std::string> seeds;
    for (const char* name : {"odd_width", "gqa_tied"}) {
        const auto dense = ModelFiles::open(llama(name));
        if (!dense) std::abort();
        const auto layers = layersOf(*dense, 2);
        const fs::path folder = workFolder() / "seed";
        if (!writeBooleanModel(folder, *dense, contentOf(layers))) std::abort();
        const std::string config = readBytes(folder / "config.json");
        const auto length = static_cast<std::uint32_t>(config.size());
        std::string seed(reinterpret_cast<const char*>(&length), sizeof(length));
        seeds.push_back(seed + config + readBytes(folder / "model.safetensors"));
        fs::remove_all(folder);
    }
    return seeds;
}
