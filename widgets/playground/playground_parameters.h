// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_spec.h"

#include <QStringList>
#include <QWidget>
#include <deque>
#include <vector>

namespace boolab::ui
{

class OptionEditor;

/// How all models are asked: a generate job's options of sampling, and on what they run. Labels, ranges and
/// defaults are those of the job.
class PlaygroundParameters : public QWidget
{
    Q_OBJECT

public:
    explicit PlaygroundParameters(QWidget* parent = nullptr);

    /// Keys of a request ("tokens", "temperature", …), or what is wrong with a field, by its label.
    Result<nlohmann::json> request() const;
    /// Runtime and device as flags for boolab-cli, or what is wrong.
    Result<QStringList> flags() const;
    /// Those keys that it knows; others are left.
    void set(const nlohmann::json& request);

Q_SIGNALS:
    void edited();

private:
    struct Field {
        const OptionSpec* option;
        OptionEditor* editor;
    };
    Result<nlohmann::json> valueOf(const Field& field) const;

    std::deque<OptionSpec> m_options; ///< without units, for which there is no room; editors refer to them
    std::vector<Field> m_fields;
};

} // namespace boolab::ui
