// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/playground_model.h"

#include "core/base/system_info.h"

#include <QProcess>

namespace boolab::ui
{

namespace
{

constexpr int kStopMs = 3000; // a long prompt is read to its end first
constexpr int kKillMs = 2000;
constexpr qsizetype kMostErrors = 1 << 16;

} // namespace

PlaygroundModel::PlaygroundModel(std::filesystem::path cli, QString model, QObject* parent)
    : QObject(parent), m_cli(std::move(cli)), m_model(std::move(model))
{
    m_since.start();
    m_patience.setSingleShot(true);
    m_patience.setInterval(kStopMs);
    connect(&m_patience, &QTimer::timeout, this, &PlaygroundModel::unload);
}

PlaygroundModel::~PlaygroundModel()
{
    // Those that were unloaded may still be ending.
    const auto processes = findChildren<QProcess*>();
    for (QProcess* process : processes) {
        process->disconnect();
        process->kill();
    }
    for (QProcess* process : processes)
        process->waitForFinished(kKillMs);
}

qint64 PlaygroundModel::pid() const
{
    return m_process.isNull() ? 0 : m_process->processId();
}

void PlaygroundModel::setState(State state)
{
    m_state = state;
    m_since.restart();
    if (state != State::Stopping) m_patience.stop();
    Q_EMIT stateChanged();
}

void PlaygroundModel::load()
{
    if (!m_process.isNull() && m_runningFlags == m_flags) return;
    if (isAnswering()) return;
    dropProcess();
    start();
}

void PlaygroundModel::start()
{
    m_errors.clear();
    m_problem.clear();
    m_reported.clear();
    m_warning.clear();
    m_killsBefore = outOfMemoryKills();
    m_runningFlags = m_flags;
    auto* process = new QProcess(this);
    m_process = process;
    connect(process, &QProcess::readyReadStandardOutput, this, &PlaygroundModel::readLines);
    connect(process, &QProcess::readyReadStandardError, this, &PlaygroundModel::readErrors);
    connect(process, &QProcess::finished, this, &PlaygroundModel::processEnded);
    connect(process, &QProcess::errorOccurred, this, [this, process](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart) return;
        const QString reason = process->errorString();
        dropProcess();
        fail(tr("%1 cannot be started: %2. Install Boolab again, or build boolab-cli.")
                 .arg(QString::fromStdString(m_cli.string()), reason));
    });
    setState(State::Loading);
    const QStringList arguments{QStringLiteral("generate"), m_model, QStringLiteral("--json-lines")};
    process->start(QString::fromStdString(m_cli.string()), arguments + m_flags);
}

void PlaygroundModel::dropProcess()
{
    QProcess* process = m_process;
    m_process.clear();
    if (process == nullptr) return;
    process->disconnect(this);
    if (process->state() == QProcess::NotRunning) return process->deleteLater();
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->kill(); // it has nothing to save
}

void PlaygroundModel::unload()
{
    const bool wasAnswering = isAnswering();
    m_pending.reset();
    dropProcess();
    m_loaded = {};
    m_problem.clear();
    setState(State::Off);
    if (wasAnswering) Q_EMIT answered({.finishReason = QStringLiteral("stopped")});
}

void PlaygroundModel::ask(const nlohmann::json& request)
{
    if (isBusy()) return;
    m_pending = request;
    load();
    if (m_state != State::Ready) return;
    m_pending.reset();
    setState(State::Answering);
    send(request);
}

void PlaygroundModel::stop()
{
    if (m_pending) {
        m_pending.reset();
        Q_EMIT stateChanged();
        return;
    }
    if (m_state != State::Answering) return;
    send({{"stop", true}});
    setState(State::Stopping);
    m_patience.start();
}

void PlaygroundModel::send(const nlohmann::json& line)
{
    if (m_process.isNull()) return;
    // Invalid UTF-8 cannot come from a QString, but replacing is safer than throwing.
    m_process->write(QByteArray::fromStdString(
        line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"));
}

void PlaygroundModel::readLines()
{
    while (!m_process.isNull() && m_process->canReadLine()) {
        const auto event = readAnswerEvent(m_process->readLine());
        if (event) take(*event); // what else a library may print is no answer
    }
}

void PlaygroundModel::readErrors()
{
    if (m_process.isNull()) return;
    m_errors += m_process->readAllStandardError();
    if (m_errors.size() > kMostErrors) m_errors = m_errors.last(kMostErrors / 2);
}

void PlaygroundModel::take(const AnswerEvent& event)
{
    using Kind = AnswerEvent::Kind;
    switch (event.kind) {
    case Kind::Loading:
        return;
    case Kind::Warning:
        m_warning = event.message;
        return;
    case Kind::Ready:
        return becomeReady(event.figures);
    case Kind::Text:
        if (isAnswering()) Q_EMIT pieceWritten(event.piece);
        return;
    case Kind::Done:
        if (!isAnswering()) return;
        setState(State::Ready);
        Q_EMIT answered(event.figures);
        return;
    case Kind::Error:
        if (!isAnswering()) {
            m_reported = event.message; // the process ends
            return;
        }
        setState(State::Ready);
        Q_EMIT refused(event.message);
        return;
    }
}

void PlaygroundModel::becomeReady(const AnswerFigures& figures)
{
    m_loaded = figures;
    if (!m_pending) return setState(State::Ready);
    const nlohmann::json request = *m_pending;
    m_pending.reset();
    setState(State::Answering);
    send(request);
}

void PlaygroundModel::processEnded()
{
    readLines();
    readErrors();
    const QString problem = endText();
    dropProcess();
    fail(problem);
}

void PlaygroundModel::fail(const QString& problem)
{
    m_pending.reset();
    m_loaded = {};
    m_problem = problem;
    setState(State::Failed);
}

/// Why the process is gone, as far as can be told.
QString PlaygroundModel::endText() const
{
    if (m_process.isNull()) return {};
    if (m_process->exitStatus() == QProcess::CrashExit) {
        if (outOfMemoryKills() > m_killsBefore)
            return tr(
                "The system ended it because memory ran out. Unload another model, or take a smaller one.");
        return tr("The engine was ended by the system or by another program; memory may have run out. “Load "
                  "again” starts it anew.");
    }
    if (!m_reported.isEmpty()) return m_reported;
    const QString last = QString::fromUtf8(m_errors).trimmed().section(QLatin1Char('\n'), -3);
    return last.isEmpty() ? tr("The engine ended by itself (exit code %1).").arg(m_process->exitCode())
                          : last;
}

} // namespace boolab::ui
