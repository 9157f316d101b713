// SPDX-License-Identifier: Apache-2.0
#include "core/evaluate/score_log.h"

#include <fmt/format.h>
#include <sstream>

namespace fs = std::filesystem;

namespace boolab
{

ScoreLog::ScoreLog(fs::path file, const std::string& key) : m_file(std::move(file))
{
    std::error_code ignored;
    fs::create_directories(m_file.parent_path(), ignored);
    std::ifstream in(m_file);
    std::string line;
    const bool own = std::getline(in, line) && line == key;
    std::uintmax_t whole = line.size() + 1;
    while (own && std::getline(in, line) && !in.eof()) { // the last line may have been cut off
        std::istringstream fields(line);
        std::size_t request = 0;
        std::string value;
        bool greedy = false;
        if (!(fields >> request >> value >> greedy)) break;
        m_scores[request] = {std::strtod(value.c_str(), nullptr), greedy};
        whole += line.size() + 1;
    }
    in.close();
    if (own) fs::resize_file(m_file, whole, ignored);
    m_out.open(m_file, own ? std::ios::app : std::ios::trunc);
    if (!own) m_out << key << '\n';
}

void ScoreLog::add(std::size_t request, const ContinuationScore& score)
{
    m_scores[request] = score;
    m_out << fmt::format("{} {:a} {}\n", request, score.logLikelihood, score.isGreedy ? 1 : 0);
}

void ScoreLog::remove()
{
    m_out.close();
    std::error_code ignored;
    fs::remove(m_file, ignored);
}

} // namespace boolab
