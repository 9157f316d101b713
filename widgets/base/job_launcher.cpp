// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/job_launcher.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <algorithm>
#include <csignal>
#include <system_error>

#include "core/base/system_info.h"
#include "widgets/base/detached_process.h"

namespace fs = std::filesystem;

namespace boolab::ui
{

namespace
{

constexpr int kLookEveryMs = 250;
constexpr qint64 kTailBytes = 8192;
constexpr qsizetype kTailLines = 8;
constexpr int kExitStopped = 130; // the user asked for it (design.md, command line)

QString toText(const fs::path& path)
{
    return QString::fromStdString(path.string());
}

QString describe(const Job& job, qsizetype moreModels)
{
    const std::string model = job.text(job.kind() == JobKind::Finetune ? "student" : "model");
    const QString file = QFileInfo(QString::fromStdString(model)).fileName();
    const QString title = QString::fromStdString(job.spec().title);
    if (moreModels > 0) return JobLauncher::tr("%1 of %2 and %3 more").arg(title, file).arg(moreModels);
    return file.isEmpty() ? title : JobLauncher::tr("%1 of %2").arg(title, file);
}

Result<fs::path> newLog(const Job& job, const fs::path& database)
{
    const fs::path folder = fs::absolute(database).parent_path() / "logs";
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return fail(
            ErrorCode::Io, folder.string() + ": cannot be made: " + error.message(),
            "Runs are logged beside the experiment database: check the folder's rights and the disk.");
    static int count = 0; // two starts may fall into one millisecond
    const QString time = QDateTime::currentDateTime().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    return folder / QStringLiteral("%1-%2-%3.log")
                        .arg(QString::fromStdString(job.spec().name), time)
                        .arg(++count)
                        .toStdString();
}

/// The last lines without the terminal's colours and the bars that were overwritten.
QString lastLines(const fs::path& log)
{
    QFile file(toText(log));
    if (!file.open(QIODevice::ReadOnly)) return {};
    file.seek(std::max<qint64>(0, file.size() - kTailBytes));
    QString text = QString::fromUtf8(file.readAll());
    static const QRegularExpression escapes(QStringLiteral("\x1b\\[[0-9;?]*[A-Za-z]"));
    text.remove(escapes);
    QStringList lines;
    for (const QString& line : text.split(QLatin1Char('\n'))) {
        const QString shown = line.trimmed().section(QLatin1Char('\r'), -1).trimmed();
        if (!shown.isEmpty()) lines.append(shown);
    }
    return lines.mid(std::max<qsizetype>(0, lines.size() - kTailLines)).join(QLatin1Char('\n'));
}

QString endText(const ProcessEnd& end, bool memoryRanOut)
{
    if (end.signal == SIGKILL && memoryRanOut)
        return JobLauncher::tr("was killed by the system because memory ran out");
    if (end.signal == SIGKILL) return JobLauncher::tr("was ended from outside (signal %1)").arg(end.signal);
    if (end.signal != 0) return JobLauncher::tr("crashed (signal %1)").arg(end.signal);
    if (end.exitCode == exitCode(ErrorCode::Usage))
        return JobLauncher::tr("did not start: an option does not fit");
    if (end.exitCode == exitCode(ErrorCode::BadInput))
        return JobLauncher::tr("did not start: a file cannot be used");
    return JobLauncher::tr("failed (exit code %1)").arg(end.exitCode);
}

bool isFailure(const ProcessEnd& end)
{
    return end.signal != 0 ? end.signal != SIGINT && end.signal != SIGTERM
                           : end.exitCode != 0 && end.exitCode != kExitStopped;
}

} // namespace

MemorySigns MemorySigns::now()
{
    return {availableMemoryBytes(), totalMemoryBytes(), outOfMemoryKills()};
}

bool MemorySigns::isScarce() const
{
    constexpr std::int64_t kShare = 20; // 5 %: where earlyoom and systemd-oomd act
    return available >= 0 && total > 0 && available < total / kShare;
}

JobLauncher::JobLauncher(fs::path cli, fs::path database, QObject* parent, LookAtMemory memory)
    : QObject(parent), m_cli(std::move(cli)), m_database(std::move(database)), m_memory(std::move(memory))
{
    m_timer.setInterval(kLookEveryMs);
    connect(&m_timer, &QTimer::timeout, this, &JobLauncher::lookAtChildren);
}

void JobLauncher::start(const Job& job, const QStringList& moreModels)
{
    Job complete = job;
    std::error_code ignored;
    complete.resolvePaths(fs::current_path(ignored));
    std::vector<std::string> arguments = complete.toArguments();
    if (!complete.has("db")) arguments.insert(arguments.end(), {"--db", fs::absolute(m_database).string()});
    for (const QString& model : moreModels)
        arguments.push_back(QDir().absoluteFilePath(model).toStdString()); // none is taken for a flag

    const QString what = describe(complete, moreModels.size());
    const auto tell = [&](const Error& error) {
        Q_EMIT failed(tr("%1 did not start. %2").arg(what, QString::fromStdString(error.text())));
    };
    const auto log = newLog(complete, m_database);
    if (!log) return tell(log.error());
    const auto pid = startDetachedProcess(m_cli, arguments, *log);
    if (!pid) {
        fs::remove(*log, ignored);
        return tell(pid.error());
    }
    const MemorySigns memory = m_memory();
    m_children.push_back({*pid, what, *log, memory, memory.kills});
    m_timer.start();
    Q_EMIT started(what);
}

// Also for the runs that take days: a process that nobody has asked for its end stays in the process table,
// and the store would take it for alive.
void JobLauncher::lookAtChildren()
{
    QStringList messages;
    const MemorySigns memory = m_memory();
    std::erase_if(m_children, [&](Child& child) {
        const auto end = endOfProcess(child.pid);
        if (!end) {
            child.memory = memory;
            return false;
        }
        const bool memoryRanOut = memory.kills > child.killsBefore || child.memory.isScarce();
        if (isFailure(*end)) {
            const QString lines = lastLines(child.log);
            messages.append(tr("%1 %2.").arg(child.what, endText(*end, memoryRanOut)) +
                            (lines.isEmpty() ? QString() : QLatin1Char('\n') + lines) +
                            tr("\nLog: %1").arg(toText(child.log)));
        }
        return true;
    });
    if (m_children.empty()) m_timer.stop();
    for (const QString& message : messages)
        Q_EMIT failed(message);
}

} // namespace boolab::ui
