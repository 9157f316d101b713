// SPDX-License-Identifier: Apache-2.0
#include "core/export/model_card.h"

#include "core/base/system_info.h"
#include "core/export/export_output.h"
#include "core/jobs/export_options.h"
#include "core/jobs/text_format.h"

#include <fmt/format.h>

namespace boolab
{

namespace
{

using Rows = std::vector<std::pair<std::string, std::string>>;

std::string table(const Rows& rows)
{
    std::string text = "| | |\n| --- | --- |\n";
    for (const auto& [what, value] : rows)
        text += fmt::format("| {} | {} |\n", what, value);
    return text;
}

std::string formatName(const CardFacts& facts)
{
    const auto type = exportTypeOf(facts.job);
    switch (exportFormatOf(facts.job)) {
    case ExportFormat::Boolean:
        return "Boolean model folder (quant_method mbok)";
    case ExportFormat::Safetensors:
        return fmt::format("Hugging Face folder, dense, {}", nameOf(*type));
    case ExportFormat::Gguf:
        return fmt::format("GGUF, dense, {}", nameOf(*type));
    }
    return {};
}

/// Only what is known goes into the front matter: hubs read it.
std::string frontMatter(const CardFacts& facts)
{
    std::string text = "---\n";
    if (!facts.origin.licence.empty()) text += fmt::format("license: {}\n", facts.origin.licence);
    if (!facts.origin.repository.empty()) text += fmt::format("base_model: {}\n", facts.origin.repository);
    if (exportFormatOf(facts.job) != ExportFormat::Gguf) text += "library_name: transformers\n";
    text += "pipeline_tag: text-generation\ntags:\n- boolab\n";
    if (facts.source.kind() == ModelKind::Boolean) text += "- mbok\n- boolean\n";
    return text + "---\n";
}

const RunRecord* conversionIn(const ModelHistory& history)
{
    for (const RunRecord& run : history.steps)
        if (run.kind == "convert") return &run;
    return nullptr;
}

/// Its name, and its file's where that is another.
std::string baseModelText(const CardFacts& facts)
{
    const std::string& original = facts.history.original;
    if (original.empty() && facts.source.kind() == ModelKind::Boolean)
        return "not in the experiment database";
    const std::string file =
        shownNameOf(original.empty() ? facts.source.path() : std::filesystem::path(original));
    return facts.origin.name == file ? file : fmt::format("{} ({})", facts.origin.name, file);
}

std::string methodText(const CardFacts& facts)
{
    if (facts.source.kind() != ModelKind::Boolean) return "none: the weights are those of the base model";
    std::string text = "MBOK (arXiv 2505.22811)";
    const RunRecord* conversion = conversionIn(facts.history);
    const auto job =
        conversion != nullptr ? Job::fromJson(conversion->job, "run") : Result<Job>(Job(JobKind::Convert));
    if (conversion == nullptr || !job) return text + ", conversion not in the experiment database";
    text += fmt::format(", conversion by {}", job->text("method"));
    for (const RunRecord& run : facts.history.steps)
        if (run.kind == "finetune") text += ", then finetuned";
    return text;
}

std::string kernelText(const ModelFiles& source)
{
    double kernels = 0, weights = 0;
    std::int64_t least = 0, most = 0, dense = 0;
    for (const LinearLayerInfo& layer : source.linearLayers()) {
        if (layer.kernelCount == 0) {
            ++dense;
            continue;
        }
        const auto size = static_cast<double>(layer.outFeatures * layer.inFeatures);
        kernels += static_cast<double>(layer.kernelCount) * size;
        weights += size;
        least = least == 0 ? layer.kernelCount : std::min(least, layer.kernelCount);
        most = std::max(most, layer.kernelCount);
    }
    std::string text = least == most
                           ? fmt::format("{}", most)
                           : fmt::format("{:.2f} on average ({} to {})", kernels / weights, least, most);
    if (dense > 0) text += fmt::format("; dense linear layers: {}", dense);
    return text;
}

void addBits(const CardFacts& facts, Rows& rows)
{
    const ModelFiles& source = facts.source;
    rows.emplace_back("parameters", formatShortCount(source.parameterCount()));
    if (source.kind() == ModelKind::Boolean) {
        rows.emplace_back("Boolean kernels per linear layer", kernelText(source));
        rows.emplace_back("bits per weight of the converted layers, with their scales",
                          fmt::format("{:.3f}", source.bitsPerWeight()));
        rows.emplace_back("bits per weight over the Boolean model's whole file",
                          fmt::format("{:.3f}", source.bitsPerWeightAll()));
    }
    if (exportFormatOf(facts.job) != ExportFormat::Boolean)
        rows.emplace_back("bits per weight over this file",
                          fmt::format("{:.3f}", 8.0 * static_cast<double>(facts.fileBytes) /
                                                    static_cast<double>(source.parameterCount())));
    rows.emplace_back("this file", fmt::format("{}, {}", facts.weights, formatBytes(facts.fileBytes)));
}

std::string runsText(const ModelHistory& history)
{
    std::string text;
    for (const RunRecord& run : history.steps)
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", run.id, run.kind);
    return text.empty() ? "none in the experiment database" : text;
}

std::string measurements(const CardFacts& facts)
{
    const ModelHistory& history = facts.history;
    if (history.measured.empty()) return "Perplexity: not measured.\n";
    std::string text = "Perplexity over non-overlapping windows, lower is better";
    if (exportFormatOf(facts.job) != ExportFormat::Boolean)
        text += ", measured on the model before it was exported";
    text += ":\n\n| text | windows | computed by | perplexity | full precision | run |\n| --- | --- | --- | "
            "--- | --- | --- |\n";
    for (const MeasuredPerplexity& one : history.measured) {
        std::string reference = "not measured";
        for (const MeasuredPerplexity& other : history.ofTheOriginal)
            if (other.sameProtocol(one)) reference = fmt::format("{:.3f}", other.perplexity);
        text += fmt::format("| {} | {} × {} tokens | {} | {:.3f} | {} | {} |\n",
                            std::filesystem::path(one.text).filename().string(), one.windows,
                            one.windowTokens, one.runtime, one.perplexity, reference, one.run);
    }
    return text;
}

/// A command line whose files are named without their folders: nobody else has those.
std::string commandOf(Job job)
{
    for (const auto* options : {&job.spec().options, &commonOptions()})
        for (const OptionSpec& option : *options) {
            const std::string path = job.text(option.key);
            if (option.type != OptionType::Path || path.empty()) continue;
            (void)job.set(
                option.key,
                std::filesystem::path(path + "/.").lexically_normal().parent_path().filename().string());
        }
    for (const char* local : {"db", "threads", "queue", "project", "name", "force"})
        job.unset(local);
    return job.toCommandLine();
}

std::string commands(const CardFacts& facts)
{
    std::string text = "```\n";
    for (const RunRecord& run : facts.history.steps)
        if (const auto job = Job::fromJson(run.job, "run")) text += commandOf(*job) + "\n";
    return text + commandOf(facts.job) + "\n```\n";
}

} // namespace

std::string howToLoad(const Job& job, const std::string& weights)
{
    switch (exportFormatOf(job)) {
    case ExportFormat::Boolean:
        return "import boolab  # packaging/python of Boolab: pip install ./packaging/python\n"
               "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
               "model = AutoModelForCausalLM.from_pretrained(\"FOLDER\")\n"
               "tokenizer = AutoTokenizer.from_pretrained(\"FOLDER\")\n";
    case ExportFormat::Safetensors:
        return "from transformers import AutoModelForCausalLM, AutoTokenizer\n"
               "model = AutoModelForCausalLM.from_pretrained(\"FOLDER\")\n"
               "tokenizer = AutoTokenizer.from_pretrained(\"FOLDER\")\n";
    case ExportFormat::Gguf:
        return fmt::format(
            "from llama_cpp import Llama  # pip install llama-cpp-python; or llama.cpp: llama-cli -m {0}\n"
            "model = Llama(\"{0}\")\n",
            weights);
    }
    return {};
}

std::string modelCard(const CardFacts& facts)
{
    const ModelSource& origin = facts.origin;
    Rows rows = {{"base model", baseModelText(facts)},
                 {"licence of the base model",
                  origin.licence.empty() ? "unknown: ask the base model" : origin.licence},
                 {"method", methodText(facts)},
                 {"format", formatName(facts)}};
    addBits(facts, rows);
    rows.emplace_back("runs", runsText(facts.history));
    rows.emplace_back("written by", "Boolab " + boolabVersion());
    if (!facts.hasTokenizer) rows.emplace_back("tokenizer", "none: the source has none");
    std::string text = frontMatter(facts) + fmt::format("# {}\n\n{}\n", facts.title, table(rows));
    text += "## Measured\n\n" + measurements(facts);
    text += "\n## Load\n\n```python\n" + howToLoad(facts.job, facts.weights) + "```\n";
    text += "\nBoolab opens it too: drop it onto the window, or `boolab-cli inspect` it.\n";
    text += "\n## Made by\n\n" + commands(facts);
    return text;
}

} // namespace boolab
