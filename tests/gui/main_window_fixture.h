// SPDX-License-Identifier: Apache-2.0
// The main window on a folder of its own, with a script in the place of boolab-cli.
#pragma once

#include "app/window/main_window.h"

#include <QApplication>
#include <QDropEvent>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>

#include "core/store/run_recorder.h"
#include "widgets/base/banner.h"
#include "widgets/pages/job_form.h"

namespace boolab::ui
{

constexpr int kPatienceMs = 10000;
inline const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");

inline void hover(MainWindow& window, const QMimeData& data)
{
    QDragEnterEvent enter({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &enter);
}

inline void drop(MainWindow& window, const QStringList& paths)
{
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& path : paths)
        urls.append(QUrl::fromLocalFile(path));
    data.setUrls(urls);
    // Qt hands a drop to the widget that has taken the drag before.
    hover(window, data);
    QDropEvent event({100, 100}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &event);
}

inline JobForm* form(const MainWindow& window, JobKind kind)
{
    for (auto* candidate : window.findChildren<JobForm*>())
        if (candidate->job().kind() == kind) return candidate;
    return nullptr;
}

inline QString labelText(const MainWindow& window, const char* name)
{
    return window.findChild<QLabel*>(QLatin1String(name))->text().remove(QChar(0x200b)); // places to wrap
}

template <class Widget> Widget* part(const MainWindow& window, const char* name = "")
{
    return window.findChild<Widget*>(QLatin1String(name));
}

class MainWindowFixture
{
protected:
    /// Before every test: an empty folder, and a program that writes down what it was asked.
    void makeFolder()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        write("cli", "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"$0.arguments\"\n");
        QFile::setPermissions(path("cli"), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    }

    QString path(const QString& name) const { return m_folder->filePath(name); }

    void write(const QString& name, const QByteArray& content) const
    {
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

    QString textOf(const QString& name) const
    {
        QFile file(path(name));
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

    std::unique_ptr<MainWindow> open(bool greetNewcomers = false) const
    {
        auto window = std::make_unique<MainWindow>(WindowConfig{
            .database = path("runs.sqlite").toStdString(),
            .cli = path("cli").toStdString(),
            .sampleProject = {},
            .settingsFile = path("window.ini"),
            .theme = {},
            .greetNewcomers = greetNewcomers,
        });
        window->show();
        return window;
    }

    std::unique_ptr<MainWindow> openWithModel() const
    {
        auto window = open();
        drop(*window, {kModel});
        [&] { QTRY_COMPARE_WITH_TIMEOUT(window->page(), Page::Model, kPatienceMs); }();
        return window;
    }

    Result<RunRecorder> begin(const Job& job, const std::string& name) const
    {
        NewRun run;
        run.project = "default";
        run.kind = job.spec().name;
        run.name = name;
        run.job = job.toJson();
        return RunRecorder::begin(path("runs.sqlite").toStdString(), run);
    }

private:
    std::unique_ptr<QTemporaryDir> m_folder;
};

} // namespace boolab::ui
