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
class ConvertPage;
class DropVeil;
class JobCenter;
class JobForm;
class LayerInspectors;
class MachinePage;
class ModelPage;
class NavigationList;
class RunsPage;
class StoreQueue;
class WelcomePage;

struct Relatives;
struct WindowConfig {
    std::filesystem::path database;
    std::filesystem::path cli;           ///< boolab-cli
    std::filesystem::path sampleProject; ///< empty: none
    QString settingsFile;                ///< empty: the user's own
    std::optional<Theme> theme;          ///< instead of the remembered one
};

/// The workbench: composes the pages and passes on what they ask for. It computes nothing and reads files and
/// the database only through threads.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const WindowConfig& config, QWidget* parent = nullptr);

    /// As if dropped: a model, a project, a text, or a banner with the reason.
    /// `then` is shown afterwards instead of the page that fits.
    void open(const std::vector<std::filesystem::path>& paths, std::optional<Page> then = {});
    void openFile();
    void openFolder();
    bool isReading() const;

    void showPage(Page page);
    Page page() const;
    void setTheme(Theme theme); ///< remembered
    Theme theme() const { return m_theme; }
    void showAbout();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* makeCentre();
    void makeStatusBar();
    void connectPages();
    void connectRuns();
    void restore();
    void rememberLayout();

    void take(const Opened& opened);
    void showModel(const OpenedModel& model);
    void showProject(const OpenedProject& project);
    void showDataset(const std::filesystem::path& file);

    void fillConvert();
    void fillFinetune();
    void fillExport(const QString& model);
    void fillRelatives(const std::string& model, const Relatives& relatives);
    void start(const boolab::Job& job);
    void clone(const boolab::Job& job);

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
    WelcomePage* m_welcome;
    ModelPage* m_model;
    ConvertPage* m_convertPage;
    JobForm* m_convert;
    JobForm* m_finetune;
    JobForm* m_export;
    RunsPage* m_runs;
    MachinePage* m_machine;
    Background m_background;
    int m_reading = 0;
};

} // namespace boolab::ui
