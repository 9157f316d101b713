// SPDX-License-Identifier: Apache-2.0
// boolab-cli: everything that Boolab does, from a terminal or a script, and as the window's engine.
#include "app/cli/arguments.h"
#include "app/cli/command.h"
#include "app/cli/output.h"
#include "app/cli/stop_signals.h"
#include "core/base/system_info.h"
#include "core/engine/run_job.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>

namespace
{

using namespace boolab;
using namespace boolab::cli;

int dispatch(const std::vector<std::string>& arguments)
{
    CLI::App app("Boolean language models: convert, finetune, evaluate, generate, export.", "boolab-cli");
    app.require_subcommand(1);
    app.set_version_flag("-V,--version", [] {
        return fmt::format("boolab {}, LibTorch {}", boolabVersion(), libtorchVersion());
    });
    const std::vector<Command> commands = {
        addInspect(app), addConvert(app), addFinetune(app), addEvaluate(app), addGenerate(app),
        addSweep(app),   addExport(app),  addRun(app),      addRuns(app),     addBench(app)};
    try {
        if (auto parsed = parseArguments(app, arguments); !parsed)
            return report(parsed.error(), std::ranges::find(arguments, "--json") != arguments.end());
    } catch (const CLI::Success& success) {
        return app.exit(success);
    }
    for (const Command& command : commands)
        if (command.app->parsed()) return command.run();
    return exitCode(ErrorCode::Usage);
}

} // namespace

int main(int argc, char** argv)
{
    installStopSignals();
    try {
        return dispatch({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        return report({ErrorCode::Internal, fmt::format("unexpected failure: {}", error.what()),
                       "Please report this with the command line."});
    }
}
