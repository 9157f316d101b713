// SPDX-License-Identifier: Apache-2.0
#include "app/window/main_window.h"

#include "app/window/about_dialog.h"
#include "app/window/compare_drop.h"
#include "app/window/job_center.h"
#include "app/window/job_forms.h"
#include "app/window/window_menus.h"
#include "app/window/window_tour.h"
#include "core/jobs/job.h"
#include "core/store/experiment_store.h"
#include "widgets/allocation/allocation_page.h"
#include "widgets/base/banner.h"
#include "widgets/base/drop_veil.h"
#include "widgets/base/dropped_paths.h"
#include "widgets/base/icons.h"
#include "widgets/base/navigation_list.h"
#include "widgets/base/pick_path.h"
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

#include <algorithm>

#include <QClipboard>
#include <QCloseEvent>
#include <QDateTime>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMimeData>
#include <QRegularExpression>
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

constexpr int kMessageMs = 8000;
const char* const kMachineFile = "machine.json"; // beside the database
constexpr QSize kLeastSize(880, 600), kUsualSize(1280, 800),
    kWindowFrame(16, 48); // the frame: as much as a desktop may add

QString toText(const std::filesystem::path& path)
{
    return QString::fromStdString(path.string());
}

/// A clone is another run: "48 steps" becomes "48 steps (2)", and that "48 steps (3)".
Job withNewName(Job job)
{
    static const QRegularExpression counted(QStringLiteral("^(.*) \\((\\d{1,6})\\)$"));
    const QString name = QString::fromStdString(job.text("name"));
    if (name.isEmpty()) return job;
    const auto match = counted.match(name);
    const QString next =
        match.hasMatch() ? QStringLiteral("%1 (%2)").arg(match.captured(1)).arg(match.captured(2).toInt() + 1)
                         : QStringLiteral("%1 (2)").arg(name);
    (void)job.set("name", next.toStdString()); // a text that was one before
    return job;
}

ModelRecord recordOf(const OpenedModel& model)
{
    std::error_code ignored;
    const auto absolute = std::filesystem::absolute(model.path, ignored);
    return {.path = absolute.lexically_normal().string(),
            .kind = model.inspection.value("kind", ""),
            .architecture = model.inspection.value("architecture", ""),
            .parameters = model.inspection.value("parameters", std::int64_t{0}),
            .fileBytes = model.inspection.value("file_bytes", std::int64_t{0}),
            .openedAt = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000};
}

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
    m_welcome->setSampleProject(toText(config.sampleProject));
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
    auto* database = new QLabel(tr("Database: %1").arg(toText(m_config.database)));
    database->setObjectName(QStringLiteral("database"));
    database->setTextFormat(Qt::PlainText);
    database->setTextInteractionFlags(Qt::TextSelectableByMouse);
    database->setToolTip(tr("Where runs are recorded (boolab --db FILE names another)"));
    statusBar()->addPermanentWidget(database);
}

void MainWindow::connectPages()
{
    connect(m_welcome, &WelcomePage::openFileRequested, this, &MainWindow::openFile);
    connect(m_welcome, &WelcomePage::openFolderRequested, this, &MainWindow::openFolder);
    connect(m_welcome, &WelcomePage::pathChosen, this,
            [this](const QString& path) { open({path.toStdString()}); });
    connect(m_model, &ModelPage::openRequested, this, &MainWindow::openFile);
    connect(m_machine, &MachinePage::openRequested, this, &MainWindow::openFile);
    connect(m_model, &ModelPage::convertRequested, this, &MainWindow::fillConvert);
    connect(m_model, &ModelPage::finetuneRequested, this, &MainWindow::fillFinetune);
    connect(m_model, &ModelPage::evaluateRequested, this, [this] { fillEvaluate(m_model->path()); });
    connect(m_model, &ModelPage::exportRequested, this, [this] { fillExport(m_model->path()); });
    connect(m_model, &ModelPage::playgroundRequested, this,
            [this] { playWith({m_model->path().toStdString()}); });
    connect(m_playground, &PlaygroundPage::modelAdded, this,
            [this](const OpenedModel& model) { m_store->rememberModel(recordOf(model)); });
    connect(m_store, &StoreQueue::recentModelsRead, m_playground, &PlaygroundPage::setRecentModels);
    connect(m_model, &ModelPage::inspectRequested, this, [this](const QString& layer) {
        m_inspectors->show(
            {.model = m_model->path(), .layer = layer, .original = {}, .text = {}, .unavailable = {}});
    });
    connect(m_store, &StoreQueue::recentModelsRead, m_welcome, &WelcomePage::setRecentModels);
    connect(m_store, &StoreQueue::relativesFound, this, &MainWindow::fillRelatives);
    connect(m_store, &StoreQueue::failed, this,
            [this](const QString& text) { statusBar()->showMessage(text, kMessageMs); });
    connect(m_forms->convertPage()->allocation(), &AllocationPage::told, this,
            [this](const QString& text) { statusBar()->showMessage(text, kMessageMs); });
    connect(m_forms, &JobForms::startRequested, this, &MainWindow::start);
    if (m_config.database != defaultDatabasePath()) m_forms->setDatabase(toText(m_config.database));
}

void MainWindow::connectRuns()
{
    connect(m_runs, &RunsPage::resumeRequested, m_jobs, &JobCenter::resume);
    connect(m_runs, &RunsPage::extendRequested, m_jobs, &JobCenter::extend);
    connect(m_runs, &RunsPage::runAgainRequested, this, &MainWindow::start);
    connect(m_runs, &RunsPage::cloneRequested, this, [this](const Job& job) { showJob(withNewName(job)); });
    connect(m_runs, &RunsPage::inspectRequested, m_inspectors, &LayerInspectors::show);
    connect(m_runs, &RunsPage::evaluateRequested, this, &MainWindow::showJob);
    connect(m_runs, &RunsPage::exportRequested, this, &MainWindow::fillExport);
    connect(m_runs, &RunsPage::playgroundRequested, this,
            [this](const QString& model) { playWith({model.toStdString()}); });
    connect(m_runs, &RunsPage::statusChanged, this,
            [this](const QString& text) { statusBar()->showMessage(text, kMessageMs); });
    connect(m_jobs, &JobCenter::started, this, [this](const QString& what) {
        statusBar()->showMessage(tr("Started: %1").arg(what), kMessageMs);
        m_banner->hide();
        showPage(Page::Runs);
        m_runs->setFocus();
    });
    connect(m_jobs, &JobCenter::queued, this, [this](const QString& behind) {
        m_banner->tell(
            Banner::Kind::Info,
            tr("It waits for “%1”, which is at work on the same device. “Start now” above its charts "
               "starts it at once.")
                .arg(behind));
    });
    connect(m_jobs, &JobCenter::failed, this,
            [this](const QString& message) { m_banner->tell(Banner::Kind::Error, message); });
    connect(m_jobs, &JobCenter::runAppeared, m_runs, &RunsPage::showRun);
}

void MainWindow::connectCompare()
{
    auto* drop = new CompareDrop(m_navigation, static_cast<int>(Page::Compare));
    connect(drop, &CompareDrop::dropped, this,
            [this](const std::vector<RunId>& ids) { addToComparison(ids, true); });
    connect(drop, &CompareDrop::hovered, this, [this] { showPage(Page::Compare); });
    connect(m_runs, &RunsPage::compareRequested, this, &MainWindow::addToComparison);
    connect(m_compare, &ComparePage::runsPageRequested, this, [this] { showPage(Page::Runs); });
    connect(m_compare, &ComparePage::runRequested, this, [this](RunId id) {
        m_runs->showRun(id);
        showPage(Page::Runs);
    });
    connect(m_compare, &ComparePage::statusChanged, this,
            [this](const QString& text) { statusBar()->showMessage(text, kMessageMs); });
}

void MainWindow::addToComparison(const std::vector<RunId>& ids, bool show)
{
    m_compare->addRuns(ids);
    if (show) showPage(Page::Compare);
}

void MainWindow::compare(const QString& runs)
{
    showPage(Page::Compare);
    std::vector<RunId> ids;
    for (const QString& number : runs.split(QLatin1Char(','))) {
        bool isNumber = false;
        const RunId id = number.trimmed().toLongLong(&isNumber);
        if (!isNumber) return m_compare->openSaved(runs);
        ids.push_back(id);
    }
    m_compare->addRuns(ids);
}

void MainWindow::restore()
{
    resize(kUsualSize.boundedTo(screen()->availableSize() - kWindowFrame));
    restoreGeometry(m_settings.bytes(Setting::WindowGeometry));
    if (auto* splitter = m_runs->findChild<QSplitter*>(QStringLiteral("runsSplitter")))
        splitter->restoreState(m_settings.bytes(Setting::RunsSplitter));
    if (auto* list = m_runs->findChild<RunsList*>())
        list->view()->header()->restoreState(m_settings.bytes(Setting::RunsColumns));
    showPage(pageOf(m_settings.text(Setting::Page)).value_or(Page::Welcome));
}

void MainWindow::rememberLayout()
{
    m_settings.set(Setting::WindowGeometry, saveGeometry());
    m_settings.set(Setting::Page, nameOf(page()));
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

void MainWindow::openFile()
{
    const QString path = pickPath(this, tr("Open a model, a project or a text"), PickPath::ExistingFile,
                                  m_settings.text(Setting::OpenFolder));
    if (path.isEmpty()) return;
    m_settings.set(Setting::OpenFolder, QFileInfo(path).absolutePath());
    open({path.toStdString()});
}

void MainWindow::openFolder()
{
    const QString path = pickPath(this, tr("Open a model folder or a project"), PickPath::ExistingFolder,
                                  m_settings.text(Setting::OpenFolder));
    if (path.isEmpty()) return;
    m_settings.set(Setting::OpenFolder, QFileInfo(path).absolutePath());
    open({path.toStdString()});
}

void MainWindow::open(const std::vector<std::filesystem::path>& paths, std::optional<Page> then)
{
    if (then) showPage(*then);
    if (then == Page::Playground && !paths.empty()) return playWith(paths);
    if (!paths.empty()) read(paths, then, then);
}

void MainWindow::read(const std::vector<std::filesystem::path>& paths, std::optional<Page> onto,
                      std::optional<Page> then)
{
    ++m_reading;
    m_banner->hide();
    m_model->showReading(toText(paths.front().filename()));
    m_background.run([paths] { return openDropped(paths); },
                     [this, onto, then](const Opened& opened) {
                         --m_reading;
                         m_model->stopReading();
                         take(opened, onto);
                         if (then) showPage(*then);
                     });
}

void MainWindow::take(const Opened& opened, std::optional<Page> onto)
{
    if (const auto* model = std::get_if<OpenedModel>(&opened)) return showModel(*model, onto);
    if (const auto* project = std::get_if<OpenedProject>(&opened)) return showProject(*project);
    if (const auto* job = std::get_if<Job>(&opened)) return showJob(*job);
    if (const auto* rejected = std::get_if<DropRejected>(&opened))
        return m_banner->tell(Banner::Kind::Error, QString::fromStdString(rejected->reason));
    std::filesystem::path what;
    JobForms::Place place;
    if (const auto* tasks = std::get_if<OpenedTasks>(&opened)) {
        what = tasks->folder;
        place = m_forms->takeTasks(toText(tasks->folder), tasks->tasks);
    } else {
        what = std::get<DroppedDataset>(opened).path;
        place = m_forms->takeText(onto.value_or(Page::Finetune), toText(what));
    }
    showPage(place.page);
    tellPlace(what, place.field);
}

void MainWindow::showModel(const OpenedModel& model, std::optional<Page> onto)
{
    m_model->showModel(model);
    m_machine->showModel(model);
    m_playground->setOpenModel(m_model->path());
    setWindowTitle(tr("%1 – Boolab").arg(toText(model.path.filename())));
    m_store->rememberModel(recordOf(model));
    const auto place = onto ? m_forms->takeModel(*onto, m_model->path(), m_model->isBoolean()) : std::nullopt;
    if (place)
        tellPlace(model.path, place->field);
    else if (onto != Page::Machine) // it shows there what it takes
        showPage(Page::Model);
}

void MainWindow::showProject(const OpenedProject& opened)
{
    const Project& project = opened.project;
    m_forms->takeDefaults(project.jobs);
    if (opened.model) showModel(*opened.model, {});
    if (!opened.modelProblem.empty())
        m_banner->tell(Banner::Kind::Error, QString::fromStdString(opened.modelProblem));
    setWindowTitle(tr("%1 – Boolab").arg(QString::fromStdString(project.title)));
    statusBar()->showMessage(tr("Project %1: its jobs fill the forms Convert and Finetune.")
                                 .arg(QString::fromStdString(project.title)),
                             kMessageMs);
}

void MainWindow::showJob(const Job& job)
{
    if (const auto page = m_forms->show(job)) return showPage(*page);
    const QString command = QString::fromStdString(job.toCommandLine());
    QGuiApplication::clipboard()->setText(command);
    m_banner->tell(Banner::Kind::Info, tr("Change it in a terminal; the command is copied: %1").arg(command));
}

void MainWindow::tellPlace(const std::filesystem::path& what, const QString& field)
{
    m_banner->tell(Banner::Kind::Good,
                   tr("%1 is in the field “%2” now.").arg(toText(what.filename()), field));
}

void MainWindow::fillConvert()
{
    m_forms->form(JobKind::Convert)->setValue(QStringLiteral("model"), m_model->path());
    m_forms->convertPage()->showForm();
    showPage(Page::Convert);
}

void MainWindow::fillFinetune()
{
    m_forms->takeModel(Page::Finetune, m_model->path(), m_model->isBoolean());
    m_store->findRelatives(m_model->path().toStdString());
    showPage(Page::Finetune);
}

void MainWindow::fillEvaluate(const QString& model)
{
    m_forms->takeModel(Page::Evaluate, model, false);
    showPage(Page::Evaluate);
}

void MainWindow::fillExport(const QString& model)
{
    m_forms->takeModel(Page::Export, model, false);
    showPage(Page::Export);
}

void MainWindow::playWith(const std::vector<std::filesystem::path>& models)
{
    m_playground->addModels(models);
    showPage(Page::Playground);
}

/// The other model of the pair, where the runs know it and nobody has chosen one.
void MainWindow::fillRelatives(const std::string& model, const Relatives& relatives)
{
    if (model != m_model->path().toStdString()) return;
    JobForm* finetune = m_forms->form(JobKind::Finetune);
    const Job job = finetune->job();
    if (job.text("teacher").empty() && !relatives.teacher.empty())
        finetune->setValue(QStringLiteral("teacher"), QString::fromStdString(relatives.teacher));
    if (job.text("student").empty() && !relatives.student.empty())
        finetune->setValue(QStringLiteral("student"), QString::fromStdString(relatives.student));
}

void MainWindow::start(const Job& job)
{
    JobForm* finetune = m_forms->form(JobKind::Finetune);
    if (job.kind() == JobKind::Convert && finetune->job().text("student").empty()) {
        finetune->setValue(QStringLiteral("student"), QString::fromStdString(job.text("output")));
        finetune->setValue(QStringLiteral("teacher"), QString::fromStdString(job.text("model")));
    }
    m_jobs->launch(job);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const auto paths = droppedPaths(*event->mimeData());
    if (paths.empty()) return;
    event->acceptProposedAction();
    const QString name = toText(paths.front().filename());
    m_veil->invite(page() == Page::Playground ? tr("Drop %1 to ask it beside the others").arg(name)
                                              : tr("Drop %1 to see what it is").arg(name));
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*)
{
    m_veil->hide();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    event->acceptProposedAction();
    m_veil->hide();
    const auto paths = droppedPaths(*event->mimeData());
    page() == Page::Playground ? playWith(paths) : read(paths, page(), {});
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
