// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSettings>
#include <QVariant>

namespace boolab::ui
{

enum class Setting {
    Theme,
    Page,
    WindowGeometry,
    RunsSplitter,
    RunsColumns,
    OpenFolder,
    TourSeen,
    PlaygroundModels, ///< paths, a line each
};

/// What the window remembers between starts. One table (settings.cpp) says how each is stored, its type, its
/// default and what it may be; what a file holds beside that counts as never set.
class Settings
{
public:
    /// In `file`, or where it is empty in the user's own place.
    explicit Settings(const QString& file = {});

    QString text(Setting setting) const { return value(setting).toString(); }
    QByteArray bytes(Setting setting) const { return value(setting).toByteArray(); }
    QVariant value(Setting setting) const;
    void set(Setting setting, const QVariant& value);

private:
    QSettings m_store;
};

} // namespace boolab::ui
