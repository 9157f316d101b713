// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/atomic_write.h"
#include "core/formats/model_files.h"
#include "core/jobs/job.h"

namespace boolab
{

/// Where an export is written: a folder beside its place, of which commit() makes the output, a folder or one
/// .gguf with its card beside it. Nothing is seen before.
class ExportOutput
{
public:
    /// Usage where the output is there and may not be replaced, or where the source lies in it.
    static Result<ExportOutput> create(const Job& job, const ModelFiles& source);

    const std::filesystem::path& folder() const { return m_folder.path(); }
    /// What is opened as the model: `folder()`, or the .gguf in it.
    std::filesystem::path model() const;
    /// The same, where commit() will put it.
    std::filesystem::path finalModel() const;
    /// The name of the weights' file: "model.safetensors", "SmolLM2-F16.gguf".
    const std::string& weightsName() const { return m_weights; }
    /// README.md or job.json, under the name that it has beside the model.
    Status write(const char* name, const std::string& content) const;
    std::string nameOf(const char* name) const;

    Status commit();

private:
    ExportOutput(AtomicFolder folder, const Job& job);
    Status checkPlaces() const;

    AtomicFolder m_folder;
    Job m_job;
    std::filesystem::path m_output;
    std::string m_weights;
    bool m_oneFile = false;
};

/// "models/smollm2-k3" or "models/SmolLM2.Q4_1.gguf" by a name that cards and files can carry.
std::string shownNameOf(const std::filesystem::path& model);

} // namespace boolab
