// SPDX-License-Identifier: Apache-2.0
#include "core/base/child_process.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace boolab
{

namespace
{

constexpr int kSignalled = 128;

/// A pipe whose ends close with it.
struct Pipe {
    Pipe() { good = pipe2(ends, O_CLOEXEC) == 0; }
    ~Pipe()
    {
        for (int i : {0, 1})
            close(i);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    void close(int end)
    {
        if (ends[end] >= 0) ::close(ends[end]);
        ends[end] = -1;
    }

    int ends[2] = {-1, -1};
    bool good = false;
};

/// Reads what is there; false at the end.
bool readSome(int from, std::string& to)
{
    char buffer[4096];
    const ssize_t count = read(from, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) return true;
    if (count <= 0) return false;
    to.append(buffer, static_cast<std::size_t>(count));
    return true;
}

void readBoth(Pipe& out, Pipe& err, ChildOutput& result)
{
    pollfd watched[2] = {{out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}};
    std::string* texts[2] = {&result.out, &result.err};
    while (watched[0].fd >= 0 || watched[1].fd >= 0) {
        if (poll(watched, 2, -1) < 0 && errno != EINTR) return;
        for (int i : {0, 1})
            if (watched[i].fd >= 0 && watched[i].revents != 0 && !readSome(watched[i].fd, *texts[i]))
                watched[i].fd = -1;
    }
}

} // namespace

Result<ChildOutput> runChild(const std::vector<std::string>& arguments)
{
    std::vector<char*> argv;
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    Pipe out, err;
    if (!out.good || !err.good)
        return fail(ErrorCode::Io, arguments[0] + ": no pipe could be made: " + std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0)
        return fail(ErrorCode::Io, arguments[0] + ": could not be started: " + std::strerror(failed),
                    "Check the path.");
    out.close(1);
    err.close(1);
    ChildOutput result;
    readBoth(out, err, result);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.exitCode = WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
    return result;
}

std::filesystem::path thisProgram()
{
    std::error_code error;
    return std::filesystem::read_symlink("/proc/self/exe", error);
}

} // namespace boolab
