// SPDX-License-Identifier: Apache-2.0
#include "app/window/about_dialog.h"

#include "app/window/page.h"
#include "core/base/system_info.h"
#include "kernels/isa.h"
#include "widgets/base/text_look.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

QLayout* shortcutList()
{
    constexpr Page kLast = static_cast<Page>(kPageCount - 1);
    QStringList pages;
    for (int i = 0; i < kPageCount; ++i)
        pages << titleOf(static_cast<Page>(i));
    const std::pair<QString, QString> shortcuts[] = {
        {QStringLiteral("Ctrl+O"), AboutDialog::tr("Open a model, project or text file")},
        {QStringLiteral("Ctrl+Shift+O"), AboutDialog::tr("Open a model folder or a project")},
        {QStringLiteral("%1 … %2").arg(shortcutOf(Page{}).toString(), shortcutOf(kLast).toString()),
         pages.join(QStringLiteral(", "))},
        {QStringLiteral("Ctrl+Enter"),
         AboutDialog::tr("Start the job of a form, run the playground's prompt")},
        {QStringLiteral("Esc"), AboutDialog::tr("Dismiss a message, stop the playground's answers")},
        {QStringLiteral("F2, Del, Ctrl+Z"), AboutDialog::tr("In Runs: rename, delete, undo")},
        {QStringLiteral("P, A, T"), AboutDialog::tr("In Runs: pin, archive, tag the selected runs")},
        {QStringLiteral("C, Shift+C"),
         AboutDialog::tr("In Runs: compare the selected runs, or collect them for later")},
        {QStringLiteral("B, Del"), AboutDialog::tr("In Compare: the baseline, take a run out")},
        {QStringLiteral("Alt+←, Alt+→"), AboutDialog::tr("In the layer inspector: previous and next layer")},
        {QStringLiteral("Tab, Shift+Tab"), AboutDialog::tr("Next and previous field")},
        {QStringLiteral("Ctrl+Q"), AboutDialog::tr("Close the window; runs go on")},
        {QStringLiteral("F1"), AboutDialog::tr("This list")},
    };
    auto* list = new QFormLayout;
    list->setHorizontalSpacing(20);
    for (const auto& [keys, what] : shortcuts) {
        auto* label = new QLabel(keys);
        setTextScale(label, 1.0, true);
        list->addRow(label, new QLabel(what));
    }
    return list;
}

} // namespace

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent)
{
    setWindowTitle(tr("Boolab"));
    auto* title = new QLabel(tr("Boolab %1").arg(QString::fromStdString(boolabVersion())));
    setTextScale(title, 1.5, true);
    auto* about = new QLabel(
        tr("A workbench for Boolean language models.\nQt %1 · Boolean ops on %2 · Apache License 2.0")
            .arg(QString::fromLatin1(qVersion()), QString::fromStdString(kernels::active_isa())));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 16);
    column->setSpacing(14);
    column->addWidget(title);
    column->addLayout(shortcutList());
    column->addWidget(about);
    column->addWidget(buttons);
}

} // namespace boolab::ui
