// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/window/page.h"
#include "widgets/base/background.h"
#include "widgets/base/settings.h"
#include "widgets/base/theme.h"
#include "widgets/pages/open_dropped.h"

#include "core/store/records.h"

#include <QMainWindow>
#include <filesystem>
#include <vector>

class QStackedWidget;

namespace boolab
{
class Job;
}

namespace boolab::ui
{

class Banner;
class ComparePage;
class DropVeil;
class JobCenter;
class JobForms;
class LayerInspectors;
class MachinePage;
class ModelPage;
class NavigationList;
class PlaygroundPage;
class RunsPage;
class StoreQueue;
class Tour;
class WelcomePage;

struct Relatives;
struct WindowConfig {
    std::filesystem::path database;
    std::filesystem::path cli;           ///< boolab-cli
    std::filesystem::path sampleProject; ///< empty: none
    QString settingsFile;                ///< empty: the user's own
    std::optional<Theme> theme;          ///< instead of the remembered one
    bool greetNewcomers = false;         ///< with the tour, at the first start
};

/// The workbench: composes the pages and passes on what they ask for. It computes nothing and reads files and
/// the database only through threads.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const WindowConfig& config, QWidget* parent = nullptr);

    /// A model, a project, a job, a text, or a banner with the reason. As if dropped on the page `then`,
    /// which is shown afterwards, where one is named.
    void open(const std::vector<std::filesystem::path>& paths, std::optional<Page> then = {});
    void openFile();
    void openFolder();
    bool isReading() const;
    /// Puts runs into the comparison, by their numbers or by the name of a saved one, and shows it.
    void compare(const QString& runs);
    /// Shows the playground with this prompt and runs it, once the models that it was opened with are there.
    void ask(const QString& prompt);

    void showPage(Page page);
    Page page() const;
    void setTheme(Theme theme); ///< remembered
    Theme theme() const { return m_theme; }
    void showAbout();
    void startTour();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeCentre();
    void makeStatusBar();
    void connectPages();
    void connectRuns();
    void connectCompare();
    void addToComparison(const std::vector<RunId>& ids, bool show);
    void restore();
    void rememberLayout();

    void read(const std::vector<std::filesystem::path>& paths, std::optional<Page> onto,
              std::optional<Page> then);
    void take(const Opened& opened, std::optional<Page> onto);
    void showModel(const OpenedModel& model, std::optional<Page> onto);
    void showProject(const OpenedProject& project);
    void showJob(const boolab::Job& job);
    void remember(const OpenedModel& model);
    void tell(const QString& text); ///< in the status bar, for some seconds
    void tellPlace(const std::filesystem::path& what, const QString& field);

    void fillConvert();
    void fillFinetune();
    void fillEvaluate(const QString& model);
    void fillExport(const QString& model);
    void playWith(const std::vector<std::filesystem::path>& models);
    void fillRelatives(const std::string& model, const Relatives& relatives);
    void start(const boolab::Job& job, const QStringList& moreModels = {});
    void evaluateSeveral(const std::vector<std::filesystem::path>& paths);

    WindowConfig m_config;
    Settings m_settings;
    Theme m_theme;
    StoreQueue* m_store;
    JobCenter* m_jobs;
    LayerInspectors* m_inspectors;
    NavigationList* m_navigation;
    QStackedWidget* m_stack;
    Banner* m_banner;
    DropVeil* m_veil;
    Tour* m_tour;
    WelcomePage* m_welcome;
    ModelPage* m_model;
    JobForms* m_forms;
    PlaygroundPage* m_playground;
    RunsPage* m_runs;
    ComparePage* m_compare;
    MachinePage* m_machine;
    Background m_background;
    int m_reading = 0;
};

} // namespace boolab::ui
