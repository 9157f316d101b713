// SPDX-License-Identifier: Apache-2.0
// posix_spawn instead of QProcess::startDetached: that one forks twice, so nobody could learn how the process
// ended; and a plain QProcess kills its child when the window closes.
#include "widgets/base/detached_process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace boolab::ui
{

namespace
{

class SpawnSetup
{
public:
    explicit SpawnSetup(const std::string& log)
    {
        posix_spawn_file_actions_init(&m_actions);
        posix_spawn_file_actions_addopen(&m_actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&m_actions, STDOUT_FILENO, log.c_str(),
                                         O_WRONLY | O_CREAT | O_APPEND, 0644);
        posix_spawn_file_actions_adddup2(&m_actions, STDOUT_FILENO, STDERR_FILENO);
        posix_spawnattr_init(&m_attributes);
        // What the window's toolkits ignore or block must not reach a program that is asked by signals to
        // stop.
        sigset_t all, none;
        sigfillset(&all);
        sigemptyset(&none);
        posix_spawnattr_setsigdefault(&m_attributes, &all);
        posix_spawnattr_setsigmask(&m_attributes, &none);
        posix_spawnattr_setflags(&m_attributes,
                                 POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
    ~SpawnSetup()
    {
        posix_spawnattr_destroy(&m_attributes);
        posix_spawn_file_actions_destroy(&m_actions);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;

    const posix_spawn_file_actions_t* actions() const { return &m_actions; }
    const posix_spawnattr_t* attributes() const { return &m_attributes; }

private:
    posix_spawn_file_actions_t m_actions;
    posix_spawnattr_t m_attributes;
};

Status checkLog(const std::filesystem::path& log)
{
    const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0)
        return fail(
            ErrorCode::Io, fmt::format("{}: cannot be written: {}", log.string(), std::strerror(errno)),
            "The log of a run lies beside the experiment database: check the folder's rights and the disk.");
    close(file);
    return {};
}

} // namespace

Result<int> startDetachedProcess(const std::filesystem::path& program,
                                 const std::vector<std::string>& arguments, const std::filesystem::path& log)
{
    if (auto writable = checkLog(log); !writable) return std::unexpected(writable.error());
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const SpawnSetup setup(log.string());
    pid_t pid = 0;
    const int error =
        posix_spawn(&pid, program.c_str(), setup.actions(), setup.attributes(), pointers.data(), environ);
    if (error != 0)
        return fail(ErrorCode::Io,
                    fmt::format("{}: cannot be started: {}", program.string(), std::strerror(error)),
                    error == ENOENT ? "The program is missing: install Boolab again, or build boolab-cli."
                                    : "Check that it is a program and may be executed.");
    return static_cast<int>(pid);
}

std::optional<ProcessEnd> endOfProcess(int pid)
{
    int status = 0;
    const pid_t found = waitpid(pid, &status, WNOHANG);
    if (found != pid) return std::nullopt;
    if (WIFSIGNALED(status)) return ProcessEnd{.exitCode = 0, .signal = WTERMSIG(status)};
    return ProcessEnd{.exitCode = WEXITSTATUS(status), .signal = 0};
}

} // namespace boolab::ui
