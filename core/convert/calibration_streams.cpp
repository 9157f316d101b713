// SPDX-License-Identifier: Apache-2.0
#include "core/convert/calibration_streams.h"

namespace boolab
{

namespace
{

constexpr std::int64_t kTokensAtATime = 2048;

std::int64_t sequencesAtATime(const at::Tensor& x)
{
    return std::max<std::int64_t>(1, kTokensAtATime / x.size(1));
}

} // namespace

Status walkBlock(LlamaBlockMath& math, const LlamaBlock& teacher, const LlamaBlock* student,
                 CalibrationStreams& streams, const std::function<Status(const SharedInput&)>& visit)
{
    using Piece = std::function<at::Tensor(const LlamaBlock&, const at::Tensor&)>;
    /// Both streams after a piece of the block.
    const auto through = [&](const Piece& piece, const CalibrationStreams& from) {
        CalibrationStreams to;
        to.full = mapSequences(from.full, [&](const at::Tensor& part) { return piece(teacher, part); });
        to.converted = student ? mapSequences(from.converted,
                                              [&](const at::Tensor& part) { return piece(*student, part); })
                               : to.full;
        return to;
    };
    CalibrationStreams residual = streams, input;
    const auto read = [&](std::vector<std::size_t> layers, const at::Tensor& residualError = {}) {
        return visit({std::move(layers), input.full, input.converted, residualError});
    };
    const auto residualError = [&] {
        return residual.full.is_same(residual.converted) ? at::Tensor() : residual.full - residual.converted;
    };
    const auto add = [&](const Piece& layer) {
        const CalibrationStreams output = through(layer, input);
        residual.full = residual.full + output.full;
        residual.converted = student ? residual.converted + output.converted : residual.full;
    };

    input =
        through([&](const LlamaBlock& block, const at::Tensor& x) { return math.attentionInput(block, x); },
                residual);
    if (auto visited = read({0, 1, 2}); !visited) return visited;
    input =
        through([&](const LlamaBlock& block, const at::Tensor& x) { return math.mixHeads(block, x); }, input);
    if (auto visited = read({3}, residualError()); !visited) return visited;
    add([](const LlamaBlock& block, const at::Tensor& x) { return block.output->forward(x); });
    input = through([&](const LlamaBlock& block, const at::Tensor& x) { return math.mlpInput(block, x); },
                    residual);
    if (auto visited = read({4, 5}); !visited) return visited;
    input =
        through([&](const LlamaBlock& block, const at::Tensor& x) { return math.gated(block, x); }, input);
    if (auto visited = read({6}, residualError()); !visited) return visited;
    add([](const LlamaBlock& block, const at::Tensor& x) { return block.down->forward(x); });
    streams = residual;
    return {};
}

at::Tensor mapSequences(const at::Tensor& x, const std::function<at::Tensor(const at::Tensor&)>& f)
{
    std::vector<at::Tensor> parts;
    for (const at::Tensor& part : x.split(sequencesAtATime(x)))
        parts.push_back(f(part));
    return at::cat(parts);
}

at::Tensor crossGram(const at::Tensor& b, const at::Tensor& a, const at::Tensor& weights)
{
    at::Tensor sum = at::zeros({b.size(-1), a.size(-1)});
    const std::int64_t step = sequencesAtATime(a);
    for (std::int64_t first = 0; first < a.size(0); first += step) {
        const std::int64_t count = std::min(step, a.size(0) - first);
        const auto rows = [&](const at::Tensor& x) {
            return x.narrow(0, first, count).reshape({-1, x.size(-1)}).to(at::kFloat);
        };
        const at::Tensor right = rows(a);
        at::Tensor left = b.is_same(a) ? right : rows(b);
        if (weights.defined()) left = left * weights.narrow(0, first, count).reshape({-1, 1});
        sum.addmm_(left.t(), right);
    }
    return sum;
}

} // namespace boolab
