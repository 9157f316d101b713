// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/prompt_history.h"

#include "core/base/json_field.h"
#include "widgets/base/store_queue.h"
#include "widgets/base/text_look.h"
#include "widgets/playground/token_text.h"
#include "widgets/runs/format_text.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

namespace boolab::ui
{

namespace
{

constexpr int kIdRole = Qt::UserRole;
constexpr int kShownLength = 80;

QString oneLine(const PromptRecord& prompt)
{
    const QString text = QString::fromStdString(prompt.text).simplified().left(kShownLength);
    return prompt.pinned ? QStringLiteral("★ ") + text : text;
}

QString tip(const PromptRecord& prompt)
{
    constexpr qsizetype kMost = 1000;
    const auto number = [&](const char* key) { return numberAt(prompt.settings, key).value_or(0); };
    return PromptHistory::tr(
               "%1\n\nAsked %2, %3 tokens, temperature %4, seed %5.\nA click fills it in again.")
        .arg(QString::fromStdString(prompt.text).left(kMost), dateTimeText(prompt.usedAt))
        .arg(number("tokens"))
        .arg(number("temperature"))
        .arg(number("seed"));
}

} // namespace

PromptHistory::PromptHistory(StoreQueue& store, QWidget* parent)
    : QWidget(parent), m_store(store), m_search(new QLineEdit), m_list(new QListWidget), m_empty(new QLabel),
      m_pin(new QPushButton(tr("Pin"))), m_remove(new QPushButton(tr("Remove"))), m_undoText(new QLabel)
{
    auto* head = new QLabel(tr("Prompts asked"));
    head->setBuddy(m_list);
    setTextScale(head, 1.0, true);
    m_search->setObjectName(QStringLiteral("promptSearch"));
    m_search->setPlaceholderText(tr("Search prompts"));
    m_search->setAccessibleName(tr("Search prompts"));
    m_search->setClearButtonEnabled(true);
    m_list->setObjectName(QStringLiteral("promptList"));
    m_list->setAccessibleName(tr("Prompts asked, pinned ones first, then the newest"));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTextElideMode(Qt::ElideRight);
    m_list->setUniformItemSizes(true);
    m_list->installEventFilter(this);
    m_empty->setObjectName(QStringLiteral("promptsEmpty"));
    m_empty->setWordWrap(true);
    m_empty->setAlignment(Qt::AlignTop);
    m_pin->setObjectName(QStringLiteral("pinPrompt"));
    m_remove->setObjectName(QStringLiteral("removePrompt"));
    m_remove->setToolTip(tr("Takes it out of the list (Del)"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_pin, 1);
    buttons->addWidget(m_remove, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(head);
    column->addWidget(m_search);
    column->addWidget(m_empty, 1);
    column->addWidget(m_list, 1);
    column->addWidget(makeUndo());
    column->addLayout(buttons);
    connect(m_search, &QLineEdit::textChanged, this, &PromptHistory::showPrompts);
    connect(m_list, &QListWidget::itemClicked, this, &PromptHistory::choose);
    connect(m_list, &QListWidget::itemActivated, this, &PromptHistory::choose);
    connect(m_list, &QListWidget::currentRowChanged, this, &PromptHistory::enableButtons);
    connect(m_pin, &QPushButton::clicked, this, &PromptHistory::togglePin);
    connect(m_remove, &QPushButton::clicked, this, &PromptHistory::removeCurrent);
    connect(&m_store, &StoreQueue::promptsRead, this, &PromptHistory::setPrompts);
    m_store.readPrompts();
    showPrompts();
}

QWidget* PromptHistory::makeUndo()
{
    m_undoRow = new QWidget;
    m_undoText->setTextFormat(Qt::PlainText);
    m_undoText->setMinimumWidth(1);
    auto* undo = new QPushButton(tr("Undo"));
    undo->setObjectName(QStringLiteral("undoRemovePrompt"));
    undo->setAccessibleName(tr("Put the removed prompt back"));
    connect(undo, &QPushButton::clicked, this, &PromptHistory::undo);
    auto* row = new QHBoxLayout(m_undoRow);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_undoText, 1);
    row->addWidget(undo);
    m_undoRow->hide();
    return m_undoRow;
}

void PromptHistory::use(const QString& text, const nlohmann::json& settings)
{
    m_store.usePrompt(text.toStdString(), settings);
}

void PromptHistory::setPrompts(const std::vector<PromptRecord>& prompts)
{
    m_isRead = true;
    m_prompts = prompts;
    showPrompts();
}

void PromptHistory::showPrompts()
{
    const QListWidgetItem* before = m_list->currentItem();
    const std::int64_t kept = before != nullptr ? before->data(kIdRole).toLongLong() : 0;
    const int row = m_list->currentRow();
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (const PromptRecord& prompt : m_prompts) {
            if (!QString::fromStdString(prompt.text).contains(m_search->text(), Qt::CaseInsensitive))
                continue;
            auto* item = new QListWidgetItem(oneLine(prompt), m_list);
            item->setData(kIdRole, static_cast<qint64>(prompt.id));
            item->setToolTip(tip(prompt));
            if (prompt.id == kept) m_list->setCurrentItem(item);
        }
        // After a removal the next one is at hand.
        if (m_list->currentRow() < 0 && kept != 0) m_list->setCurrentRow(std::min(row, m_list->count() - 1));
    }
    m_empty->setText(!m_isRead           ? tr("Reading…")
                     : m_prompts.empty() ? tr("None yet. Every prompt that is run is kept here.")
                                         : tr("No prompt contains “%1”.").arg(m_search->text()));
    m_empty->setVisible(m_list->count() == 0);
    m_list->setVisible(m_list->count() > 0);
    enableButtons();
}

const PromptRecord* PromptHistory::current() const
{
    const QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr) return nullptr;
    const auto found = std::ranges::find(m_prompts, item->data(kIdRole).toLongLong(), &PromptRecord::id);
    return found != m_prompts.end() ? &*found : nullptr;
}

void PromptHistory::enableButtons()
{
    const PromptRecord* prompt = current();
    m_pin->setEnabled(prompt != nullptr);
    m_remove->setEnabled(prompt != nullptr);
    m_pin->setText(prompt != nullptr && prompt->pinned ? tr("Unpin") : tr("Pin"));
    m_pin->setToolTip(tr("Pinned prompts stand first"));
}

void PromptHistory::choose()
{
    if (const PromptRecord* prompt = current())
        Q_EMIT chosen(QString::fromStdString(prompt->text), prompt->settings);
}

void PromptHistory::togglePin()
{
    if (const PromptRecord* prompt = current()) m_store.setPromptPinned(prompt->id, !prompt->pinned);
}

void PromptHistory::removeCurrent()
{
    const PromptRecord* prompt = current();
    if (prompt == nullptr) return;
    m_removed = *prompt;
    m_undoText->setText(tr("Removed %1").arg(quoted(oneLine(*prompt).left(16))));
    m_undoRow->show();
    m_store.removePrompt(prompt->id);
}

void PromptHistory::undo()
{
    if (m_removed) m_store.restorePrompt(*m_removed);
    m_removed.reset();
    m_undoRow->hide();
    m_list->setFocus();
}

bool PromptHistory::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Delete) {
        removeCurrent();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace boolab::ui
