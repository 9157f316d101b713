// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "widgets/runs/eta.h"

#include <optional>

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace boolab::ui
{

/// The selected run in two lines: how it stands, and what can be asked of it now.
class RunHeader : public QWidget
{
    Q_OBJECT

public:
    enum class Ask {
        Pause,
        Continue,
        Stop,
        Checkpoint,
        Change,
        Resume,
        Extend,
        Evaluate,
        Export,
        Try,
        Again,
        Clone,
        Copy
    };

    explicit RunHeader(QWidget* parent = nullptr);
    void setRun(const RunRecord& run);
    /// The sweep that the run belongs to; empty: none.
    void setParentName(const QString& name);
    void setTokensPerSecond(std::optional<double> value);
    QPushButton* button(Ask ask) const;
    QString progressText() const;
    QString factsText() const;

Q_SIGNALS:
    void parentRequested(boolab::RunId id);
    void asked(boolab::ui::RunHeader::Ask ask);

protected:
    void changeEvent(QEvent* event) override;

private:
    QPushButton* addButton(Ask ask, const QString& text, const QString& tip);
    void showTips();
    void showState();
    void showProgress();
    void showFacts();
    void enableButtons();

    RunRecord m_run;
    EtaEstimator m_eta;
    std::optional<double> m_tokensPerSecond;
    std::optional<Ask> m_pending;
    QLabel *m_icon, *m_name, *m_state, *m_progressText, *m_facts, *m_message;
    QProgressBar* m_bar;
    QToolButton* m_parent;
    std::vector<std::pair<Ask, QPushButton*>> m_buttons;
};

} // namespace boolab::ui
