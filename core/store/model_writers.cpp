// SPDX-License-Identifier: Apache-2.0
#include "core/store/model_writers.h"

#include "core/base/json_field.h"
#include "core/base/normal_path.h"

namespace boolab
{

std::string placeIn(const RunRecord& run, const char* key)
{
    const std::string path = textAt(run.job, key);
    return path.empty() ? path : normalPath(path);
}

void ModelWriters::add(const RunRecord& run)
{
    if (const std::string place = placeIn(run, "output"); !place.empty()) m_writers[place].push_back(&run);
}

const RunRecord* ModelWriters::before(const std::string& place, const RunRecord& reader) const
{
    const auto found = m_writers.find(place);
    if (found == m_writers.end()) return nullptr;
    const double begin = reader.startedAt > 0 ? reader.startedAt : reader.createdAt;
    const RunRecord* last = nullptr;
    for (const RunRecord* writer : found->second)
        if (writer->id != reader.id && writer->endedAt <= begin && (!last || writer->endedAt > last->endedAt))
            last = writer;
    return last;
}

} // namespace boolab
