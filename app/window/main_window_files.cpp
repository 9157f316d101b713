// SPDX-License-Identifier: Apache-2.0
// What comes in by drops, dialogs and the command line, and where it goes.
#include "app/window/main_window.h"

#include "app/window/job_center.h"
#include "app/window/job_forms.h"
#include "app/window/path_text.h"
#include "widgets/base/banner.h"
#include "widgets/base/drop_veil.h"
#include "widgets/base/dropped_paths.h"
#include "widgets/base/pick_path.h"
#include "widgets/base/store_queue.h"
#include "widgets/machine/machine_page.h"
#include "widgets/pages/convert_page.h"
#include "widgets/pages/job_form.h"
#include "widgets/pages/model_page.h"
#include "widgets/playground/playground_page.h"

#include <QClipboard>
#include <QCloseEvent>
#include <QDateTime>
#include <QFileInfo>
#include <QGuiApplication>
#include <QMimeData>

namespace boolab::ui
{

namespace
{

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

void MainWindow::remember(const OpenedModel& model)
{
    m_store->rememberModel(recordOf(model));
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
    m_model->showReading(pathText(paths.front().filename()));
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
        place = m_forms->takeTasks(pathText(tasks->folder), tasks->tasks);
    } else {
        what = std::get<DroppedDataset>(opened).path;
        place = m_forms->takeText(onto.value_or(Page::Finetune), pathText(what));
    }
    showPage(place.page);
    tellPlace(what, place.field);
}

void MainWindow::showModel(const OpenedModel& model, std::optional<Page> onto)
{
    m_model->showModel(model);
    m_machine->showModel(model);
    m_playground->setOpenModel(m_model->path());
    setWindowTitle(tr("%1 – Boolab").arg(pathText(model.path.filename())));
    remember(model);
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
    tell(tr("Project %1: its jobs fill the forms Convert and Finetune.")
             .arg(QString::fromStdString(project.title)));
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
                   tr("%1 is in the field “%2” now.").arg(pathText(what.filename()), field));
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

void MainWindow::start(const Job& job, const QStringList& moreModels)
{
    JobForm* finetune = m_forms->form(JobKind::Finetune);
    if (job.kind() == JobKind::Convert && finetune->job().text("student").empty()) {
        finetune->setValue(QStringLiteral("student"), QString::fromStdString(job.text("output")));
        finetune->setValue(QStringLiteral("teacher"), QString::fromStdString(job.text("model")));
    }
    m_jobs->launch(job, moreModels);
}

/// Where they are several models; else they are taken as on any page.
void MainWindow::evaluateSeveral(const std::vector<std::filesystem::path>& paths)
{
    m_background.run(
        [paths] { return severalModels(paths); },
        [this, paths](const std::vector<std::filesystem::path>& models) {
            if (models.empty()) return read(paths, Page::Evaluate, {});
            QStringList texts;
            for (const auto& model : models)
                texts.append(pathText(model));
            const auto place = m_forms->takeModels(texts);
            m_banner->tell(
                Banner::Kind::Good,
                tr("%1 models are in the field “%2” and below it now.").arg(models.size()).arg(place.field));
        });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const auto paths = droppedPaths(*event->mimeData());
    if (paths.empty()) return;
    event->acceptProposedAction();
    const QString name = pathText(paths.front().filename());
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
    if (page() == Page::Playground) return playWith(paths);
    if (page() == Page::Evaluate && paths.size() > 1) return evaluateSeveral(paths);
    read(paths, page(), {});
}

} // namespace boolab::ui
