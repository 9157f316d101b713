// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/self_data.h"

#include "core/base/atomic_write.h"
#include "core/base/mapped_file.h"
#include "core/engine/cache_file.h"
#include "core/tokenizer/first_token.h"

#include <ATen/CPUGeneratorImpl.h>
#include <cstring>
#include <fmt/format.h>
#include <torch/utils.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

fs::path cacheOf(const ModelFiles& teacher, const SelfDataConfig& config)
{
    return cacheFile("self",
                     fmt::format("{} {} {} {} {} {}", identityOf(teacher), config.tokens,
                                 config.sequenceLength, config.batch, config.temperature, config.seed),
                     "tokens");
}

std::vector<std::int32_t> readCache(const fs::path& path, std::int64_t tokens)
{
    std::error_code error;
    if (!fs::exists(path, error)) return {};
    auto file = MappedFile::open(path);
    if (!file || file->bytes().size() != static_cast<std::size_t>(tokens) * sizeof(std::int32_t)) return {};
    std::vector<std::int32_t> ids(static_cast<std::size_t>(tokens));
    std::memcpy(ids.data(), file->bytes().data(), file->bytes().size());
    return ids;
}

/// One batch of sequences (B, L) int64 drawn token by token.
Result<at::Tensor> sampleBatch(LlamaModel& teacher, std::int64_t startToken, const SelfDataConfig& config,
                               at::Generator& random, std::int64_t doneBefore, std::int64_t wanted,
                               JobObserver& observer)
{
    KvCache cache(teacher.config(), config.batch, config.sequenceLength, teacher.options());
    at::Tensor ids = at::full({config.batch, 1}, startToken, at::kLong);
    std::vector<at::Tensor> columns = {ids};
    for (std::int64_t t = 1; t < config.sequenceLength; ++t) {
        const at::Tensor logits =
            teacher.logits(teacher.forward(ids, &cache).hidden.select(1, 0)).to(at::kCPU, at::kFloat);
        ids = at::multinomial(at::softmax(logits / config.temperature, -1), 1, false, random);
        columns.push_back(ids);
        if (t % 16 != 0) continue;
        observer.progress(std::min(wanted, doneBefore + t * config.batch), wanted);
        if (observer.command() == JobObserver::Command::Stop)
            return fail(ErrorCode::Stopped, "Stopped while sampling data.");
    }
    return at::cat(columns, 1);
}

} // namespace

Result<std::vector<std::int32_t>> selfData(const ModelFiles& teacherFiles, LlamaModel& teacher,
                                           const Tokenizer& tokenizer, const SelfDataConfig& config,
                                           JobObserver& observer)
{
    const fs::path path = cacheOf(teacherFiles, config);
    const std::int64_t sequences = std::max<std::int64_t>(1, config.tokens / config.sequenceLength);
    const std::int64_t tokens = sequences * config.sequenceLength;
    if (auto cached = readCache(path, tokens); !cached.empty()) {
        observer.log("info", fmt::format("{} tokens of self-sampled data read from the cache", tokens));
        return cached;
    }
    const std::int32_t start = firstToken(tokenizer).value_or(0);

    const torch::NoGradGuard noGrad;
    observer.phase("sampling data from the teacher", "tokens");
    at::Generator random = at::detail::createCPUGenerator(config.seed);
    std::vector<std::int32_t> ids;
    while (static_cast<std::int64_t>(ids.size()) < tokens) {
        auto batch = sampleBatch(teacher, start, config, random, static_cast<std::int64_t>(ids.size()),
                                 tokens, observer);
        if (!batch) return std::unexpected(batch.error());
        const at::Tensor flat = batch->to(at::kInt).contiguous();
        const auto* values = flat.const_data_ptr<std::int32_t>();
        ids.insert(ids.end(), values, values + flat.numel());
    }
    ids.resize(static_cast<std::size_t>(tokens));

    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    const std::string_view bytes(reinterpret_cast<const char*>(ids.data()),
                                 ids.size() * sizeof(std::int32_t));
    if (auto written = writeFileAtomically(path, bytes); !written)
        observer.log("warning", "The sampled data could not be cached: " + written.error().message);
    return ids;
}

} // namespace boolab
