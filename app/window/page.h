// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QKeySequence>
#include <QString>
#include <QStringList>
#include <optional>

namespace boolab::ui
{

/// The window's pages, in the order of the navigation list.
enum class Page { Welcome, Model, Convert, Finetune, Evaluate, Export, Playground, Runs, Compare, Machine };
inline constexpr int kPageCount = 10;

QString nameOf(Page page); ///< on the command line and in the settings: "welcome"
QString titleOf(Page page);
QKeySequence shortcutOf(Page page); ///< Ctrl+1 … Ctrl+9, Ctrl+0
std::optional<Page> pageOf(const QString& name);
QStringList pageNames();

} // namespace boolab::ui
