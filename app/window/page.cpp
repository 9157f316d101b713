// SPDX-License-Identifier: Apache-2.0
#include "app/window/page.h"

#include <QCoreApplication>

namespace boolab::ui
{

QString nameOf(Page page)
{
    return pageNames().at(static_cast<int>(page));
}

QString titleOf(Page page)
{
    static const char* const kTitles[kPageCount] = {
        QT_TRANSLATE_NOOP("Page", "Welcome"),  QT_TRANSLATE_NOOP("Page", "Model"),
        QT_TRANSLATE_NOOP("Page", "Convert"),  QT_TRANSLATE_NOOP("Page", "Finetune"),
        QT_TRANSLATE_NOOP("Page", "Evaluate"), QT_TRANSLATE_NOOP("Page", "Export"),
        QT_TRANSLATE_NOOP("Page", "Runs"),     QT_TRANSLATE_NOOP("Page", "Machine")};
    return QCoreApplication::translate("Page", kTitles[static_cast<int>(page)]);
}

std::optional<Page> pageOf(const QString& name)
{
    const qsizetype index = pageNames().indexOf(name);
    if (index < 0) return std::nullopt;
    return static_cast<Page>(index);
}

QStringList pageNames()
{
    return {QStringLiteral("welcome"),  QStringLiteral("model"),    QStringLiteral("convert"),
            QStringLiteral("finetune"), QStringLiteral("evaluate"), QStringLiteral("export"),
            QStringLiteral("runs"),     QStringLiteral("machine")};
}

} // namespace boolab::ui
