// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/inspector/inspection_reading.h"

#include <QObject>
#include <QPointer>
#include <filesystem>

class QProcess;

namespace boolab::ui
{

/// Runs `boolab-cli inspect --layer` for one inspector: at most one process, which ends with it. GUI thread;
/// never waits.
class LayerProbe : public QObject
{
    Q_OBJECT

public:
    LayerProbe(std::filesystem::path cli, std::filesystem::path database, QObject* parent = nullptr);
    ~LayerProbe() override;

    /// Cancels what runs before.
    void start(const InspectionRequest& request, int tokens);
    /// No signal follows.
    void cancel();
    bool isRunning() const { return !m_process.isNull(); }

Q_SIGNALS:
    void finished(const boolab::ui::ProbeResult& result);
    void failed(const QString& message);

private:
    void take(QProcess& process, bool ended);

    std::filesystem::path m_cli, m_database;
    QPointer<QProcess> m_process;
};

} // namespace boolab::ui
