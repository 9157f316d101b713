// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli_process.h"

#include <QTemporaryDir>
#include <memory>

/// Finetunes of the tiny model by the real boolab-cli, in a folder and with a database of their own.
class FinetuneRuns
{
public:
    /// A student and a text; false where they could not be made.
    bool prepare();

    QString path(const QString& name) const { return m_folder.filePath(name); }
    QString home() const { return m_folder.path(); }
    /// Arguments of a small, exactly repeatable finetune into `output`.
    QStringList arguments(const QString& output, const QStringList& more = {}) const;
    CliOutcome run(const QString& output, const QStringList& more = {}) const;
    /// The same, started only. `environment`: NAME=VALUE.
    std::unique_ptr<QProcess> start(const QString& output, const QStringList& more = {},
                                    const QStringList& environment = {}) const;
    /// The step of the checkpoint beside `output`; -1 where there is none.
    int checkpointStep(const QString& output) const;
    /// All bytes of bits and scales: of the model, or of the student in its checkpoint.
    QByteArray model(const QString& output) const;
    QByteArray checkpointedModel(const QString& output) const;
    /// The run's row, as `runs show --json` has it.
    QJsonObject runRow(int id) const;

    /// Ids of the live processes whose parent is `pid`.
    static QList<qint64> childrenOf(qint64 pid);
    static bool isAlive(qint64 pid);

private:
    QTemporaryDir m_folder;
};
