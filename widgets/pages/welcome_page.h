// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <QWidget>
#include <vector>

class QLabel;
class QListWidget;
class QPushButton;

namespace boolab::ui
{

class DropArea;

/// What to do first: three steps, a place to drop a model, the models of late and the sample project.
class WelcomePage : public QWidget
{
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);

    void setRecentModels(const std::vector<boolab::ModelRecord>& models);
    /// Empty: there is none; the button says so.
    void setSampleProject(const QString& path);

Q_SIGNALS:
    void openFileRequested();
    void openFolderRequested();
    void pathChosen(const QString& path);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeSteps();
    QWidget* makeRecent();
    void colorTexts();

    DropArea* m_drop;
    QListWidget* m_recent;
    QPushButton* m_sample;
    QString m_samplePath;
    QList<QLabel*> m_quiet;
};

} // namespace boolab::ui
