// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/plan_allocation.h"
#include "core/formats/boolean_model_writer.h"

namespace boolab
{

StorageCosts storageCostsOf(const ModelFiles& files, const StoredTypes& types)
{
    const auto bytesOf = [](DType dtype) { return static_cast<double>(layoutOf(dtype).blockBytes); };
    return {.scaleBytes = bytesOf(types.scales),
            .denseBytes = bytesOf(types.others),
            .otherBytes = static_cast<double>(otherBytes(files, types.others, types.embeddingBits))};
}

} // namespace boolab
