// SPDX-License-Identifier: Apache-2.0
#include "core/engine/job_values.h"

namespace boolab
{

Result<nlohmann::json> describeBooleanModel(const std::string& folder)
{
    auto files = ModelFiles::open(folder);
    if (!files) return std::unexpected(files.error());
    return nlohmann::json{{"output", folder},
                          {"file_bytes", files->fileBytes()},
                          {"bits_per_weight", files->bitsPerWeight()},
                          {"bits_per_weight_all", files->bitsPerWeightAll()}};
}

} // namespace boolab
