// SPDX-License-Identifier: Apache-2.0
#include "app/cli/stop_signals.h"

#include <csignal>
#include <unistd.h>

namespace boolab::cli
{

namespace
{

constexpr int kStoppedExitCode = 130;
volatile std::sig_atomic_t g_stop = 0;

void onSignal(int signal)
{
    if (g_stop != 0 && signal == SIGINT) _exit(kStoppedExitCode);
    g_stop = 1;
}

} // namespace

void installStopSignals()
{
    struct sigaction action = {};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    // No SA_RESTART: a wait for input ends.
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

bool stopRequested()
{
    return g_stop != 0;
}

} // namespace boolab::cli
