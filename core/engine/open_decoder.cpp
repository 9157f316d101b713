// SPDX-License-Identifier: Apache-2.0
#include "core/engine/open_decoder.h"

#include <ATen/Parallel.h>

namespace boolab
{

Result<Decoder> openDecoder(const ModelFiles& files, const Job& job)
{
    if (job.text("device") != "cpu")
        return fail(ErrorCode::Usage, "--runtime " + job.text("runtime") + " computes on the CPU alone",
                    "Use --device cpu, or --runtime libtorch.");
    using Layers = DecoderOptions::Layers;
    using Embedding = DecoderOptions::Embedding;
    const bool exact = job.text("runtime") == "float32";
    return Decoder::load(files, {.layers = exact ? Layers::Float32 : Layers::Packed,
                                 .embedding = exact || job.text("embedding") == "stored" ? Embedding::AsStored
                                                                                         : Embedding::Int8,
                                 .threads = at::get_num_threads()});
}

} // namespace boolab
