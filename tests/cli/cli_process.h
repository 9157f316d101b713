// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QJsonObject>
#include <QProcess>
#include <QStringList>

/// What a finished boolab-cli left.
struct CliOutcome {
    int exitCode = -1;
    QByteArray output, errors;

    /// The one JSON object that is all of standard output; empty if it is anything else.
    QJsonObject json() const;
};

/// Runs the real boolab-cli with a database of its own.
CliOutcome runCli(const QStringList& arguments, const QString& home, const QByteArray& input = {});
/// The same with a boolab-cli that lies elsewhere.
CliOutcome runProgram(const QString& program, const QStringList& arguments, const QString& home,
                      const QByteArray& input = {});
QString cliPath();
/// The sample model of projects/smollm2-135m, or empty where it has not been fetched.
QString sampleModel();
