// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/engine_call.h"

#include "core/base/json_field.h"

#include <QProcess>
#include <QRegularExpression>
#include <QTimer>

namespace boolab::ui
{

namespace
{

constexpr int kPatienceMs = 2000; // between asking a process to end and ending it
constexpr qsizetype kMostErrors = 1 << 16;

QString messageIn(const QByteArray& output, const QByteArray& errors)
{
    const auto json = nlohmann::json::parse(output.toStdString(), nullptr, /*allow_exceptions=*/false);
    if (const auto& error = objectAt(json, "error"); !error.empty())
        return QString::fromStdString(textAt(error, "message") + ' ' + textAt(error, "hint")).trimmed();
    return QString::fromUtf8(errors).trimmed().section(QLatin1Char('\n'), -3);
}

} // namespace

EngineCall::EngineCall(std::filesystem::path cli, QObject* parent) : QObject(parent), m_cli(std::move(cli)) {}

EngineCall::~EngineCall()
{
    for (QProcess* process : findChildren<QProcess*>()) { // those that were cancelled may still be ending
        process->disconnect();
        process->kill();
        process->waitForFinished(kPatienceMs);
    }
}

void EngineCall::start(const QStringList& arguments)
{
    cancel();
    m_errors.clear();
    auto* process = new QProcess(this);
    m_process = process;
    connect(process, &QProcess::readyReadStandardError, this, [this, process] { readErrors(*process); });
    connect(process, &QProcess::finished, this, [this, process] { take(*process, true); });
    connect(process, &QProcess::errorOccurred, this, [this, process](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) take(*process, false);
    });
    process->setStandardInputFile(QProcess::nullDevice());
    process->start(QString::fromStdString(m_cli.string()), arguments);
}

void EngineCall::cancel()
{
    QProcess* process = m_process;
    m_process.clear();
    if (process == nullptr) return;
    process->disconnect(this);
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->terminate();
    QTimer::singleShot(kPatienceMs, process, [process] { process->kill(); });
}

QString EngineCall::strangeAnswer() const
{
    return tr("%1 did not answer as expected: window and engine are of different versions.")
        .arg(QString::fromStdString(m_cli.string()));
}

void EngineCall::readErrors(QProcess& process)
{
    m_errors += process.readAllStandardError();
    if (m_errors.size() > kMostErrors) m_errors = m_errors.last(kMostErrors / 2);
    static const QRegularExpression counts(QStringLiteral("^[^\n]*: (\\d{1,9})/(\\d{1,9}) [^\n]*\n"),
                                           QRegularExpression::MultilineOption);
    QRegularExpressionMatch last;
    for (auto all = counts.globalMatch(QString::fromUtf8(m_errors)); all.hasNext();)
        last = all.next();
    if (last.hasMatch()) Q_EMIT progressed(last.captured(1).toInt(), last.captured(2).toInt());
}

void EngineCall::take(QProcess& process, bool ended)
{
    m_process.clear();
    process.deleteLater();
    if (!ended) {
        Q_EMIT failed(Failure::NotStarted,
                      tr("%1 cannot be started: %2. Install Boolab again, or build boolab-cli.")
                          .arg(QString::fromStdString(m_cli.string()), process.errorString()));
        return;
    }
    const QByteArray output = process.readAllStandardOutput();
    m_errors += process.readAllStandardError();
    if (process.exitStatus() == QProcess::CrashExit) {
        Q_EMIT failed(Failure::Killed,
                      tr("The engine was ended by the system, most likely because memory ran out."));
        return;
    }
    if (process.exitCode() != 0) {
        const QString message = messageIn(output, m_errors);
        Q_EMIT failed(Failure::Failed, message.isEmpty()
                                           ? tr("The engine failed (exit code %1).").arg(process.exitCode())
                                           : message);
        return;
    }
    const auto json = nlohmann::json::parse(output.toStdString(), nullptr, /*allow_exceptions=*/false);
    if (json.is_object())
        Q_EMIT finished(json);
    else
        Q_EMIT failed(Failure::Unexpected, strangeAnswer());
}

} // namespace boolab::ui
