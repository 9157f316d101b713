// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/prompts.h"

#include <QWidget>
#include <optional>

class QLabel;
class QLineEdit;
class QListWidget;
class QPushButton;

namespace boolab::ui
{

class StoreQueue;

/// The prompts that were asked, from the experiment database: pinned ones first, searched, pinned, removed
/// with an undo.
class PromptHistory : public QWidget
{
    Q_OBJECT

public:
    explicit PromptHistory(StoreQueue& store, QWidget* parent = nullptr);

    /// Keeps a prompt that is asked now.
    void use(const QString& text, const nlohmann::json& settings);
    QListWidget* list() const { return m_list; }

Q_SIGNALS:
    void chosen(const QString& text, const nlohmann::json& settings);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeUndo();
    void setPrompts(const std::vector<PromptRecord>& prompts);
    void showPrompts();
    void choose();
    void togglePin();
    void removeCurrent();
    void undo();
    void enableButtons();
    const PromptRecord* current() const;

    StoreQueue& m_store;
    std::vector<PromptRecord> m_prompts;
    std::optional<PromptRecord> m_removed;
    QLineEdit* m_search;
    QListWidget* m_list;
    QLabel* m_empty;
    QPushButton *m_pin, *m_remove;
    QWidget* m_undoRow;
    QLabel* m_undoText;
    bool m_isRead = false;
};

} // namespace boolab::ui
