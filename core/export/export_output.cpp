// SPDX-License-Identifier: Apache-2.0
#include "core/export/export_output.h"

#include "core/base/write_error.h"
#include "core/formats/drop.h"
#include "core/jobs/export_options.h"

#include <algorithm>
#include <fmt/format.h>

namespace fs = std::filesystem;

namespace boolab
{

namespace
{

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
    return text;
}

fs::path resolved(const fs::path& path)
{
    std::error_code error;
    return fs::weakly_canonical(fs::absolute(path, error), error);
}

/// Replacing `output` would take `source` with it.
bool liesIn(const fs::path& source, const fs::path& output)
{
    const fs::path inner = resolved(source), outer = resolved(output);
    return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

Status checkSource(const Job& job, const ModelFiles& source)
{
    const fs::path output = job.text("output");
    if (!liesIn(source.path(), output) &&
        !(source.kind() != ModelKind::Gguf && liesIn(source.folder(), output)))
        return {};
    return fail(
        ErrorCode::Usage,
        fmt::format("{}: the model to export lies in the output {}", source.path().string(), output.string()),
        "Name another output; inputs are never overwritten.");
}

std::string typeName(const Job& job)
{
    return std::string(nameOf(exportTypeOf(job).value_or(DType::F16)));
}

} // namespace

std::string shownNameOf(const fs::path& model)
{
    fs::path path = fs::path(model.string() + "/.").lexically_normal().parent_path();
    if (path.filename() == "model.safetensors" && path.has_parent_path()) path = path.parent_path();
    const std::string extension = lowerCaseExtension(path);
    const bool isFile = extension == ".gguf" || extension == ".safetensors";
    std::string name = isFile ? path.stem().string() : path.filename().string();
    return name.empty() || name == "." ? "model" : name;
}

ExportOutput::ExportOutput(AtomicFolder folder, const Job& job)
    : m_folder(std::move(folder)), m_job(job), m_output(job.text("output")), m_oneFile(exportsOneFile(job))
{
    if (m_oneFile)
        m_weights = m_output.filename().string();
    else if (exportFormatOf(job) == ExportFormat::Gguf)
        m_weights = fmt::format("{}-{}.gguf", shownNameOf(job.text("model")), upper(typeName(job)));
    else
        m_weights = "model.safetensors";
}

Result<ExportOutput> ExportOutput::create(const Job& job, const ModelFiles& source)
{
    if (auto free = checkExportTarget(job); !free) return std::unexpected(free.error());
    if (auto apart = checkSource(job, source); !apart) return std::unexpected(apart.error());
    const std::string place = job.text("output");
    auto folder = AtomicFolder::create(exportsOneFile(job) ? place + ".export" : place);
    if (!folder) return std::unexpected(folder.error());
    ExportOutput output(std::move(*folder), job);
    if (auto free = output.checkPlaces(); !free) return std::unexpected(free.error());
    return output;
}

fs::path ExportOutput::model() const
{
    return exportFormatOf(m_job) == ExportFormat::Gguf ? folder() / m_weights : folder();
}

fs::path ExportOutput::finalModel() const
{
    if (m_oneFile || exportFormatOf(m_job) != ExportFormat::Gguf) return m_output;
    return m_output / m_weights;
}

std::string ExportOutput::nameOf(const char* name) const
{
    return m_oneFile ? fmt::format("{}.{}", m_output.stem().string(), name) : std::string(name);
}

Status ExportOutput::write(const char* name, const std::string& content) const
{
    return writeFileAtomically(folder() / nameOf(name), content);
}

Status ExportOutput::checkPlaces() const
{
    if (auto free = checkExportTarget(m_job); !free) return free;
    std::error_code error;
    for (const std::string& name : {nameOf(kModelCardFile), nameOf(kJobFile)})
        if (m_oneFile && !m_job.on("overwrite") && fs::exists(m_output.parent_path() / name, error))
            return fail(ErrorCode::Usage,
                        fmt::format("{}: is there already", (m_output.parent_path() / name).string()),
                        "Name another output; --overwrite replaces it.");
    return {};
}

Status ExportOutput::commit()
{
    if (auto free = checkPlaces(); !free) return free; // something may have come meanwhile
    if (!m_oneFile) return m_folder.commit();
    if (auto synced = m_folder.sync(); !synced) return synced;
    for (const std::string& name : {nameOf(kModelCardFile), nameOf(kJobFile), m_weights}) {
        const fs::path to = m_output.parent_path() / name;
        std::error_code error;
        fs::rename(folder() / name, to, error);
        if (error) return std::unexpected(writeError(to, "cannot be put in place", error.value()));
    }
    return {};
}

} // namespace boolab
