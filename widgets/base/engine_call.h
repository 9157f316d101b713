// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>
#include <QPointer>
#include <filesystem>
#include <nlohmann/json.hpp>

class QProcess;

namespace boolab::ui
{

/// Asks boolab-cli for one JSON answer: at most one process, which ends with this object. GUI thread; never
/// waits but in the destructor.
class EngineCall : public QObject
{
    Q_OBJECT

public:
    enum class Failure {
        NotStarted,
        Killed, ///< by the system, most likely because memory ran out
        Failed, ///< the message is the engine's own
        Unexpected,
    };

    explicit EngineCall(std::filesystem::path cli, QObject* parent = nullptr);
    ~EngineCall() override;

    /// Cancels what runs before. `arguments` should ask for --json.
    void start(const QStringList& arguments);
    /// No signal follows.
    void cancel();
    bool isRunning() const { return !m_process.isNull(); }
    /// For an answer of which its reader can make nothing.
    QString strangeAnswer() const;

Q_SIGNALS:
    /// From its lines "phase: 3/5 shapes".
    void progressed(int done, int total);
    void finished(const nlohmann::json& answer);
    void failed(boolab::ui::EngineCall::Failure kind, const QString& message);

private:
    void readErrors(QProcess& process);
    void take(QProcess& process, bool ended);

    std::filesystem::path m_cli;
    QPointer<QProcess> m_process;
    QByteArray m_errors;
};

} // namespace boolab::ui
