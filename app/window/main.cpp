// SPDX-License-Identifier: Apache-2.0
#include "app/window/chart_command.h"
#include "app/window/main_window.h"
#include "app/window/screenshot.h"
#include "app/window/window_options.h"

#include <QApplication>
#include <QDir>
#include <QFileInfo>

#include <cstdio>
#include <fmt/format.h>

using namespace boolab;
using namespace boolab::ui;

namespace
{

bool hasDisplay()
{
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

int report(const Error& error)
{
    fmt::print(stderr, "boolab: {}\n", error.text());
    return error.code == ErrorCode::Usage ? exitCode(error.code) : 1;
}

/// Beside the program in a checkout's build folder or in an installation; empty where there is none.
std::filesystem::path findSampleProject()
{
    for (const char* place : {"../../projects/smollm2-135m", "../../../projects/smollm2-135m",
                              "../share/boolab/projects/smollm2-135m"}) {
        const QString folder = QDir(QCoreApplication::applicationDirPath()).filePath(QLatin1String(place));
        if (QFileInfo::exists(folder + QStringLiteral("/project.json")))
            return QDir::cleanPath(folder).toStdString();
    }
    return {};
}

int runWindow(const WindowOptions& options)
{
    MainWindow window(
        {.database = options.database,
         .cli = (QCoreApplication::applicationDirPath() + QStringLiteral("/boolab-cli")).toStdString(),
         .sampleProject = findSampleProject(),
         .settingsFile = {},
         .theme = options.theme,
         .greetNewcomers = options.screenshot.isEmpty() && options.open.empty()});
    window.open(options.open, options.page);
    if (!options.compare.isEmpty()) window.compare(options.compare);
    if (!options.prompt.isEmpty()) window.ask(options.prompt);
    if (options.screenshot.isEmpty())
        window.show();
    else
        takeScreenshot(window, options.screenshot);
    return QApplication::exec();
}

} // namespace

int main(int argc, char** argv)
{
    const bool isVisible = hasDisplay();
    if (!isVisible) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("boolab"));
    QApplication::setDesktopFileName(QStringLiteral("boolab"));

    const auto options = parseWindowOptions(QApplication::arguments());
    if (!options) return report(options.error());
    if (!options->text.isEmpty()) {
        fmt::print("{}", options->text.toStdString());
        return 0;
    }
    if (!options->chart.isEmpty()) {
        if (const auto written = writeChart(options->database, options->run, options->chart); !written)
            return report(written.error());
        fmt::print("{}\n", options->chart.toStdString());
        return 0;
    }
    if (!isVisible && options->screenshot.isEmpty())
        return report({ErrorCode::Io, "There is no display to open a window on.",
                       "boolab-cli does the same jobs in a terminal; --screenshot FILE draws the window."});
    return runWindow(*options);
}
