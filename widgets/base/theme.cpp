// SPDX-License-Identifier: Apache-2.0
#include "widgets/base/theme.h"

#include <QApplication>
#include <QStyle>

#include "widgets/base/text_look.h"
#include "widgets/base/workbench_style.h"

namespace boolab::ui
{

namespace
{

struct Shades {
    QRgb window, base, alternate, text, faint, button, border, accent, accentText, link;
};

QPalette makePalette(const Shades& shades)
{
    const QColor text(shades.text), faint(shades.faint), border(shades.border);
    QPalette palette(QColor(shades.button), QColor(shades.window));
    palette.setColor(QPalette::Window, QColor(shades.window));
    palette.setColor(QPalette::Base, QColor(shades.base));
    palette.setColor(QPalette::AlternateBase, QColor(shades.alternate));
    palette.setColor(QPalette::Button, QColor(shades.button));
    palette.setColor(QPalette::ToolTipBase, QColor(shades.base));
    palette.setColor(QPalette::Mid, border);
    palette.setColor(QPalette::Highlight, QColor(shades.accent));
    palette.setColor(QPalette::HighlightedText, QColor(shades.accentText));
    palette.setColor(QPalette::Link, QColor(shades.link));
    palette.setColor(QPalette::LinkVisited, QColor(shades.link));
    palette.setColor(QPalette::PlaceholderText, faint);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText}) {
        palette.setColor(role, text);
        palette.setColor(QPalette::Disabled, role, faint);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, border);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, faint);
    return palette;
}

/// Asked once, before a palette of ours hides the answer.
bool desktopIsDark()
{
    static const bool dark =
        isDark(QApplication::palette()) || isDark(QApplication::style()->standardPalette());
    return dark;
}

} // namespace

QString themeName(Theme theme)
{
    switch (theme) {
    case Theme::System:
        return QStringLiteral("system");
    case Theme::Light:
        return QStringLiteral("light");
    case Theme::Dark:
        return QStringLiteral("dark");
    }
    return {};
}

std::optional<Theme> themeFromName(const QString& name)
{
    for (const Theme theme : {Theme::System, Theme::Light, Theme::Dark})
        if (name == themeName(theme)) return theme;
    return std::nullopt;
}

QPalette lightPalette()
{
    return makePalette({.window = 0xfff4f6f9,
                        .base = 0xffffffff,
                        .alternate = 0xfff7f9fc,
                        .text = 0xff1b2330,
                        .faint = 0xff667085,
                        .button = 0xffffffff,
                        .border = 0xffd3d9e2,
                        .accent = 0xff2457c5,
                        .accentText = 0xffffffff,
                        .link = 0xff1f4fb8});
}

QPalette darkPalette()
{
    return makePalette({.window = 0xff15181e,
                        .base = 0xff1d2129,
                        .alternate = 0xff21262f,
                        .text = 0xffe7eaf0,
                        .faint = 0xff949daf,
                        .button = 0xff2a303b,
                        .border = 0xff3b4350,
                        .accent = 0xff3566cc,
                        .accentText = 0xffffffff,
                        .link = 0xff86b0ff});
}

void applyTheme(Theme theme)
{
    const bool dark = theme == Theme::Dark || (theme == Theme::System && desktopIsDark());
    desktopIsDark(); // before our palette is set, whatever the theme
    if (qobject_cast<WorkbenchStyle*>(QApplication::style()) == nullptr)
        QApplication::setStyle(new WorkbenchStyle);
    QApplication::setPalette(dark ? darkPalette() : lightPalette());
}

} // namespace boolab::ui
