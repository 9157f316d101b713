// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/allocation_input.h"

#include <algorithm>

namespace fs = std::filesystem;

namespace boolab::ui
{

namespace
{

fs::path resolved(const fs::path& path)
{
    std::error_code error;
    const fs::path found = fs::weakly_canonical(path, error);
    return error ? path.lexically_normal() : found;
}

} // namespace

std::vector<FoundTable> findErrorTables(const fs::path& folder, const fs::path& model,
                                        const std::vector<FoundTable>& known)
{
    std::vector<FoundTable> found;
    std::error_code error;
    const fs::path wanted = resolved(model);
    const auto changed = fs::last_write_time(wanted, error);
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("errors-") || entry.path().extension() != ".json") continue;
        const auto modified = entry.last_write_time(error);
        if (error || modified < changed) continue;
        const auto before = std::ranges::find_if(known, [&](const FoundTable& one) {
            return one.path == entry.path() && one.modified == modified;
        });
        if (before != known.end()) {
            if (resolved(before->table->model) == wanted) found.push_back(*before);
            continue;
        }
        auto table = ErrorTable::read(entry.path());
        if (table && resolved(table->model) == wanted)
            found.push_back({entry.path(), modified, std::make_shared<const ErrorTable>(std::move(*table))});
    }
    std::ranges::sort(found, std::greater(), &FoundTable::modified);
    return found;
}

AllocationInput readAllocationInput(const Job& job, const fs::path& folder,
                                    const std::vector<FoundTable>& known)
{
    AllocationInput input{.model = job.text("model"), .problem = {}, .tables = {}, .storage = {}};
    const auto files = ModelFiles::open(input.model);
    if (!files || files->kind() == ModelKind::Boolean) {
        input.problem = files ? input.model + ": its layers are Boolean already" : files.error().text();
        return input;
    }
    input.storage = storageCostsOf(*files, storedTypesOf(job));
    input.parameters = static_cast<double>(files->parameterCount());
    input.tables = findErrorTables(folder, input.model, known);
    return input;
}

} // namespace boolab::ui
