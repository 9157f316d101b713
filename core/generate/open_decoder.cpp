// SPDX-License-Identifier: Apache-2.0
#include "core/generate/open_decoder.h"

#include "core/base/system_info.h"

namespace boolab
{

Result<Decoder> openDecoder(const ModelFiles& files, const Job& job)
{
    if (job.text("device") != "cpu")
        return fail(ErrorCode::Usage, "--runtime " + job.text("runtime") + " computes on the CPU alone",
                    "Use --device cpu, or --runtime libtorch.");
    using Layers = DecoderOptions::Layers;
    using Embedding = DecoderOptions::Embedding;
    using Cache = DecoderOptions::Cache;
    const auto threads = static_cast<int>(job.integer("threads"));
    const bool exact = job.text("runtime") == "float32";
    const bool stored = exact || job.text("embedding") == "stored";
    const bool wide = exact || job.text("kv_cache") == "float32";
    return Decoder::load(files, {.layers = exact ? Layers::Float32 : Layers::Packed,
                                 .embedding = stored ? Embedding::AsStored : Embedding::Int8,
                                 .cache = wide ? Cache::Float32 : Cache::Float16,
                                 .threads = threads > 0 ? threads : physicalThreads()});
}

} // namespace boolab
