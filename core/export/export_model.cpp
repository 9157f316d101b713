// SPDX-License-Identifier: Apache-2.0
#include "core/export/export_model.h"

#include "core/base/disk_room.h"
#include "core/export/export_output.h"
#include "core/export/model_card.h"
#include "core/export/verify_export.h"
#include "core/formats/boolean_model_writer.h"
#include "core/jobs/export_options.h"
#include "core/store/experiment_store.h"
#include "core/tokenizer/gguf_vocabulary.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

/// Tells how far a pass over the tensors is, and ends it where the user asks.
class Pass
{
public:
    Pass(JobObserver& observer, const char* name, std::size_t tensors)
        : m_observer(observer), m_total(static_cast<std::int64_t>(tensors))
    {
        observer.phase(name, "tensors");
    }
    Status operator()()
    {
        m_observer.progress(++m_done, m_total);
        if (m_observer.command() != JobObserver::Command::Stop) return {};
        return fail(ErrorCode::Stopped,
                    fmt::format("Stopped after {} of {} tensors; nothing was kept.", m_done, m_total));
    }

private:
    JobObserver& m_observer;
    std::int64_t m_done = 0, m_total;
};

int threadsOf(const Job& job)
{
    const auto asked = static_cast<int>(job.integer("threads"));
    return asked > 0 ? asked : std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// One export under way.
class Export
{
public:
    Export(const Job& job, const ModelFiles& source, ExportOutput& output, JobObserver& observer)
        : m_job(job), m_source(source), m_output(output), m_observer(observer)
    {
        const std::string database = job.text("db");
        m_history = readHistory(source.path().string(),
                                database.empty() ? defaultDatabasePath() : fs::path(database));
        m_origin = sourceOf(m_history.original.empty() ? source.path() : fs::path(m_history.original));
        const ModelSource own = sourceOf(source.path());
        m_name = own.name;
        if (m_origin.licence.empty()) m_origin.licence = own.licence;
        if (m_origin.repository.empty()) m_origin.repository = own.repository;
    }

    Status write()
    {
        if (auto room = checkDiskRoom(m_output.finalModel(), expectedBytes()); !room) return room;
        const std::vector<DenseTensor> tensors = denseTensorsOf(m_source.config());
        Pass pass(m_observer, "writing", tensors.size());
        const auto type = exportTypeOf(m_job);
        switch (exportFormatOf(m_job)) {
        case ExportFormat::Boolean:
            return writeBoolean(type);
        case ExportFormat::Safetensors:
            return writeDenseFolder(m_output.folder(), m_source, *type, threadsOf(m_job), std::ref(pass));
        case ExportFormat::Gguf:
            return writeDenseGguf(m_output.model(), m_source, m_name, m_origin.licence, *type,
                                  threadsOf(m_job), std::ref(pass));
        }
        return {};
    }

    Result<Verification> verify()
    {
        const auto type = exportTypeOf(m_job);
        const auto format = exportFormatOf(m_job);
        const bool dense = format != ExportFormat::Boolean;
        Pass pass(m_observer, "reading back and comparing",
                  dense ? denseTensorsOf(m_source.config()).size() : m_source.tensors().size());
        if (!dense) return verifyBoolean(m_output.model(), m_source, std::ref(pass));
        return verifyDense(m_output.model(), m_source, *type,
                           format == ExportFormat::Gguf ? ggufTypeOf : safetensorsTypeOf, threadsOf(m_job),
                           std::ref(pass));
    }

    Status writeCard() const
    {
        const CardFacts facts{.job = m_job,
                              .source = m_source,
                              .history = m_history,
                              .origin = m_origin,
                              .title = title(),
                              .weights = m_output.weightsName(),
                              .fileBytes = fileBytes(),
                              .hasTokenizer = hasTokenizer(m_source)};
        if (auto card = m_output.write(kModelCardFile, modelCard(facts)); !card) return card;
        const nlohmann::json job = m_history.steps.empty() ? m_job.toJson() : m_history.steps.back().job.get();
        return m_output.write(kJobFile,
                              job.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    }

    std::int64_t fileBytes() const
    {
        std::error_code error;
        return static_cast<std::int64_t>(fs::file_size(m_output.folder() / m_output.weightsName(), error));
    }

private:
    Status writeBoolean(std::optional<DType> type)
    {
        BooleanModelContent content;
        content.otherDType = type.value_or(DType::BF16);
        content.keepsDTypes = !type;
        const auto& quantization = m_source.config().source["quantization_config"];
        content.embeddingBits = quantization.value("embedding_bits", std::int64_t{16});
        return writeBooleanModelFiles(m_output.folder(), m_source, content);
    }

    std::int64_t expectedBytes() const
    {
        const auto type = exportTypeOf(m_job);
        if (exportFormatOf(m_job) == ExportFormat::Boolean || !type) return m_source.fileBytes();
        const DTypeLayout layout = layoutOf(*type);
        return m_source.parameterCount() / layout.blockElements * layout.blockBytes;
    }

    std::string title() const
    {
        const std::string name = shownNameOf(m_source.path());
        return fmt::format("{} ({})", name,
                           m_output.weightsName() == "model.safetensors" ? m_job.text("format")
                                                                         : m_output.weightsName());
    }

    const Job& m_job;
    const ModelFiles& m_source;
    ExportOutput& m_output;
    JobObserver& m_observer;
    ModelHistory m_history;
    ModelSource m_origin; ///< of the base model
    std::string m_name;   ///< of what is exported
};

nlohmann::json describe(const Job& job, const ModelFiles& source, const ExportOutput& output,
                        std::int64_t bytes, const Verification& verification)
{
    const fs::path beside =
        exportsOneFile(job) ? fs::path(job.text("output")).parent_path() : fs::path(job.text("output"));
    const auto type = exportTypeOf(job);
    return {
        {"output", job.text("output")},
        {"model", output.finalModel().string()},
        {"format", job.text("format")},
        {"type", type ? std::string(nameOf(*type)) : "as stored"},
        {"file_bytes", bytes},
        {"parameters", source.parameterCount()},
        {"bits_per_weight_all", 8.0 * static_cast<double>(bytes) /
                                    static_cast<double>(std::max<std::int64_t>(1, source.parameterCount()))},
        {"verified", verification.toJson()},
        {"card", (beside / output.nameOf(kModelCardFile)).string()},
        {"job_file", (beside / output.nameOf(kJobFile)).string()},
        {"load", howToLoad(job, output.weightsName())}};
}

} // namespace

Result<nlohmann::json> exportModel(const Job& job, JobObserver& observer)
{
    auto source = ModelFiles::open(job.text("model"));
    if (!source) return std::unexpected(source.error());
    if (exportFormatOf(job) == ExportFormat::Boolean && source->kind() != ModelKind::Boolean)
        return fail(ErrorCode::Unsupported,
                    fmt::format("{}: is no Boolean model, so it cannot become one by export",
                                source->path().string()),
                    "Convert it first, or use --format safetensors or gguf.");
    auto output = ExportOutput::create(job, *source);
    if (!output) return std::unexpected(output.error());
    if (!hasTokenizer(*source) && exportFormatOf(job) != ExportFormat::Gguf)
        observer.log("warning", "the model has no tokenizer, so the export has none");
    Export work(job, *source, *output, observer);
    if (auto written = work.write(); !written) return std::unexpected(written.error());
    const auto verified = work.verify();
    if (!verified) return std::unexpected(verified.error());
    if (auto card = work.writeCard(); !card) return std::unexpected(card.error());
    const std::int64_t bytes = work.fileBytes();
    if (auto placed = output->commit(); !placed) return std::unexpected(placed.error());
    observer.artifact("export", job.text("output"));
    return describe(job, *source, *output, bytes, *verified);
}

} // namespace boolab
