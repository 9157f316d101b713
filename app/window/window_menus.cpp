// SPDX-License-Identifier: Apache-2.0
#include "app/window/window_menus.h"

#include "app/window/main_window.h"

#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>

namespace boolab::ui
{

namespace
{

void addFileMenu(MainWindow& window)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&File"));
    menu->addAction(MainWindow::tr("&Open…"), QKeySequence::Open, &window, &MainWindow::openFile);
    menu->addAction(MainWindow::tr("Open &Folder…"), QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O), &window,
                    &MainWindow::openFolder);
    menu->addSeparator();
    menu->addAction(MainWindow::tr("&Quit"), QKeySequence(Qt::CTRL | Qt::Key_Q), &window, &QWidget::close);
}

void addThemeMenu(MainWindow& window, QMenu* view)
{
    QMenu* menu = view->addMenu(MainWindow::tr("&Theme"));
    auto* group = new QActionGroup(menu);
    const std::pair<Theme, QString> themes[] = {{Theme::System, MainWindow::tr("&System")},
                                                {Theme::Light, MainWindow::tr("&Light")},
                                                {Theme::Dark, MainWindow::tr("&Dark")}};
    for (const auto& [theme, title] : themes) {
        QAction* action = menu->addAction(title);
        action->setObjectName(QStringLiteral("theme_") + themeName(theme));
        action->setCheckable(true);
        action->setChecked(theme == window.theme());
        group->addAction(action);
        QObject::connect(action, &QAction::triggered, &window,
                         [&window, chosen = theme] { window.setTheme(chosen); });
    }
}

void addViewMenu(MainWindow& window)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&View"));
    for (int i = 0; i < kPageCount; ++i) {
        const Page page = static_cast<Page>(i);
        menu->addAction(titleOf(page), shortcutOf(page), &window, [&window, page] { window.showPage(page); });
    }
    menu->addSeparator();
    addThemeMenu(window, menu);
}

void addHelpMenu(MainWindow& window)
{
    QMenu* menu = window.menuBar()->addMenu(MainWindow::tr("&Help"));
    menu->addAction(MainWindow::tr("&Tour of the window"), &window, &MainWindow::startTour)
        ->setObjectName(QStringLiteral("startTour"));
    menu->addAction(MainWindow::tr("&Shortcuts and about"), QKeySequence(Qt::Key_F1), &window,
                    &MainWindow::showAbout);
}

} // namespace

void addMenus(MainWindow& window)
{
    addFileMenu(window);
    addViewMenu(window);
    addHelpMenu(window);
}

} // namespace boolab::ui
