// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/base/engine_call.h"
#include "widgets/inspector/inspection_reading.h"

namespace boolab::ui
{

/// Runs `boolab-cli inspect --layer` for one inspector: at most one process, which ends with it. GUI thread;
/// never waits.
class LayerProbe : public QObject
{
    Q_OBJECT

public:
    LayerProbe(std::filesystem::path cli, std::filesystem::path database, QObject* parent = nullptr);

    /// Cancels what runs before.
    void start(const InspectionRequest& request, int tokens);
    /// No signal follows.
    void cancel() { m_call.cancel(); }
    bool isRunning() const { return m_call.isRunning(); }

Q_SIGNALS:
    void finished(const boolab::ui::ProbeResult& result);
    void failed(const QString& message);

private:
    void take(const nlohmann::json& answer);
    void tellFailure(EngineCall::Failure kind, const QString& message);

    std::filesystem::path m_database;
    EngineCall m_call;
};

} // namespace boolab::ui
