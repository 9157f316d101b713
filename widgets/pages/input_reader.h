// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/pages/input_report.h"

#include <QObject>
#include <QThread>
#include <memory>

namespace boolab::ui
{

/// Makes InputReports in a thread of its own. While one is made, only the newest request waits.
class InputReader : public QObject
{
    Q_OBJECT

public:
    explicit InputReader(QObject* parent = nullptr);
    ~InputReader() override;

    void read(const Job& job);

Q_SIGNALS:
    void ready(const std::shared_ptr<const boolab::ui::InputReport>& report);

private:
    void finish(const std::shared_ptr<const InputReport>& report);

    QThread m_thread;
    QObject* m_worker;
    bool m_busy = false;
    std::optional<Job> m_waiting;
    std::shared_ptr<const InputReport> m_last;
};

} // namespace boolab::ui
