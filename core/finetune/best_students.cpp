// SPDX-License-Identifier: Apache-2.0
#include "core/finetune/best_students.h"

#include <algorithm>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

fs::path BestStudents::placeOf(std::int64_t step) const
{
    return m_folder / fmt::format("step-{}", step);
}

fs::path BestStudents::at(std::int64_t step) const
{
    const fs::path folder = placeOf(step);
    std::error_code error;
    // An older Boolab kept one only, in the folder itself.
    const bool isOld = !fs::exists(folder, error) && fs::exists(m_folder / "config.json", error);
    return isOld ? m_folder : folder;
}

void BestStudents::clear() const
{
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
}

void BestStudents::keepOnly(const std::vector<TrainingPosition>& positions) const
{
    std::error_code error;
    std::vector<fs::path> found;
    for (fs::directory_iterator entry(m_folder, error), end; !error && entry != end; entry.increment(error))
        found.push_back(entry->path());
    for (const fs::path& folder : found) {
        const std::string name = folder.filename().string();
        // With a dot: what a killed writer left.
        if (!name.starts_with("step-") && !name.starts_with(".step-")) continue;
        const bool isKept = std::ranges::any_of(positions, [&](const TrainingPosition& position) {
            return position.bestHeldOut > 0 && folder == placeOf(position.bestStep);
        });
        if (!isKept) fs::remove_all(folder, error);
    }
}

} // namespace boolab
