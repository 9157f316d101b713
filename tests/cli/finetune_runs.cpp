// SPDX-License-Identifier: Apache-2.0
#include "finetune_runs.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <unistd.h>

namespace
{

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Fields of /proc/PID/stat after the name: state, parent, …
QList<QByteArray> statOf(const QString& pid)
{
    const QByteArray line = contentOf("/proc/" + pid + "/stat");
    return line.mid(line.lastIndexOf(')') + 2).split(' ');
}

} // namespace

bool FinetuneRuns::prepare()
{
    QFile text(path("text.txt"));
    if (!text.open(QIODevice::WriteOnly)) return false;
    for (int i = 0; i < 400; ++i)
        text.write(qPrintable(QString("Line %1 speaks of kernels, scales and bits.\n").arg(i * 7919 % 1000)));
    text.close();
    return runCli({"convert", BOOLAB_SOURCE_DIR "/resources/models/tiny-llama", "-o", path("student"), "-k",
                   "2", "--quiet"},
                  home())
               .exitCode == 0;
}

QStringList FinetuneRuns::arguments(const QString& output, const QStringList& more) const
{
    static const QList<std::pair<QString, QString>> kDefaults = {
        {"--seq-len", "32"},       {"--lr", "0.01"},       {"--hidden-every", "1"},    {"--bool-wait", "2"},
        {"--bool-threshold", "1"}, {"--bool-cap", "0.01"}, {"--flips-per-token", "0"}, {"--dtype", "float32"},
        {"--seed", "5"},           {"--threads", "1"},     {"--schedule", "constant"}, {"--eval-every", "0"},
        {"--sample-every", "0"}};
    QStringList arguments = {
        "finetune", path("student"),  "--teacher", BOOLAB_SOURCE_DIR "/resources/models/tiny-llama",
        "--data",   path("text.txt"), "-o",        path(output),
        "--json",   "--quiet"};
    for (const auto& [flag, value] : kDefaults)
        if (!more.contains(flag)) arguments += {flag, value};
    return arguments + more;
}

CliOutcome FinetuneRuns::run(const QString& output, const QStringList& more) const
{
    return runCli(arguments(output, more), home());
}

std::unique_ptr<QProcess> FinetuneRuns::start(const QString& output, const QStringList& more,
                                              const QStringList& environment) const
{
    auto process = std::make_unique<QProcess>();
    QProcessEnvironment variables = QProcessEnvironment::systemEnvironment();
    variables.insert("BOOLAB_HOME", home());
    for (const QString& variable : environment)
        variables.insert(variable.section('=', 0, 0), variable.section('=', 1));
    process->setProcessEnvironment(variables);
    process->start(cliPath(), arguments(output, more));
    process->waitForStarted();
    return process;
}

int FinetuneRuns::checkpointStep(const QString& output) const
{
    QByteArray state = contentOf(path(output) + ".checkpoint/state.json");
    // Between two renamings only the one before it is there.
    if (state.isEmpty()) state = contentOf(path(output) + ".previous-checkpoint/state.json");
    return QJsonDocument::fromJson(state).object().value("step").toInt(-1);
}

QByteArray FinetuneRuns::model(const QString& output) const
{
    return contentOf(path(output) + "/model.safetensors");
}

QByteArray FinetuneRuns::checkpointedModel(const QString& output) const
{
    return contentOf(path(output) + ".checkpoint/student/model.safetensors");
}

QJsonObject FinetuneRuns::runRow(int id) const
{
    return runCli({"runs", "show", QString::number(id), "--json"}, home()).json();
}

QList<qint64> FinetuneRuns::childrenOf(qint64 pid)
{
    QList<qint64> children;
    for (const QString& entry : QDir("/proc").entryList(QDir::Dirs)) {
        const auto fields = statOf(entry);
        if (fields.size() > 2 && fields[0] != "Z" && fields[1].toLongLong() == pid)
            children.append(entry.toLongLong());
    }
    return children;
}

bool FinetuneRuns::isAlive(qint64 pid)
{
    const auto fields = statOf(QString::number(pid));
    return fields.size() > 2 && fields[0] != "Z";
}
