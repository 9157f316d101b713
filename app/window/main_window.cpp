// SPDX-License-Identifier: Apache-2.0
#include "app/window/main_window.h"

#include "app/window/about_dialog.h"
#include "app/window/job_center.h"
#include "app/window/job_forms.h"
#include "app/window/path_text.h"
#include "app/window/window_menus.h"
#include "app/window/window_tour.h"
#include "widgets/base/banner.h"
#include "widgets/base/drop_veil.h"
#include "widgets/base/icons.h"
#include "widgets/base/navigation_list.h"
#include "widgets/base/status_line.h"
#include "widgets/base/store_queue.h"
#include "widgets/compare/compare_page.h"
#include "widgets/inspector/layer_inspectors.h"
#include "widgets/machine/machine_page.h"
#include "widgets/pages/convert_page.h"
#include "widgets/pages/job_form.h"
#include "widgets/pages/model_page.h"
#include "widgets/pages/welcome_page.h"
#include "widgets/playground/playground_page.h"
#include "widgets/runs/runs_list.h"
#include "widgets/runs/runs_page.h"
#include "widgets/tour/tour.h"

#include <algorithm>

#include <QCloseEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QScreen>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QTreeView>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

const char* const kMachineFile = "machine.json"; // beside the database
constexpr QSize kLeastSize(880, 600), kUsualSize(1280, 800),
    kWindowFrame(16, 48); // the frame: as much as a desktop may add

} // namespace

MainWindow::MainWindow(const WindowConfig& config, QWidget* parent)
    : QMainWindow(parent), m_config(config), m_settings(config.settingsFile),
      m_theme(config.theme.value_or(themeFromName(m_settings.text(Setting::Theme)).value_or(Theme::System))),
      m_store(new StoreQueue(config.database, this)),
      m_jobs(new JobCenter(config.cli, config.database, *m_store, this)),
      m_inspectors(new LayerInspectors(config.cli, config.database, *m_store, this)),
      m_navigation(new NavigationList), m_stack(new QStackedWidget), m_banner(new Banner),
      m_welcome(new WelcomePage), m_model(new ModelPage), m_forms(new JobForms(cacheFolder(), this)),
      m_playground(new PlaygroundPage(config.cli, *m_store)), m_runs(new RunsPage(config.database)),
      m_compare(new ComparePage(config.database)),
      m_machine(new MachinePage(config.cli, config.database.parent_path() / kMachineFile))
{
    applyTheme(m_theme);
    setWindowTitle(tr("Boolab"));
    setWindowIcon(applicationIcon());
    setAcceptDrops(true);
    setCentralWidget(makeCentre());
    const int page = std::max(m_forms->leastWidth(), m_playground->minimumSizeHint().width());
    setMinimumSize(kLeastSize.expandedTo({m_navigation->minimumWidth() + page, 0}));
    makeStatusBar();
    addMenus(*this);
    connectPages();
    connectRuns();
    connectCompare();
    m_veil = new DropVeil(this);
    m_tour = new Tour(this);
    connect(m_tour, &Tour::ended, this, [this] { m_settings.set(Setting::TourSeen, QStringLiteral("yes")); });
    m_welcome->setSampleProject(pathText(config.sampleProject));
    m_store->readRecentModels();
    restore();
}

QWidget* MainWindow::makeCentre()
{
    QWidget* const pages[kPageCount] = {m_welcome,
                                        m_model,
                                        m_forms->convertPage(),
                                        m_forms->form(JobKind::Finetune),
                                        m_forms->form(JobKind::Evaluate),
                                        m_forms->form(JobKind::Export),
                                        m_playground,
                                        m_runs,
                                        m_compare,
                                        m_machine};
    for (int i = 0; i < kPageCount; ++i) {
        const Page page = static_cast<Page>(i);
        m_stack->addWidget(pages[i]);
        m_navigation->addPage(
            titleOf(page), nameOf(page),
            tr("%1 (%2)").arg(titleOf(page), shortcutOf(page).toString(QKeySequence::NativeText)));
    }
    m_navigation->setObjectName(QStringLiteral("navigation"));
    connect(m_navigation, &QListWidget::currentRowChanged, this, [this](int row) {
        m_stack->setCurrentIndex(row);
        if (m_banner->kind() != Banner::Kind::Error) m_banner->hide(); // it spoke of the page before
    });
    auto* centre = new QWidget;
    auto* right = new QVBoxLayout;
    right->setSpacing(0);
    auto* notice = new QHBoxLayout;
    notice->setContentsMargins(12, 0, 12, 0);
    notice->addWidget(m_banner);
    right->addSpacing(8);
    right->addLayout(notice);
    right->addWidget(m_stack, 1);
    auto* row = new QHBoxLayout(centre);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_navigation);
    row->addLayout(right, 1);
    return centre;
}

void MainWindow::makeStatusBar()
{
    setStatusBar(new StatusLine);
    auto* database = new QLabel(tr("Database: %1").arg(pathText(m_config.database)));
    database->setObjectName(QStringLiteral("database"));
    database->setTextFormat(Qt::PlainText);
    database->setTextInteractionFlags(Qt::TextSelectableByMouse);
    database->setToolTip(tr("Where runs are recorded (boolab --db FILE names another)"));
    statusBar()->addPermanentWidget(database);
}

void MainWindow::restore()
{
    resize(kUsualSize.boundedTo(screen()->availableSize() - kWindowFrame));
    restoreGeometry(m_settings.bytes(Setting::WindowGeometry));
    if (auto* splitter = m_runs->findChild<QSplitter*>(QStringLiteral("runsSplitter")))
        splitter->restoreState(m_settings.bytes(Setting::RunsSplitter));
    if (auto* list = m_runs->findChild<RunsList*>())
        list->restoreColumns(m_settings.bytes(Setting::RunsColumns));
    m_playground->setLastModels(
        m_settings.text(Setting::PlaygroundModels).split(QLatin1Char('\n'), Qt::SkipEmptyParts));
    showPage(pageOf(m_settings.text(Setting::Page)).value_or(Page::Welcome));
}

void MainWindow::rememberLayout()
{
    m_settings.set(Setting::WindowGeometry, saveGeometry());
    m_settings.set(Setting::Page, nameOf(page()));
    if (const QStringList models = m_playground->models(); !models.isEmpty())
        m_settings.set(Setting::PlaygroundModels, models.join(QLatin1Char('\n')));
    if (const auto* splitter = m_runs->findChild<QSplitter*>(QStringLiteral("runsSplitter")))
        m_settings.set(Setting::RunsSplitter, splitter->saveState());
    if (const auto* list = m_runs->findChild<RunsList*>())
        m_settings.set(Setting::RunsColumns, list->view()->header()->saveState());
}

void MainWindow::showPage(Page page)
{
    m_navigation->setCurrentRow(static_cast<int>(page));
}

Page MainWindow::page() const
{
    return static_cast<Page>(m_stack->currentIndex());
}

bool MainWindow::isReading() const
{
    return m_reading > 0 || m_machine->isReading() || m_compare->isReading() || m_playground->isAtWork();
}

void MainWindow::ask(const QString& prompt)
{
    showPage(Page::Playground);
    m_playground->ask(prompt);
}

void MainWindow::setTheme(Theme theme)
{
    m_theme = theme;
    m_settings.set(Setting::Theme, themeName(theme));
    applyTheme(theme);
}

void MainWindow::showAbout()
{
    auto* dialog = new AboutDialog(this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::startTour()
{
    m_tour->start(windowTour(*this));
}

void MainWindow::tell(const QString& text)
{
    constexpr int kMessageMs = 8000;
    statusBar()->showMessage(text, kMessageMs);
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    rememberLayout();
    QMainWindow::closeEvent(event);
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    const bool isNew = m_config.greetNewcomers && m_settings.text(Setting::TourSeen) != QLatin1String("yes");
    if (!isNew || event->spontaneous()) return;
    m_config.greetNewcomers = false;
    QTimer::singleShot(0, this, &MainWindow::startTour); // once the pages have their places
}

void MainWindow::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape)
        m_banner->hide();
    else
        QMainWindow::keyPressEvent(event);
}

} // namespace boolab::ui
