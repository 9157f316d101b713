// SPDX-License-Identifier: Apache-2.0
#include "cli_process.h"

#include <QFileInfo>
#include <QJsonDocument>

QJsonObject CliOutcome::json() const
{
    return QJsonDocument::fromJson(output).object();
}

CliOutcome runCli(const QStringList& arguments, const QString& home, const QByteArray& input)
{
    return runProgram(cliPath(), arguments, home, input);
}

CliOutcome runProgram(const QString& program, const QStringList& arguments, const QString& home,
                      const QByteArray& input)
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("BOOLAB_HOME", home);
    process.setProcessEnvironment(environment);
    process.start(program, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120000)) process.kill();
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

QString cliPath()
{
    return QStringLiteral(BOOLAB_BIN_DIR "/boolab-cli");
}

QString sampleModel()
{
    const QString path =
        QStringLiteral(BOOLAB_SOURCE_DIR "/projects/smollm2-135m/models/SmolLM2-135M-Instruct.Q4_1.gguf");
    return QFileInfo::exists(path) ? path : QString();
}
