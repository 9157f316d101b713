// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_log.h"

#include "widgets/charts/chart_colors.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>

#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDateTime>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QTextCursor>
#include <QToolButton>

namespace boolab::ui
{
namespace
{

constexpr int kKept = 20'000;
constexpr std::size_t kPortion = 200; // lines per turn of the event loop: a few milliseconds

int rankOf(const std::string& level)
{
    return level == "error" ? 2 : level == "warning" ? 1 : 0;
}

QString lineText(const LogLine& line)
{
    const QString time = QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(line.time * 1000))
                             .toString(QStringLiteral("HH:mm:ss"));
    const QString mark =
        rankOf(line.level) > 0 ? QString::fromStdString(line.level) + QStringLiteral(": ") : QString();
    return QStringLiteral("%1  %2%3").arg(time, mark, QString::fromStdString(line.text));
}

} // namespace

RunLog::RunLog(QWidget* parent)
    : QWidget(parent), m_view(new QPlainTextEdit), m_level(new QComboBox),
      m_follow(new QCheckBox(tr("&Follow")))
{
    m_view->setReadOnly(true);
    m_view->setMaximumBlockCount(kKept);
    m_view->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_view->setPlaceholderText(tr("Nothing logged."));
    m_view->setAccessibleName(tr("Log"));
    m_level->addItems({tr("All lines"), tr("Warnings and errors"), tr("Errors")});
    m_level->setAccessibleName(tr("Lines shown"));
    m_follow->setChecked(true);
    auto* copy = new QToolButton;
    copy->setText(tr("Copy all"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_level);
    row->addWidget(m_follow);
    row->addStretch(1);
    row->addWidget(copy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(row);
    column->addWidget(m_view, 1);
    m_writer.setInterval(0);
    connect(&m_writer, &QTimer::timeout, this, &RunLog::writePortion);
    connect(m_level, &QComboBox::currentIndexChanged, this, &RunLog::showAgain);
    connect(copy, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    QScrollBar* bar = m_view->verticalScrollBar();
    connect(bar, &QScrollBar::actionTriggered, this,
            [this, bar] { m_follow->setChecked(bar->sliderPosition() >= bar->maximum()); });
    connect(m_follow, &QCheckBox::toggled, this, [bar](bool on) {
        if (on) bar->setValue(bar->maximum());
    });
}

void RunLog::clear()
{
    m_lines.clear();
    showAgain();
}

void RunLog::append(const std::vector<LogLine>& lines)
{
    if (lines.empty()) return;
    m_lines.insert(m_lines.end(), lines.begin(), lines.end());
    while (m_lines.size() > static_cast<std::size_t>(kKept)) {
        m_lines.pop_front();
        if (m_written > 0) --m_written;
    }
    m_writer.start();
}

QString RunLog::text() const
{
    QStringList shown;
    for (const LogLine& line : m_lines)
        if (passes(line)) shown << lineText(line);
    return shown.join(QLatin1Char('\n'));
}

bool RunLog::passes(const LogLine& line) const
{
    return rankOf(line.level) >= m_level->currentIndex();
}

void RunLog::showAgain()
{
    m_view->clear();
    m_written = 0;
    m_writer.start();
}

void RunLog::writePortion()
{
    const std::size_t end = std::min(m_lines.size(), m_written + kPortion);
    const bool dark = ChartColors(palette()).dark;
    QScrollBar* bar = m_view->verticalScrollBar();
    const int before = bar->value();
    QTextCursor cursor(m_view->document());
    cursor.movePosition(QTextCursor::End);
    cursor.beginEditBlock();
    for (; m_written < end; ++m_written) {
        const LogLine& line = m_lines[m_written];
        if (!passes(line)) continue;
        QTextCharFormat format;
        if (rankOf(line.level) == 1) format.setForeground(stateColor(RunState::Paused, dark));
        if (rankOf(line.level) == 2) format.setForeground(stateColor(RunState::Failed, dark));
        if (!m_view->document()->isEmpty()) cursor.insertBlock();
        cursor.insertText(lineText(line), format);
    }
    cursor.endEditBlock();
    bar->setValue(m_follow->isChecked() ? bar->maximum() : before);
    if (m_written >= m_lines.size()) m_writer.stop();
}

} // namespace boolab::ui
