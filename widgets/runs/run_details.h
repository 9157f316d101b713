// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/runs/run_update.h"

#include <QWidget>

class QHBoxLayout;
class QTextBrowser;

namespace boolab::ui
{

/// All that is recorded about a run, to be read and copied: results, job file, versions, seed, host,
/// artifacts.
class RunDetails : public QWidget
{
    Q_OBJECT

public:
    explicit RunDetails(QWidget* parent = nullptr);
    void clear();
    void update(const RunUpdate& update);
    QString text() const;

private:
    void showFiles(const RunUpdate& update);

    QHBoxLayout* m_files;
    QStringList m_paths;
    QTextBrowser* m_view;
    QString m_html;
    QString m_job;
};

} // namespace boolab::ui
