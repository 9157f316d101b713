// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"
#include "widgets/base/background.h"
#include "widgets/pages/open_dropped.h"

#include <QWidget>
#include <deque>
#include <filesystem>
#include <optional>
#include <vector>

class QCheckBox;
class QLabel;
class QPlainTextEdit;
class QPushButton;
class QShortcut;
class QSplitter;
class QStackedWidget;

namespace boolab::ui
{

class Banner;
class EmptyPlayground;
class ModelMenu;
class PlaygroundColumn;
class PlaygroundParameters;
class PromptHistory;
class StoreQueue;

/// One prompt, several models beside each other: all are asked the same with the same seed; answers stream,
/// shaded by probability, and are marked where they part from the first one.
class PlaygroundPage : public QWidget
{
    Q_OBJECT

public:
    static constexpr int kMostColumns = 6;

    PlaygroundPage(std::filesystem::path cli, StoreQueue& store, QWidget* parent = nullptr);

    /// A column each, as soon as their headers are read; why not, in a notice.
    void addModels(const std::vector<std::filesystem::path>& paths);
    /// Fills the prompt in and runs it, once the models that were added before are there.
    void ask(const QString& prompt);
    /// Those that stood here when the window was closed: offered while there are none, and not loaded
    /// unasked.
    void setLastModels(const QStringList& models);
    QStringList models() const; ///< the paths of the columns, in their order
    /// Offered in the menu.
    void setOpenModel(const QString& path);
    void setRecentModels(const std::vector<ModelRecord>& models);
    /// Models are being read or loaded, or an answer is being written.
    bool isAtWork() const;

    const std::vector<PlaygroundColumn*>& columns() const { return m_columns; }

Q_SIGNALS:
    /// A column was made of it.
    void modelAdded(const boolab::ui::OpenedModel& model);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeQuestion();
    QWidget* makeBar();
    QWidget* makeAnswers();
    void connectParts();

    void takeOpened(const std::filesystem::path& path, const Opened& opened);
    void addColumn(const OpenedModel& model);
    void removeColumn(PlaygroundColumn* column);
    void makeReference(PlaygroundColumn* column);
    void nameColumns();

    void run();
    void stop();
    void nextTurn();
    bool isRunning() const;
    /// What keeps Run from running; empty: nothing.
    QString obstacle() const;
    void columnChanged();
    void compare();
    void refresh();
    void fillIn(const QString& prompt, const nlohmann::json& settings);
    void colorTexts();

    std::filesystem::path m_cli;
    StoreQueue& m_store;
    PlaygroundParameters* m_parameters;
    PromptHistory* m_history;
    ModelMenu* m_menu;
    Banner* m_notice;
    QPlainTextEdit* m_prompt;
    QPushButton *m_run, *m_stop, *m_add;
    QCheckBox *m_oneAtATime, *m_shade;
    QLabel* m_hint;
    EmptyPlayground* m_empty;
    QStackedWidget* m_stack;
    QSplitter* m_answers;
    QShortcut* m_stopKey;
    std::vector<PlaygroundColumn*> m_columns; ///< the first is the reference
    std::deque<PlaygroundColumn*> m_turns;    ///< that are still to be asked
    nlohmann::json m_request;
    std::optional<QString> m_askNext;
    int m_toRead = 0;
    Background m_background;
};

} // namespace boolab::ui
