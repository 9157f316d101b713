// SPDX-License-Identifier: Apache-2.0
#include "core/inspect/check_values.h"

#include <algorithm>

namespace boolab
{

namespace
{

constexpr std::int64_t kChunkValues = std::int64_t{1} << 20; // 4 MB as float32

/// Rows and the values of each as they can be read one by one: a vector is one row, so that its blocks of
/// quantised values stay whole.
std::pair<std::int64_t, std::int64_t> rowsOf(const TensorInfo& tensor)
{
    const std::int64_t count = tensor.elementCount();
    if (tensor.shape.size() < 2 || tensor.shape[0] == 0) return {1, count};
    return {tensor.shape[0], count / tensor.shape[0]};
}

Status readRows(const ModelFiles& files, const TensorInfo& tensor, std::int64_t first, std::int64_t count,
                std::span<float> values)
{
    if (tensor.shape.size() > 1) return files.readFloat32Rows(tensor, first, count, values);
    return dequantize(tensor.dtype, files.bytes(tensor), values);
}

} // namespace

bool holdsRealNumbers(const ModelFiles& files, const TensorInfo& tensor)
{
    switch (tensor.dtype) {
    case DType::F64: // read as float32, where 1e300 is infinite
    case DType::I16:
    case DType::I32:
    case DType::I64:
    case DType::U8:
    case DType::Bool:
        return false;
    case DType::I8:
        return files.contains(tensor.name + "_scale"); // 8-bit embeddings
    default:
        return true;
    }
}

Status checkValues(const ModelFiles& files, const std::vector<const TensorInfo*>& tensors,
                   const ValueCheckObserver& observer)
{
    std::int64_t total = 0, done = 0;
    for (const TensorInfo* tensor : tensors)
        total += holdsRealNumbers(files, *tensor) ? tensor->byteSize : 0;
    std::vector<float> values;
    for (const TensorInfo* tensor : tensors) {
        if (!holdsRealNumbers(files, *tensor)) continue;
        const auto [rows, columns] = rowsOf(*tensor);
        const std::int64_t step =
            std::max<std::int64_t>(1, kChunkValues / std::max<std::int64_t>(1, columns));
        ValueFigures figures;
        for (std::int64_t row = 0; row < rows; row += step) {
            if (!observer.goOn(done + tensor->byteSize / rows * row, total))
                return fail(ErrorCode::Stopped, "The check was stopped");
            const std::int64_t count = std::min(step, rows - row);
            values.resize(static_cast<std::size_t>(count * columns));
            if (auto read = readRows(files, *tensor, row, count, values); !read) return read;
            figures.add(figuresOf(values));
        }
        done += tensor->byteSize;
        observer.found(*tensor, figures);
    }
    (void)observer.goOn(done, total);
    return {};
}

} // namespace boolab
