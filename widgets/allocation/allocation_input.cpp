// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/allocation_input.h"

#include "core/formats/boolean_model_writer.h"
#include "core/store/experiment_store.h"

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

/// The spec lets nothing else through.
DType storedAs(const std::string& name)
{
    if (name == "float16") return DType::F16;
    return name == "bfloat16" ? DType::BF16 : DType::F32;
}

double bytesOf(const std::string& dtype)
{
    return static_cast<double>(layoutOf(storedAs(dtype)).blockBytes);
}

} // namespace

fs::path errorTableFolder()
{
    return defaultDatabasePath().parent_path() / "cache";
}

std::vector<FoundTable> findErrorTables(const fs::path& folder, const fs::path& model)
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
        auto table = ErrorTable::read(entry.path());
        if (table && resolved(table->model) == wanted)
            found.push_back({entry.path(), modified, std::make_shared<const ErrorTable>(std::move(*table))});
    }
    std::ranges::sort(found, std::greater(), &FoundTable::modified);
    return found;
}

AllocationInput readAllocationInput(const Job& job, const fs::path& folder)
{
    AllocationInput input{.model = job.text("model"), .problem = {}, .tables = {}, .storage = {}};
    const auto files = ModelFiles::open(input.model);
    if (!files || files->kind() == ModelKind::Boolean) {
        input.problem = files ? input.model + ": its layers are Boolean already" : files.error().text();
        return input;
    }
    const std::string other = job.text("other_dtype");
    const auto rest = otherBytes(*files, storedAs(other), job.text("embedding_bits") == "8" ? 8 : 16);
    input.storage = {.scaleBytes = bytesOf(job.text("scale_dtype")),
                     .denseBytes = bytesOf(other),
                     .otherBytes = static_cast<double>(rest)};
    input.parameters = static_cast<double>(files->parameterCount());
    input.tables = findErrorTables(folder, input.model);
    return input;
}

} // namespace boolab::ui
