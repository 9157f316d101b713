// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_output.h"

#include "app/cli/output.h"
#include "app/cli/stop_signals.h"
#include "app/cli/terminal_observer.h"

#include <unistd.h>

namespace boolab::cli
{

void addBenchFlags(CLI::App& app, int& threads, CliFlags& flags)
{
    app.add_option("-t,--threads", threads, "CPU threads to compute with; 0 uses all.")
        ->check(CLI::Range(0, 4096))
        ->option_text("N [0]");
    addOutputFlags(app, flags);
}

int benchAndPrint(const CliFlags& flags, const std::function<Result<nlohmann::json>(JobObserver&)>& measure,
                  const std::function<std::string(const nlohmann::json&)>& table)
{
    Result<nlohmann::json> result;
    {
        TerminalObserver terminal(
            {.quiet = flags.quiet, .bar = isatty(STDERR_FILENO) == 1, .stopRequested = stopRequested});
        result = measure(terminal);
    }
    if (!result) return report(result.error(), flags.json);
    flags.json ? printJson(*result) : printText(table(*result));
    return 0;
}

} // namespace boolab::cli
