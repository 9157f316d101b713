// SPDX-License-Identifier: Apache-2.0
// Sizes of what the engine holds at once (core/convert, finetune, evaluate, generate).
#include "core/jobs/memory_estimate.h"

#include "core/base/system_info.h"
#include "core/jobs/conversion_options.h"
#include "core/jobs/export_options.h"
#include "core/jobs/job_device.h"
#include "core/jobs/model_shape.h"
#include "core/jobs/sweep_grid.h"

#include <algorithm>

namespace boolab
{

namespace
{

// A process that has loaded LibTorch and run its first operators.
constexpr double kProgramBytes = 200e6;
// Positions whose logits exist at a time (core/finetune/distillation_loss.h).
constexpr double kLogitsChunk = 128;
// The same where text is measured (core/evaluate/token_statistics.cpp), and how often they are there in
// float32: logits, log probabilities, probabilities and what is formed of them, of both models.
constexpr double kMeasuredChunk = 64, kMeasuredCopies = 7;
// Of the hidden size, per token: the teacher's and the student's last states and the gradient between them.
constexpr double kLastStates = 5;
// Of a weight's size in float32: what the rules written in tensors form of one layer at a time.
constexpr double kRuleCopies = 3;
// A prompt's length is not known before it is tokenised.
constexpr double kPromptTokens = 512;
// Tokens that the decoder without LibTorch computes at once (core/runtime/decoder.cpp).
constexpr double kDecoderRows = 64;

/// Bytes of one number as the engine computes (core/engine/device.cpp).
double computeBytes(const Job& job)
{
    const std::string dtype = job.text("dtype");
    const bool native = job.text("device") == "cpu" ? cpuHasBfloat16() : true;
    const bool narrow = dtype == "bfloat16" || (dtype == "auto" && native);
    return narrow ? 2 : 4;
}

double bytesOf(DType dtype)
{
    return static_cast<double>(layoutOf(dtype).blockBytes);
}

class Estimate
{
public:
    Estimate() { add("program and LibTorch", kProgramBytes); }
    void add(std::string name, double bytes)
    {
        if (bytes > 0) m_estimate.parts.push_back({std::move(name), static_cast<std::int64_t>(bytes)});
    }
    MemoryEstimate finish(double diskBytes = 0) &&
    {
        m_estimate.diskBytes = static_cast<std::int64_t>(diskBytes);
        return std::move(m_estimate);
    }

private:
    MemoryEstimate m_estimate;
};

double booleanFileBytes(const ModelShape& shape, double kernels, double scaleBytes, double embeddingBytes,
                        double otherBytes)
{
    return kernels * (shape.linearWeights / 8 + shape.linearSides * scaleBytes) +
           shape.embeddings * embeddingBytes + shape.otherWeights * otherBytes;
}

/// Kernels per weight that a conversion asks for.
double convertedKernels(const Job& job)
{
    return job.real("bits") > 0 ? job.real("bits") : static_cast<double>(job.integer("kernels"));
}

/// What calibrated conversions hold beside the layer under work (core/convert/block_converter.h).
void addCalibration(const ModelConfig& config, const ModelShape& shape, const Job& job, Estimate& estimate)
{
    const double number = computeBytes(job), tokens = static_cast<double>(job.integer("calibration_tokens"));
    const auto C = static_cast<double>(config.hiddenSize), I = static_cast<double>(config.intermediateSize);
    estimate.add("one block, twice",
                 2 * shape.linearWeights / static_cast<double>(config.numLayers) * number);
    // Both streams before and behind the block's half, and the inputs of the layers under work.
    estimate.add("calibration text's hidden states", tokens * (4 * C + 2 * std::max(C, I)) * number);
    if (job.text("method") != "gptq") return;
    const double N = std::max(C, I);
    estimate.add("second moments of the inputs", 6 * 4 * N * N);
    estimate.add("signs and scales under work", (4 * convertedKernels(job) + 4) * 4 * shape.largestLinear);
}

/// What measuring the loss' gradients holds (core/convert/sensitivity.h).
MemoryEstimate gradientEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    const double number = computeBytes(job), tokens = static_cast<double>(job.integer("calibration_seq_len"));
    Estimate estimate;
    estimate.add("full-precision model", shape.allWeights() * number);
    estimate.add("embedding and its gradient", 2 * shape.embeddings * number);
    estimate.add("activations of one sequence",
                 tokens * shape.blockActivations * static_cast<double>(config.numLayers) * number);
    estimate.add("logits and their gradients", 3 * 4 * tokens * static_cast<double>(config.vocabSize));
    return std::move(estimate).finish();
}

MemoryEstimate convertEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    const double K = convertedKernels(job);
    Estimate estimate;
    // Stored on disk as they are made, in memory only while the file is written.
    estimate.add("Boolean bits and scales", K * (shape.linearWeights / 8 + shape.linearSides * 4));
    // The weight, what is left of it, and the work space of the alternation.
    estimate.add("one dense layer", 3 * 4 * shape.largestLinear);
    if (convertsByInputs(job)) {
        addCalibration(config, shape, job, estimate);
        estimate.add("embedding", shape.embeddings * (4 + computeBytes(job)));
    }
    const StoredTypes types = storedTypesOf(job);
    const double file =
        booleanFileBytes(shape, K, bytesOf(types.scales),
                         types.embeddingBits == 8 ? 1 : bytesOf(types.others), bytesOf(types.others));
    const double stored = K * (shape.linearWeights / 8 + shape.linearSides * 4);
    MemoryEstimate conversion = std::move(estimate).finish(file + stored);
    if (!needsGradients(job)) return conversion;
    MemoryEstimate gradients = gradientEstimate(config, shape, job);
    if (gradients.totalBytes() < conversion.totalBytes()) return conversion;
    gradients.diskBytes = conversion.diskBytes;
    return gradients;
}

double trainedKernels(const ModelShape& shape, const Job& job)
{
    const std::string train = job.text("train");
    if (train == "scales") return 0;
    return train == "all" ? shape.kernels : 1;
}

/// Bytes that the rule of the flips keeps per trained weight (core/boolean/*_rule.h).
double ruleBytes(const Job& job)
{
    const std::string rule = job.text("bool_rule");
    if (rule == "bold") return 4;
    if (rule == "latent") return job.integer("grad_accum") > 1 ? 16 : 12;
    return 2;
}

/// Blocks whose outputs the hidden-state loss compares.
double comparedBlocks(const ModelConfig& config, const Job& job)
{
    const auto every = std::max<std::int64_t>(job.integer("hidden_every"), 1);
    return job.real("hidden_weight") > 0 ? static_cast<double>((config.numLayers - 1) / every) : 0;
}

/// What both phases of a finetune hold: the student and what is remembered of its training.
Estimate finetuneBase(const ModelShape& shape, const Job& job)
{
    const double number = computeBytes(job), K = shape.kernels, trained = trainedKernels(shape, job);
    Estimate estimate;
    estimate.add("student bits", K * shape.linearWeights / 8);
    estimate.add("student embeddings and norms", (shape.embeddings + shape.otherWeights) * number);
    const bool narrow = job.text("bool_rule") == "noise";
    estimate.add(narrow ? "Boolean momentum (16 bit)" : "state of the flips",
                 trained * shape.linearWeights * ruleBytes(job));
    if (narrow) estimate.add("Boolean second moments (factored)", trained * shape.linearSides * 4);
    estimate.add("which bits ever flipped", trained * shape.linearWeights / 8);
    return estimate;
}

/// While the teacher samples text or fills its cache: no activations are kept.
MemoryEstimate startEstimate(const ModelShape& shape, const Job& job)
{
    const double number = computeBytes(job);
    Estimate estimate = finetuneBase(shape, job);
    estimate.add("teacher weights", shape.allWeights() * number);
    if (job.text("data") == "self")
        estimate.add("cache of the sampling teacher",
                     static_cast<double>(job.integer("self_batch") * job.integer("seq_len")) *
                         shape.keyValues * number);
    return std::move(estimate).finish();
}

MemoryEstimate stepEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    const double number = computeBytes(job), trained = trainedKernels(shape, job);
    const auto L = static_cast<double>(config.numLayers), V = static_cast<double>(config.vocabSize),
               C = static_cast<double>(config.hiddenSize);
    const double scales = shape.kernels * shape.linearSides;
    const auto tokens = static_cast<double>(job.integer("batch_size") * job.integer("seq_len"));
    Estimate estimate = finetuneBase(shape, job);
    const bool cached = job.integer("teacher_cache") > 0;
    estimate.add(cached ? "teacher's head" : "teacher weights",
                 (cached ? shape.embeddings : shape.allWeights()) * number);
    estimate.add("scales, their gradients and AdamW", scales * 4 * 4);
    const bool addsUp = job.on("exact_accumulation") || job.integer("nproc") > 1;
    if (addsUp && job.integer("grad_accum") > 1 && trained > 0)
        estimate.add("sums of gradients", shape.linearWeights * 4);
    // The weight, its gradient in float32, and where the computation is narrow the product before it is
    // widened.
    estimate.add("one dense layer and its gradient",
                 shape.largestLinear * (4 + (number < 4 ? 2 * number : number)));
    if (trained > 0 && job.text("bool_rule") != "noise")
        estimate.add("signal of one layer", kRuleCopies * 4 * shape.largestLinear);
    const double kept =
        job.on("activation_checkpointing") ? L * C + shape.blockActivations : L * shape.blockActivations;
    const double passing = shape.blockGradients + 2 * comparedBlocks(config, job) * C + kLastStates * C;
    estimate.add("activations", tokens * (kept + passing) * number);
    const double chunk = std::min(kLogitsChunk, tokens);
    // Of teacher and student, or of the student and its probabilities.
    const double measured =
        job.integer("eval_every") > 0 ? kMeasuredCopies * 4 * std::min(kMeasuredChunk, tokens) * V : 0;
    estimate.add("logits, one chunk", std::max(2 * (number < 4 ? 6 : 4) * chunk * V, measured));
    return std::move(estimate).finish();
}

MemoryEstimate finetuneEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    const double K = shape.kernels, trained = trainedKernels(shape, job), scales = K * shape.linearSides;
    const double student = booleanFileBytes(shape, K, 2, 2, 2);
    const double checkpoint = booleanFileBytes(shape, K, 4, 2, 2) + scales * 8 +
                              trained * (shape.linearWeights * ruleBytes(job) + shape.linearSides * 4);
    MemoryEstimate start = startEstimate(shape, job), step = stepEstimate(config, shape, job);
    MemoryEstimate larger = start.totalBytes() > step.totalBytes() ? std::move(start) : std::move(step);
    // The new checkpoint is written before the old one goes.
    larger.diskBytes = static_cast<std::int64_t>(student + 2 * checkpoint);
    return larger;
}

/// Every process of this machine holds the same; on GPUs each has one of its own.
MemoryEstimate ofAllRanks(MemoryEstimate one, const Job& job)
{
    if (tensorsOnDevice(job)) return one;
    if (const std::int64_t others = job.integer("nproc") - 1; others > 0)
        one.parts.push_back({"the other processes", others * one.totalBytes()});
    return one;
}

/// Weights of the decoder without LibTorch (core/runtime): float32 but for packed bits and int8 embeddings.
double decoderWeights(const ModelShape& shape, const Job& job)
{
    const bool packed = job.text("runtime") != "float32";
    const bool bytes = packed && job.text("embedding") == "int8";
    const double linears = packed && shape.isBoolean
                               ? shape.kernels * (shape.linearWeights / 8 + 4 * shape.linearSides)
                               : 4 * shape.linearWeights;
    return linears + shape.embeddings * (bytes ? 1 : 4) + 4 * shape.otherWeights;
}

/// Of one token in the same decoder.
double decoderKeyValues(const ModelShape& shape, const Job& job)
{
    const bool halves = job.text("runtime") != "float32" && job.text("kv_cache") == "float16";
    return shape.keyValues * (halves ? 2 : 4);
}

MemoryEstimate evaluateEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    const double number = computeBytes(job);
    const auto V = static_cast<double>(config.vocabSize), T = static_cast<double>(job.integer("seq_len"));
    const bool reference = job.has("reference"), decoder = job.text("runtime") != "libtorch";
    Estimate estimate;
    estimate.add("model weights", decoder ? decoderWeights(shape, job) : shape.allWeights() * number);
    if (decoder) estimate.add("keys and values", T * decoderKeyValues(shape, job));
    if (reference) estimate.add("reference weights", shape.allWeights() * number);
    // Norms and the linear layers' work space are float32 whatever the dtype.
    estimate.add("activations", (decoder && !reference ? kDecoderRows : T) * shape.blockActivations * 4);
    estimate.add("logits, one chunk", (reference ? kMeasuredCopies : 3) * 4 * kMeasuredChunk * V);
    return std::move(estimate).finish();
}

/// Of all texts that a generate job writes at once, prompts included.
double tokensAtOnce(const Job& job)
{
    const double texts = job.has("prompts") ? static_cast<double>(job.integer("together")) : 1;
    return texts * (kPromptTokens + static_cast<double>(job.integer("tokens")));
}

/// Of generating by the decoder without LibTorch.
MemoryEstimate decoderEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    Estimate estimate;
    estimate.add("model weights", decoderWeights(shape, job));
    estimate.add("keys and values", tokensAtOnce(job) * decoderKeyValues(shape, job));
    estimate.add("activations", kDecoderRows * shape.blockActivations * 4);
    estimate.add("logits", 4 * static_cast<double>(config.vocabSize));
    return std::move(estimate).finish();
}

MemoryEstimate generateEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    if (job.text("runtime") != "libtorch" && job.text("device") == "cpu")
        return decoderEstimate(config, shape, job);
    const double number = computeBytes(job);
    Estimate estimate;
    estimate.add("model weights", shape.allWeights() * number);
    estimate.add("keys and values", tokensAtOnce(job) * shape.keyValues * number);
    estimate.add("activations", kPromptTokens * shape.blockActivations * number);
    estimate.add("logits", 2 * 4 * static_cast<double>(config.vocabSize));
    return std::move(estimate).finish();
}

/// Tensor by tensor: a layer as it is read, rounded and read back (core/export).
MemoryEstimate exportEstimate(const ModelShape& shape, const Job& job)
{
    Estimate estimate;
    estimate.add("one dense layer, rounded and read back", 4 * 4 * shape.largestLinear);
    const auto type = exportTypeOf(job);
    if (!type) return std::move(estimate).finish(booleanFileBytes(shape, shape.kernels, 2, 2, 2));
    const DTypeLayout layout = layoutOf(*type);
    return std::move(estimate).finish(shape.allWeights() * static_cast<double>(layout.blockBytes) /
                                      static_cast<double>(layout.blockElements));
}

/// The memory of the hungriest part, the disk of all of them.
MemoryEstimate sweepEstimate(const ModelConfig& config, const ModelShape& shape, const Job& job)
{
    MemoryEstimate largest = evaluateEstimate(config, shape, evaluationOf(job, job.text("model"), {}));
    std::int64_t disk = 0;
    for (const SweepPoint& point : sweepPoints(job).value_or(std::vector<SweepPoint>())) {
        MemoryEstimate one = convertEstimate(config, shape, conversionOf(job, point));
        disk += one.diskBytes;
        if (one.totalBytes() > largest.totalBytes()) largest = std::move(one);
    }
    largest.diskBytes = disk;
    return largest;
}

} // namespace

std::int64_t MemoryEstimate::totalBytes() const
{
    std::int64_t total = 0;
    for (const Part& part : parts)
        total += part.bytes;
    return total;
}

MemoryEstimate estimateMemory(const ModelConfig& config, const Job& job)
{
    const ModelShape shape(config);
    switch (job.kind()) {
    case JobKind::Inspect:
        return {};
    case JobKind::Convert:
        return convertEstimate(config, shape, job);
    case JobKind::Finetune:
        return ofAllRanks(finetuneEstimate(config, shape, job), job);
    case JobKind::Evaluate:
        return evaluateEstimate(config, shape, job);
    case JobKind::Generate:
        return generateEstimate(config, shape, job);
    case JobKind::Sweep:
        return sweepEstimate(config, shape, job);
    case JobKind::Export:
        return exportEstimate(shape, job);
    }
    return {};
}

} // namespace boolab
