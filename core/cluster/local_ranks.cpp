// SPDX-License-Identifier: Apache-2.0
#include "core/cluster/local_ranks.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace boolab
{

namespace
{

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kGrace{5000}; ///< after the last step ranks need only close their files
constexpr std::chrono::milliseconds kLookEvery{10};
constexpr const char* kParent = "BOOLAB_PARENT";

struct Child {
    int rank = 0;
    pid_t pid = 0;
    int said = -1;   ///< what it wrote to standard error, in memory
    std::string end; ///< empty while it runs
};

Error systemError(const std::string& what)
{
    return {ErrorCode::Io, fmt::format("{}: {}", what, std::strerror(errno)),
            "Train in one process, without --nproc."};
}

/// A socket that listens on a port of the loopback which the system chooses.
Result<std::pair<int, std::uint16_t>> listenSomewhere()
{
    const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    if (file < 0 || bind(file, any, size) != 0 || listen(file, SOMAXCONN) != 0 ||
        getsockname(file, any, &size) != 0) {
        const Error error = systemError("no port of this machine can be listened on");
        if (file >= 0) close(file);
        return std::unexpected(error);
    }
    return std::pair{file, ntohs(address.sin_port)};
}

std::vector<std::string> environmentOf(int rank, int size, std::uint16_t port)
{
    std::vector<std::string> variables;
    for (char** variable = environ; *variable; ++variable)
        variables.emplace_back(*variable);
    const auto set = [&](const std::string& name, const std::string& value) {
        std::erase_if(variables, [&](const std::string& text) { return text.starts_with(name + "="); });
        variables.push_back(name + "=" + value);
    };
    set("RANK", std::to_string(rank));
    set("LOCAL_RANK", std::to_string(rank));
    set("WORLD_SIZE", std::to_string(size));
    set("LOCAL_WORLD_SIZE", std::to_string(size));
    set("MASTER_ADDR", "127.0.0.1");
    set("MASTER_PORT", std::to_string(port));
    set(kParent, std::to_string(getpid()));
    return variables;
}

std::vector<char*> pointersTo(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (std::string& text : texts)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

Result<Child> startRank(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                        int rank, int size, std::uint16_t port)
{
    Child child{.rank = rank};
    child.said = memfd_create("boolab rank", MFD_CLOEXEC);
    if (child.said < 0) return std::unexpected(systemError(fmt::format("rank {} cannot be started", rank)));
    std::vector<std::string> words = {program.string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables = environmentOf(rank, size, port);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, child.said, STDERR_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // A group of its own: Ctrl+C in the terminal is for rank 0, which tells the others when to end.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    errno = posix_spawn(&child.pid, program.c_str(), &actions, &attributes, pointersTo(words).data(),
                        pointersTo(variables).data());
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (errno == 0) return child;
    const Error error = systemError(fmt::format("{}: rank {} cannot be started", program.string(), rank));
    close(child.said);
    return std::unexpected(error);
}

std::string lastLine(int file)
{
    constexpr off_t kTail = 2048;
    const off_t size = lseek(file, 0, SEEK_END);
    std::string text(static_cast<std::size_t>(std::min(size, kTail)), '\0');
    if (pread(file, text.data(), text.size(), size - static_cast<off_t>(text.size())) < 0) return {};
    text.erase(text.find_last_not_of("\n ") + 1);
    return text.substr(text.rfind('\n') + 1);
}

std::string describe(const Child& child, int status)
{
    std::string text =
        WIFSIGNALED(status)
            ? fmt::format("(process {} of this machine) was killed by signal {}", child.pid, WTERMSIG(status))
            : fmt::format("(process {} of this machine) ended with exit code {}", child.pid,
                          WEXITSTATUS(status));
    if (const std::string said = lastLine(child.said); !said.empty()) text += ": " + said;
    return text;
}

} // namespace

struct LocalRanks::Impl {
    std::vector<Child> children;
    int listening = -1;
    std::uint16_t port = 0;

    bool lookAt(Child& child)
    {
        int status = 0;
        if (child.end.empty() && waitpid(child.pid, &status, WNOHANG) == child.pid)
            child.end = describe(child, status);
        return !child.end.empty();
    }

    bool allEnded()
    {
        return std::ranges::all_of(children, [this](Child& child) { return lookAt(child); });
    }

    ~Impl()
    {
        const auto deadline = Clock::now() + kGrace;
        while (!allEnded() && Clock::now() < deadline)
            std::this_thread::sleep_for(kLookEvery);
        for (Child& child : children) {
            if (!lookAt(child)) {
                kill(child.pid, SIGKILL);
                waitpid(child.pid, nullptr, 0);
            }
            close(child.said);
        }
    }
};

LocalRanks::LocalRanks(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
LocalRanks::LocalRanks(LocalRanks&&) noexcept = default;
LocalRanks::~LocalRanks() = default;

Result<LocalRanks> LocalRanks::start(const std::filesystem::path& program,
                                     const std::vector<std::string>& arguments, int size)
{
    const auto place = listenSomewhere();
    if (!place) return std::unexpected(place.error());
    auto impl = std::make_unique<Impl>();
    std::tie(impl->listening, impl->port) = *place;
    for (int rank = 1; rank < size; ++rank) {
        auto child = startRank(program, arguments, rank, size, impl->port);
        if (!child) {
            for (const Child& started : impl->children)
                kill(started.pid, SIGKILL);
            return std::unexpected(child.error());
        }
        impl->children.push_back(std::move(*child));
    }
    return LocalRanks(std::move(impl));
}

RankConfig LocalRanks::first() const
{
    const int size = static_cast<int>(m_impl->children.size()) + 1;
    RankConfig config{.rank = 0, .size = size, .localSize = size};
    config.masterPort = m_impl->port;
    config.listening = m_impl->listening;
    config.endedRanks = [impl = m_impl.get()] {
        EndedRanks ended;
        for (Child& child : impl->children)
            if (impl->lookAt(child)) ended[child.rank] = child.end;
        return ended;
    };
    return config;
}

bool followParent()
{
    const char* parent = std::getenv(kParent);
    if (parent == nullptr) return false;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // It may have gone before the request.
    if (std::to_string(getppid()) != parent) _exit(1);
    return true;
}

} // namespace boolab
