// SPDX-License-Identifier: Apache-2.0
// What a teacher says of a training text, on disk.
//
// Layout (little endian): the magic "BOOLTC01", the length of the header in 8 bytes, the header as JSON, then
// per sequence of the text, in its order, a record: ids int32 (L, k), log probabilities float32 (L, k), log
// of the rest's probability float32 (L), hidden states bfloat16 (states, L, C), a checksum in 8 bytes. The
// file has its full length from the start; a record that nobody has needed yet is a hole, whose checksum does
// not fit, and so is one that a killed run has left half-written.
#pragma once

#include "core/base/error.h"
#include "core/finetune/teacher_targets.h"
#include "core/finetune/training_data.h"
#include "core/jobs/job_observer.h"
#include "core/model/llama_model.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

namespace boolab
{

struct TeacherCacheHeader {
    std::string key; ///< teacher, dtype, text: what the figures belong to
    std::int64_t sequences = 0, length = 0, top = 0, states = 0, width = 0;
    double temperature = 1;

    nlohmann::json toJson() const;
    std::int64_t recordBytes() const;
    std::int64_t fileBytes() const; ///< of all records
};

class TeacherCache
{
public:
    /// Makes a file without records where there is none. BadInput where the file is damaged or another one's.
    static Result<TeacherCache> open(const std::filesystem::path& folder, const TeacherCacheHeader& header);

    /// Those of these sequences of the text whose records are not there, in ascending order, each once.
    std::vector<std::int64_t> missing(std::vector<std::int64_t> sequences) const;
    /// Lets the teacher read those of these sequences that are missing and writes what it says; `selectEvery`
    /// as LlamaModel::forward() takes it. One process at a time does so, others wait for it. Stopped on
    /// request; what is written stays.
    Status fill(const std::vector<std::int64_t>& sequences, LlamaModel& teacher, std::int64_t selectEvery,
                const TrainingData& data, JobObserver& observer);
    /// Of these sequences of the text; hidden states in bfloat16. Throws std::runtime_error where one of them
    /// cannot be read (any more).
    TeacherTargets read(const std::vector<std::int64_t>& sequences) const;

private:
    TeacherCache() = default;

    std::filesystem::path m_file;
    TeacherCacheHeader m_header;
    std::int64_t m_start = 0; ///< of the first record
};

} // namespace boolab
