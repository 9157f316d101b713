// SPDX-License-Identifier: Apache-2.0
#include "app/window/page.h"

#include <QCoreApplication>
#include <iterator>

namespace boolab::ui
{

namespace
{

struct PageSpec {
    const char *name, *title;
};

constexpr PageSpec kPages[] = {{"welcome", QT_TRANSLATE_NOOP("Page", "Welcome")},
                               {"model", QT_TRANSLATE_NOOP("Page", "Model")},
                               {"convert", QT_TRANSLATE_NOOP("Page", "Convert")},
                               {"finetune", QT_TRANSLATE_NOOP("Page", "Finetune")},
                               {"evaluate", QT_TRANSLATE_NOOP("Page", "Evaluate")},
                               {"export", QT_TRANSLATE_NOOP("Page", "Export")},
                               {"playground", QT_TRANSLATE_NOOP("Page", "Playground")},
                               {"runs", QT_TRANSLATE_NOOP("Page", "Runs")},
                               {"compare", QT_TRANSLATE_NOOP("Page", "Compare")},
                               {"machine", QT_TRANSLATE_NOOP("Page", "Machine")}};
static_assert(std::size(kPages) == kPageCount);

} // namespace

QString nameOf(Page page)
{
    return QLatin1String(kPages[static_cast<int>(page)].name);
}

QString titleOf(Page page)
{
    return QCoreApplication::translate("Page", kPages[static_cast<int>(page)].title);
}

QKeySequence shortcutOf(Page page)
{
    const int digit = (static_cast<int>(page) + 1) % 10;
    return {QKeyCombination(Qt::CTRL, static_cast<Qt::Key>(Qt::Key_0 + digit))};
}

std::optional<Page> pageOf(const QString& name)
{
    const qsizetype index = pageNames().indexOf(name);
    if (index < 0) return std::nullopt;
    return static_cast<Page>(index);
}

QStringList pageNames()
{
    QStringList names;
    for (const PageSpec& page : kPages)
        names << QLatin1String(page.name);
    return names;
}

} // namespace boolab::ui
