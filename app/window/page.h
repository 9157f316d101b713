// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <QStringList>
#include <optional>

namespace boolab::ui
{

/// The window's pages, in the order of the navigation list.
enum class Page { Welcome, Model, Convert, Finetune, Evaluate, Export, Runs, Machine };
inline constexpr int kPageCount = 8;

QString nameOf(Page page); ///< on the command line and in the settings: "welcome"
QString titleOf(Page page);
std::optional<Page> pageOf(const QString& name);
QStringList pageNames();

} // namespace boolab::ui
