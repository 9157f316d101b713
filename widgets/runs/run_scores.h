// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/runs/run_update.h"

#include <QWidget>

class QTextBrowser;

namespace boolab::ui
{

/// What an evaluation found: perplexity and closeness to the reference with the protocol, tasks with their
/// errors, and the tokens where the model is farthest from the reference.
class RunScores : public QWidget
{
    Q_OBJECT

public:
    explicit RunScores(QWidget* parent = nullptr);
    void setRun(const RunRecord& run);
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void show();

    QTextBrowser* m_view;
    RunRecord m_run;
    QString m_html;
};

} // namespace boolab::ui
