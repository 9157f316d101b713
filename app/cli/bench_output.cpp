// SPDX-License-Identifier: Apache-2.0
#include "app/cli/bench_output.h"

#include "app/cli/output.h"
#include "app/cli/stop_signals.h"
#include "app/cli/terminal_observer.h"

#include <unistd.h>

namespace boolab::cli
{

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
