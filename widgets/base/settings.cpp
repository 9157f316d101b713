// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/settings.h"

#include <QMetaType>
#include <QStringList>

namespace boolab::ui
{

namespace
{

struct SettingSpec {
    QString name;
    QMetaType::Type type;
    QVariant defaultValue;
    QStringList allowed; ///< empty: anything of the type
};

const SettingSpec& specOf(Setting setting)
{
    const auto bytes = [](const char* name) {
        return SettingSpec{QLatin1String(name), QMetaType::QByteArray, QByteArray(), {}};
    };
    static const SettingSpec theme{
        QStringLiteral("window/theme"),
        QMetaType::QString,
        QStringLiteral("system"),
        {QStringLiteral("system"), QStringLiteral("light"), QStringLiteral("dark")}};
    static const SettingSpec page{
        QStringLiteral("window/page"), QMetaType::QString, QStringLiteral("welcome"), {}};
    static const SettingSpec geometry = bytes("window/geometry"), runsSplitter = bytes("runs/splitter"),
                             runsColumns = bytes("runs/columns");
    static const SettingSpec openFolder{
        QStringLiteral("files/open_folder"), QMetaType::QString, QString(), {}};
    static const SettingSpec tourSeen{QStringLiteral("window/tour_seen"),
                                      QMetaType::QString,
                                      QStringLiteral("no"),
                                      {QStringLiteral("no"), QStringLiteral("yes")}};
    static const SettingSpec playgroundModels{
        QStringLiteral("playground/models"), QMetaType::QString, QString(), {}};
    switch (setting) {
    case Setting::Theme:
        return theme;
    case Setting::Page:
        return page;
    case Setting::WindowGeometry:
        return geometry;
    case Setting::RunsSplitter:
        return runsSplitter;
    case Setting::RunsColumns:
        return runsColumns;
    case Setting::OpenFolder:
        return openFolder;
    case Setting::TourSeen:
        return tourSeen;
    case Setting::PlaygroundModels:
        return playgroundModels;
    }
    return page;
}

bool fits(const SettingSpec& spec, const QVariant& value)
{
    return value.typeId() == spec.type && (spec.allowed.isEmpty() || spec.allowed.contains(value.toString()));
}

} // namespace

Settings::Settings(const QString& file)
    : m_store(file.isEmpty() ? QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("boolab"),
                                         QStringLiteral("boolab"))
                                   .fileName()
                             : file,
              QSettings::IniFormat)
{
}

QVariant Settings::value(Setting setting) const
{
    const SettingSpec& spec = specOf(setting);
    const QVariant stored = m_store.value(spec.name);
    return fits(spec, stored) ? stored : spec.defaultValue;
}

void Settings::set(Setting setting, const QVariant& value)
{
    if (const SettingSpec& spec = specOf(setting); fits(spec, value)) m_store.setValue(spec.name, value);
}

} // namespace boolab::ui
