// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_header.h"

#include "core/store/live_settings.h"
#include "widgets/base/bits_text.h"
#include "widgets/charts/chart_colors.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>

namespace boolab::ui
{
namespace
{

bool canResume(const RunRecord& run)
{
    const bool ended =
        run.state == RunState::Stopped || run.state == RunState::Failed || run.state == RunState::Interrupted;
    // The other kinds write no checkpoints.
    return ended && (run.kind == "finetune" || run.kind == "sweep");
}

bool canExtend(const RunRecord& run)
{
    return run.kind == "finetune" && run.job.is_object() && run.totalSteps > 0 &&
           (run.state == RunState::Done || canResume(run));
}

/// Its output is a model now.
bool hasModel(const RunRecord& run)
{
    return run.state == RunState::Done && (run.kind == "convert" || run.kind == "finetune") &&
           run.job.is_object() && run.job.contains("output");
}

bool allowed(RunHeader::Ask ask, const RunRecord& run)
{
    using Ask = RunHeader::Ask;
    switch (ask) {
    case Ask::Pause:
        return run.state == RunState::Running;
    case Ask::Continue:
        return run.state == RunState::Paused || run.state == RunState::Queued;
    case Ask::Stop:
        return isActive(run.state) || run.state == RunState::Queued;
    case Ask::Checkpoint:
        return isActive(run.state) && run.kind == "finetune";
    case Ask::Change:
        return isActive(run.state) && !liveOptions(run).empty();
    case Ask::Resume:
        return canResume(run);
    case Ask::Extend:
        return canExtend(run);
    case Ask::Evaluate:
    case Ask::Export:
    case Ask::Try:
        return hasModel(run);
    case Ask::Again:
    case Ask::Clone:
    case Ask::Copy:
        return run.job.is_object();
    }
    return false;
}

/// A button that can never serve in this state makes room for the others.
bool visible(RunHeader::Ask ask, const RunRecord& run)
{
    using Ask = RunHeader::Ask;
    const bool active = isActive(run.state), queued = run.state == RunState::Queued;
    switch (ask) {
    case Ask::Pause:
        return active && run.state != RunState::Paused;
    case Ask::Continue:
        return run.state == RunState::Paused || queued;
    case Ask::Stop:
        return active || queued;
    case Ask::Checkpoint:
        return active;
    case Ask::Change:
        return active && !liveOptions(run).empty();
    case Ask::Resume:
        return canResume(run);
    case Ask::Extend:
        return canExtend(run);
    case Ask::Evaluate:
    case Ask::Export:
    case Ask::Try:
        return hasModel(run);
    default:
        return true;
    }
}

/// Who gets the keyboard when a button leaves: its counterpart, else the one that changes nothing.
RunHeader::Ask heirOf(RunHeader::Ask ask)
{
    using Ask = RunHeader::Ask;
    if (ask == Ask::Pause) return Ask::Continue;
    if (ask == Ask::Continue) return Ask::Pause;
    return Ask::Copy;
}

QLabel* plainLabel()
{
    auto* label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

RunHeader::RunHeader(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel), m_name(plainLabel()), m_state(plainLabel()),
      m_progressText(plainLabel()), m_facts(plainLabel()), m_message(plainLabel()), m_bar(new QProgressBar),
      m_parent(new QToolButton)
{
    QFont bold = m_name->font();
    bold.setBold(true);
    bold.setPointSizeF(bold.pointSizeF() * 1.2);
    m_name->setFont(bold);
    m_name->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_bar->setTextVisible(false);
    m_bar->setMaximumHeight(10);
    m_bar->setAccessibleName(tr("Progress of the run"));
    m_message->setWordWrap(true);
    auto* top = new QHBoxLayout;
    top->addWidget(m_icon);
    top->addWidget(m_state);
    top->addWidget(m_name, 1);
    m_parent->setObjectName(QStringLiteral("parentRun"));
    m_parent->setAutoRaise(true);
    m_parent->setFocusPolicy(Qt::StrongFocus);
    m_parent->hide();
    connect(m_parent, &QToolButton::clicked, this, [this] {
        if (m_run.parent) Q_EMIT parentRequested(*m_run.parent);
    });
    top->addWidget(m_parent);
    addButton(Ask::Pause, tr("Pause"), tr("Holds after the step at hand; the engine keeps its memory."));
    addButton(Ask::Continue, tr("Resume"), tr("Goes on where it was paused."));
    addButton(Ask::Stop, tr("Stop"), QString());
    addButton(Ask::Checkpoint, tr("Checkpoint now"),
              tr("Writes a checkpoint after the step at hand and goes on."));
    addButton(Ask::Change, tr("Change…"), tr("Learning rate and flips, from the next step on."));
    addButton(Ask::Resume, tr("Resume"), QString());
    addButton(Ask::Extend, tr("Extend…"), tr("Goes on from the last checkpoint for more steps."));
    addButton(Ask::Evaluate, tr("Evaluate…"), tr("Measures its model: perplexity, zero-shot tasks."));
    addButton(Ask::Export, tr("Export…"), tr("Writes its model for transformers or llama.cpp."));
    addButton(Ask::Try, tr("Try it"), tr("Asks its model something in the playground."));
    addButton(Ask::Again, tr("Run again"), tr("A new run of the same job."));
    addButton(Ask::Clone, tr("Clone with changes…"), tr("Opens the form of this job, filled in."));
    addButton(Ask::Copy, tr("Copy as command"),
              tr("Copies the command line that does the same in a terminal."));
    for (const auto& [ask, button] : m_buttons)
        top->addWidget(button);
    auto* line = new QHBoxLayout;
    line->addWidget(m_progressText);
    line->addWidget(m_bar, 1);
    line->addWidget(m_facts);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->addLayout(top);
    column->addLayout(line);
    column->addWidget(m_message);
}

QPushButton* RunHeader::addButton(Ask ask, const QString& text, const QString& tip)
{
    auto* button = new QPushButton(text);
    button->setToolTip(tip);
    connect(button, &QPushButton::clicked, this, [this, ask] {
        if (ask == Ask::Pause || ask == Ask::Continue || ask == Ask::Stop) {
            m_pending = ask;
            showProgress();
        }
        Q_EMIT asked(ask);
    });
    m_buttons.emplace_back(ask, button);
    return button;
}

QPushButton* RunHeader::button(Ask ask) const
{
    return std::ranges::find(m_buttons, ask, &std::pair<Ask, QPushButton*>::first)->second;
}

QString RunHeader::progressText() const
{
    return m_progressText->text();
}
QString RunHeader::factsText() const
{
    return m_facts->text();
}

void RunHeader::setRun(const RunRecord& run)
{
    if (run.id != m_run.id) {
        m_eta.clear();
        m_tokensPerSecond.reset();
    }
    if (run.id != m_run.id || run.state != m_run.state) m_pending.reset();
    m_run = run;
    if (run.state == RunState::Running)
        m_eta.observe(run.heartbeatAt, run.phase, run.step, run.totalSteps);
    else
        m_eta.clear();
    showTips();
    showState();
    showProgress();
    showFacts();
    enableButtons();
}

/// What stop and resume mean for a kind of run.
void RunHeader::showTips()
{
    const bool isSweep = m_run.kind == "sweep";
    const bool isQueued = m_run.state == RunState::Queued;
    button(Ask::Stop)->setToolTip(isQueued ? tr("Takes the run out of the queue.")
                                  : isSweep
                                      ? tr("Stops the part at hand and ends the sweep; what is done stays.")
                                      : tr("Finishes the step, writes a checkpoint and ends the run."));
    button(Ask::Continue)->setText(isQueued ? tr("Start now") : tr("Resume"));
    button(Ask::Continue)
        ->setToolTip(isQueued ? tr("Starts beside what works on the device already.")
                              : tr("Goes on where it was paused."));
    button(Ask::Resume)
        ->setToolTip(isSweep ? tr("Goes on with the points that are not done, in this run.")
                             : tr("Starts the engine again from the last checkpoint of this run."));
}

void RunHeader::setParentName(const QString& name)
{
    constexpr int kWidth = 180;
    m_parent->setText(QStringLiteral("↑ ") + fontMetrics().elidedText(name, Qt::ElideMiddle, kWidth));
    m_parent->setToolTip(tr("Part of the sweep “%1”: click to open it").arg(name));
    m_parent->setAccessibleName(tr("Open the sweep %1").arg(name));
    m_parent->setVisible(!name.isEmpty());
}

void RunHeader::setTokensPerSecond(std::optional<double> value)
{
    m_tokensPerSecond = value;
    showFacts();
}

void RunHeader::showState()
{
    const bool dark = ChartColors(palette()).dark;
    m_icon->setPixmap(stateIcon(m_run.state, dark).pixmap(18, 18));
    m_state->setText(stateText(m_run.state));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, stateColor(m_run.state, dark));
    m_state->setPalette(colors);
    m_name->setText(QString::fromStdString(m_run.name));
    m_name->setToolTip(m_name->text());
    QString message = QString::fromStdString(m_run.message);
    if (const auto hint = message.indexOf(QLatin1Char('\n'));
        hint >= 0 && m_run.state == RunState::Stopped && canResume(m_run)) // it is for the command line
        message = message.left(hint + 1) + tr("Resume goes on from there.");
    if (m_run.state == RunState::Interrupted)
        message = tr("The engine is gone without a goodbye (crash, out of memory, or killed). ") +
                  (m_run.kind == "sweep" ? tr("Resume goes on with the points that are not done.")
                   : canResume(m_run)    ? tr("Resume goes on from the last checkpoint.")
                                         : tr("Run it again."));
    m_message->setText(message);
    m_message->setVisible(!message.isEmpty());
}

void RunHeader::showProgress()
{
    QStringList parts;
    if ((isActive(m_run.state) || m_run.state == RunState::Queued) && !m_run.phase.empty())
        parts << QString::fromStdString(m_run.phase);
    if (m_run.silentSeconds > 0)
        parts << tr("no sign of life for %1 (suspended, or waiting for a disk)")
                     .arg(durationText(m_run.silentSeconds));
    if (m_run.totalSteps > 0 && m_run.state != RunState::Queued)
        parts << tr("%1 of %2").arg(m_run.step).arg(m_run.totalSteps);
    else if (m_run.step > 0)
        parts << QString::number(m_run.step);
    if (m_pending == Ask::Pause) parts << tr("pausing after this step…");
    const bool isQueued = m_run.state == RunState::Queued;
    if (m_pending == Ask::Stop)
        parts << (isQueued ? tr("leaving the queue…") : tr("stopping after this step…"));
    if (m_pending == Ask::Continue) parts << (isQueued ? tr("starting…") : tr("going on…"));
    m_progressText->setText(parts.join(QStringLiteral(" · ")));
    const bool busy = m_run.state == RunState::Running && m_run.totalSteps <= 0;
    const auto thousandths = m_run.totalSteps > 0 ? m_run.step * 1000 / m_run.totalSteps : 0;
    m_bar->setRange(0, busy ? 0 : 1000);
    m_bar->setValue(static_cast<int>(
        m_run.state == RunState::Done ? 1000 : std::clamp<std::int64_t>(thousandths, 0, 1000)));
}

void RunHeader::showFacts()
{
    QStringList parts;
    if (m_run.state == RunState::Running)
        if (const auto left = m_eta.secondsLeft()) parts << tr("%1 left").arg(durationText(*left));
    if (m_run.startedAt > 0) parts << durationText(secondsAtWork(m_run));
    if (m_tokensPerSecond) parts << tr("%1 tokens/s").arg(valueText(*m_tokensPerSecond));
    if (const QString bits = HonestBits::from(m_run.result).text(); !bits.isEmpty()) parts << bits;
    if (!m_run.device.empty()) parts << QString::fromStdString(m_run.device);
    m_facts->setText(parts.join(QStringLiteral(" · ")));
}

void RunHeader::enableButtons()
{
    const auto serves = [this](Ask ask) { return visible(ask, m_run) && allowed(ask, m_run); };
    const auto focused =
        std::ranges::find_if(m_buttons, [](const auto& entry) { return entry.second->hasFocus(); });
    const bool leaves = focused != m_buttons.end() && !serves(focused->first);
    const Ask heir = leaves ? heirOf(focused->first) : Ask::Copy;
    // Those that come, then the keyboard, then those that leave: else Qt hands it to the next in the row.
    for (const auto& [ask, button] : m_buttons) {
        if (allowed(ask, m_run)) button->setEnabled(true);
        if (visible(ask, m_run)) button->show();
    }
    if (leaves) button(serves(heir) ? heir : Ask::Copy)->setFocus();
    for (const auto& [ask, button] : m_buttons) {
        button->setEnabled(allowed(ask, m_run));
        button->setVisible(visible(ask, m_run));
    }
}

void RunHeader::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showState();
}

} // namespace boolab::ui
