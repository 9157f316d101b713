// SPDX-License-Identifier: Apache-2.0
#include "app/window/window_options.h"

#include "core/base/system_info.h"
#include "core/store/experiment_store.h"

#include <QCommandLineParser>

namespace boolab::ui
{

namespace
{

const char* const kDatabase = "db";
const char* const kTheme = "theme";
const char* const kPage = "page";
const char* const kPrompt = "prompt";
const char* const kScreenshot = "screenshot";
const char* const kChart = "chart-png";
const char* const kRun = "run";
const char* const kCompare = "compare";
const char* const kRunWords = "latest, latest-finetune or the number of a run";

void declareOptions(QCommandLineParser& parser)
{
    parser.setApplicationDescription(
        QStringLiteral("The workbench for Boolean language models. Jobs run in boolab-cli."));
    parser.addPositionalArgument(QStringLiteral("path"),
                                 QStringLiteral("a model, a project or a text to open at once; with "
                                                "--page playground any number of models"),
                                 QStringLiteral("[MODEL|PROJECT]"));
    parser.addOptions({
        {{QStringLiteral("h"), QStringLiteral("help")}, QStringLiteral("print this")},
        {QStringLiteral("version"), QStringLiteral("print the version")},
        {kDatabase, QStringLiteral("experiment database"), QStringLiteral("FILE")},
        {kTheme, QStringLiteral("light, dark or system"), QStringLiteral("NAME")},
        {kPage, pageNames().join(QStringLiteral(", ")), QStringLiteral("NAME")},
        {kPrompt, QStringLiteral("asks the models in the playground at once"), QStringLiteral("TEXT")},
        {kScreenshot, QStringLiteral("write the window as a PNG of 1280 x 800 once it is loaded, and end"),
         QStringLiteral("FILE")},
        {kChart, QStringLiteral("write the chart of a run as a PNG, and end"), QStringLiteral("FILE")},
        {kRun, QStringLiteral("the run of --chart-png: ") + kRunWords, QStringLiteral("RUN"),
         QStringLiteral("latest")},
        {kCompare, QStringLiteral("compare runs at once: their numbers, or the name of a saved comparison"),
         QStringLiteral("3,6|NAME")},
    });
}

std::unexpected<Error> wrong(const char* option, const QString& value, const QString& expected)
{
    return fail(
        ErrorCode::Usage,
        QStringLiteral("--%1 %2: expected %3").arg(QLatin1String(option), value, expected).toStdString());
}

bool isRun(const QString& text)
{
    bool isNumber = false;
    return text == QLatin1String("latest") || text == QLatin1String("latest-finetune") ||
           (text.toLongLong(&isNumber) > 0 && isNumber);
}

} // namespace

Result<WindowOptions> parseWindowOptions(const QStringList& arguments)
{
    QCommandLineParser parser;
    declareOptions(parser);
    if (!parser.parse(arguments))
        return fail(ErrorCode::Usage, parser.errorText().toStdString(), "boolab --help lists the options.");
    WindowOptions options;
    if (parser.isSet(QStringLiteral("help"))) options.text = parser.helpText();
    if (parser.isSet(QStringLiteral("version")))
        options.text = QStringLiteral("boolab %1\n").arg(QString::fromStdString(boolabVersion()));
    for (const QString& path : parser.positionalArguments())
        options.open.emplace_back(path.toStdString());
    options.database = parser.isSet(kDatabase) ? std::filesystem::path(parser.value(kDatabase).toStdString())
                                               : defaultDatabasePath();
    options.theme = themeFromName(parser.value(kTheme));
    if (parser.isSet(kTheme) && !options.theme)
        return wrong(kTheme, parser.value(kTheme), QStringLiteral("light, dark or system"));
    options.page = pageOf(parser.value(kPage));
    if (parser.isSet(kPage) && !options.page)
        return wrong(kPage, parser.value(kPage), pageNames().join(QStringLiteral(", ")));
    options.prompt = parser.value(kPrompt);
    if (!options.prompt.isEmpty() && !parser.isSet(kPage)) options.page = Page::Playground;
    if (!options.prompt.isEmpty() && options.page != Page::Playground)
        return wrong(kPage, parser.value(kPage), QStringLiteral("playground, with --prompt"));
    options.screenshot = parser.value(kScreenshot);
    options.chart = parser.value(kChart);
    options.run = parser.value(kRun);
    options.compare = parser.value(kCompare);
    if (parser.isSet(kCompare) && options.compare.trimmed().isEmpty())
        return wrong(kCompare, options.compare, QStringLiteral("numbers of runs or a name"));
    if (!isRun(options.run)) return wrong(kRun, options.run, QLatin1String(kRunWords));
    return options;
}

} // namespace boolab::ui
