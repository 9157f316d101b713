// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/layer_probe.h"

#include "core/jobs/job_spec.h"

#include <QProcess>
#include <QTimer>

namespace boolab::ui
{

namespace
{

constexpr int kPatienceMs = 2000; // between asking a process to end and ending it

QString messageIn(const QByteArray& output, const QByteArray& errors)
{
    const auto json = nlohmann::json::parse(output.toStdString(), nullptr, /*allow_exceptions=*/false);
    if (json.is_object() && json.contains("error") && json["error"].is_object()) {
        const auto part = [&](const char* key) {
            const auto found = json["error"].find(key);
            return found != json["error"].end() && found->is_string()
                       ? QString::fromStdString(found->get<std::string>())
                       : QString();
        };
        return (part("message") + QLatin1Char(' ') + part("hint")).trimmed();
    }
    return QString::fromUtf8(errors).trimmed().section(QLatin1Char('\n'), -3);
}

} // namespace

LayerProbe::LayerProbe(std::filesystem::path cli, std::filesystem::path database, QObject* parent)
    : QObject(parent), m_cli(std::move(cli)), m_database(std::move(database))
{
}

LayerProbe::~LayerProbe()
{
    for (QProcess* process : findChildren<QProcess*>()) { // those that were cancelled may still be ending
        process->disconnect();
        process->kill();
        process->waitForFinished(kPatienceMs);
    }
}

void LayerProbe::start(const InspectionRequest& request, int tokens)
{
    cancel();
    QStringList arguments{QStringLiteral("inspect"),
                          request.model,
                          QStringLiteral("--layer"),
                          request.layer,
                          QStringLiteral("--probe"),
                          request.text.isEmpty() ? QString::fromLatin1(kBuiltinProbe) : request.text,
                          QStringLiteral("--probe-tokens"),
                          QString::number(tokens),
                          QStringLiteral("--db"),
                          QString::fromStdString(m_database.string()),
                          QStringLiteral("--json"),
                          QStringLiteral("--quiet")};
    if (!request.original.isEmpty()) arguments << QStringLiteral("--original") << request.original;
    auto* process = new QProcess(this);
    m_process = process;
    connect(process, &QProcess::finished, this, [this, process] { take(*process, true); });
    connect(process, &QProcess::errorOccurred, this, [this, process](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) take(*process, false);
    });
    process->setStandardInputFile(QProcess::nullDevice());
    process->start(QString::fromStdString(m_cli.string()), arguments);
}

void LayerProbe::cancel()
{
    QProcess* process = m_process;
    m_process.clear();
    if (process == nullptr) return;
    process->disconnect(this);
    connect(process, &QProcess::finished, process, &QObject::deleteLater);
    process->terminate();
    QTimer::singleShot(kPatienceMs, process, [process] { process->kill(); });
}

void LayerProbe::take(QProcess& process, bool ended)
{
    m_process.clear();
    process.deleteLater();
    const QString program = QString::fromStdString(m_cli.string());
    if (!ended) {
        Q_EMIT failed(tr("%1 cannot be started: %2. Install Boolab again, or build boolab-cli.")
                          .arg(program, process.errorString()));
        return;
    }
    const QByteArray output = process.readAllStandardOutput(), errors = process.readAllStandardError();
    if (process.exitStatus() == QProcess::CrashExit) {
        Q_EMIT failed(
            tr("The engine was ended by the system, most likely because memory ran out. Take fewer probe "
               "tokens."));
        return;
    }
    if (process.exitCode() != 0) {
        const QString message = messageIn(output, errors);
        Q_EMIT failed(message.isEmpty() ? tr("The engine failed (exit code %1).").arg(process.exitCode())
                                        : message);
        return;
    }
    const auto json = nlohmann::json::parse(output.toStdString(), nullptr, /*allow_exceptions=*/false);
    if (const auto result = ProbeResult::from(json))
        Q_EMIT finished(*result);
    else
        Q_EMIT failed(
            tr("%1 did not answer as expected: window and engine are of different versions.").arg(program));
}

} // namespace boolab::ui
