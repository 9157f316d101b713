// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/open_teacher.h"

#include "core/base/system_info.h"
#include "core/engine/cache_file.h"
#include "core/engine/device.h"
#include "core/finetune/teacher_cache.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

class CachedTeacher final : public TeacherSource
{
public:
    explicit CachedTeacher(TeacherCache cache) : m_cache(std::move(cache)) {}

    TeacherTargets targets(const TrainingData& data, std::int64_t first, std::int64_t count) override
    {
        return m_cache.read(data.sequencesAt(first, count));
    }

private:
    TeacherCache m_cache;
};

TeacherCacheHeader headerOf(const Job& job, const FinetuneSetup& setup, const TrainingData& data)
{
    const ModelConfig& config = setup.teacher.model->config();
    const std::int64_t every = comparedEvery(job);
    TeacherCacheHeader header;
    header.sequences = data.sequenceCount();
    header.length = job.integer("seq_len");
    header.top = std::min(job.integer("teacher_cache"), config.vocabSize);
    header.states = every > 0 ? (config.numLayers - 1) / every : 0;
    header.width = config.hiddenSize;
    header.temperature = job.real("temperature");
    header.key = fmt::format("{} | {} | text {:016x} | blocks {}", identityOf(setup.teacherFiles),
                             dtypeName(setup.teacher.model->options().dtype().toScalarType()),
                             data.fingerprint(), every);
    return header;
}

/// A cache that cannot be used makes place for a new one.
Result<TeacherCache> openCache(const std::filesystem::path& path, const TeacherCacheHeader& header,
                               JobObserver& observer)
{
    auto cache = TeacherCache::open(path, header);
    if (cache || cache.error().code != ErrorCode::BadInput) return cache;
    observer.log("warning", cache.error().message + "; it is made again");
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
    return TeacherCache::open(path, header);
}

Status checkDisk(const std::filesystem::path& path, std::int64_t bytes)
{
    const std::int64_t free = freeDiskBytes(path);
    if (free < 0 || free >= bytes) return {};
    return fail(ErrorCode::OutOfDisk,
                fmt::format("{}: the teacher's cache needs {} of disk, {} are free", path.string(),
                            formatBytes(bytes), formatBytes(free)),
                "Keep fewer logits with --teacher-cache, set --hidden-weight 0, free some space, or move the "
                "data folder with BOOLAB_HOME.");
}

} // namespace

Result<std::unique_ptr<TeacherSource>> openTeacher(const Job& job, FinetuneSetup& setup,
                                                   const TrainingData& data, std::int64_t positions,
                                                   JobObserver& observer)
{
    const std::int64_t every = comparedEvery(job);
    if (job.integer("teacher_cache") == 0) return liveTeacher(*setup.teacher.model, every);
    const TeacherCacheHeader header = headerOf(job, setup, data);
    const auto path = cacheFile("teacher", header.toJson().dump(), "cache");
    observer.phase("checking the teacher's cache", "bytes");
    auto cache = openCache(path, header, observer);
    if (!cache) return std::unexpected(cache.error());
    // More than one round through the text needs all of it, and no more.
    const auto missing = cache->missing(data.sequencesAt(0, std::min(positions, data.sequenceCount())));
    const std::int64_t bytes = static_cast<std::int64_t>(missing.size()) * header.recordBytes();
    observer.log("info",
                 fmt::format("the teacher's predictions are kept in {}; {} sequences are new, {} of disk",
                             path.string(), missing.size(), formatBytes(bytes)));
    if (!missing.empty()) {
        if (auto fits = checkDisk(path, bytes); !fits) return std::unexpected(fits.error());
        if (auto filled = cache->fill(missing, *setup.teacher.model, every, data, observer); !filled)
            return std::unexpected(filled.error());
    }
    setup.teacher.model->weights().blocks.clear();
    return std::make_unique<CachedTeacher>(std::move(*cache));
}

} // namespace boolab
