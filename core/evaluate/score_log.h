// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/tasks/task_scores.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace boolab
{

/// Scores of one evaluation by the number of their request, kept in a file as they come: what was stopped or
/// killed goes on where it was.
class ScoreLog
{
public:
    /// The file's scores where it belongs to `key`; another file is replaced. Without a writable place
    /// nothing is kept.
    ScoreLog(std::filesystem::path file, const std::string& key);

    const std::map<std::size_t, ContinuationScore>& scores() const { return m_scores; }
    void add(std::size_t request, const ContinuationScore& score);
    void flush() { m_out.flush(); }
    /// Once all is told elsewhere.
    void remove();

private:
    std::filesystem::path m_file;
    std::map<std::size_t, ContinuationScore> m_scores;
    std::ofstream m_out;
};

} // namespace boolab
