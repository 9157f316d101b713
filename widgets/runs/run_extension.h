// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QSpinBox;

namespace boolab::ui
{

/// Asks by how many steps a training that has ended goes on.
class RunExtension : public QWidget
{
    Q_OBJECT

public:
    explicit RunExtension(QWidget* parent = nullptr);
    void setRun(const RunRecord& run);
    void open();

    QSpinBox* steps() const { return m_steps; }
    QPushButton* extendButton() const { return m_extend; }
    QString note() const;

Q_SIGNALS:
    void extensionRequested(std::int64_t totalSteps);
    void closed();

private:
    void showNote();
    std::int64_t total() const;

    RunRecord m_run;
    QSpinBox* m_steps;
    QLabel* m_note;
    QPushButton *m_extend, *m_close;
};

} // namespace boolab::ui
