// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job_spec.h"
#include "widgets/runs/run_update.h"

#include <map>
#include <optional>

#include <QWidget>

class QGridLayout;
class QLabel;
class QPushButton;

namespace boolab::ui
{

class OptionEditor;

/// Changes the live options of a run that goes on: what is in force, what is asked for, and a field for a new
/// value of each.
class RunSettings : public QWidget
{
    Q_OBJECT

public:
    explicit RunSettings(QWidget* parent = nullptr);
    void update(const RunUpdate& update);
    /// Fields back to what is in force, and the keyboard into the first.
    void open();

    OptionEditor* editor(const std::string& key) const;
    QString note(const std::string& key) const;
    QPushButton* applyButton() const { return m_apply; }

Q_SIGNALS:
    void changeRequested(const QString& key, const nlohmann::json& value);
    void closed();

private:
    struct Field {
        const OptionSpec* option;
        OptionEditor* editor;
        QLabel* note;
        nlohmann::json inForce, asked; ///< asked: null where nothing waits
        std::optional<double> now;     ///< where the schedule has it
    };

    /// For the options that this run reads, where the fields there are are others.
    void makeFields();
    void takeSettings(const RunUpdate& update);
    std::optional<nlohmann::json> changed(const Field& field) const; ///< nullopt: as it is, or no value
    void showNote(const Field& field) const;
    void check();
    void apply();

    RunRecord m_run;
    std::vector<Field> m_fields;
    QWidget* m_box = nullptr;
    QPushButton *m_apply, *m_close;
};

} // namespace boolab::ui
