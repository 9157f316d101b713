// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/playground_page.h"

#include "core/base/normal_path.h"
#include "widgets/base/banner.h"
#include "widgets/base/store_queue.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/model_facts.h"
#include "widgets/playground/answer_view.h"
#include "widgets/playground/empty_playground.h"
#include "widgets/playground/model_menu.h"
#include "widgets/playground/playground_column.h"
#include "widgets/playground/playground_parameters.h"
#include "widgets/playground/prompt_history.h"
#include "widgets/playground/shading_legend.h"

#include <QCheckBox>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace boolab::ui
{

namespace
{

constexpr int kHistoryWidth = 190, kPromptHeight = 132;

QString toText(const std::filesystem::path& path)
{
    std::error_code ignored;
    return QString::fromStdString(std::filesystem::absolute(path, ignored).lexically_normal().string());
}

} // namespace

PlaygroundPage::PlaygroundPage(std::filesystem::path cli, StoreQueue& store, QWidget* parent)
    : QWidget(parent), m_cli(std::move(cli)), m_store(store), m_parameters(new PlaygroundParameters),
      m_history(new PromptHistory(store)), m_menu(new ModelMenu(this)), m_notice(new Banner),
      m_prompt(new QPlainTextEdit), m_run(new QPushButton(tr("&Run"))), m_stop(new QPushButton(tr("S&top"))),
      m_add(new QPushButton(tr("&Add a model"))), m_oneAtATime(new QCheckBox(tr("&One at a time"))),
      m_shade(new QCheckBox(tr("Shade by &probability"))), m_hint(new QLabel),
      m_empty(new EmptyPlayground(m_menu)), m_stack(new QStackedWidget), m_answers(new QSplitter),
      m_stopKey(new QShortcut(Qt::Key_Escape, this, nullptr, nullptr, Qt::WidgetWithChildrenShortcut))
{
    auto* right = new QWidget;
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    column->addWidget(makeQuestion());
    column->addWidget(makeBar());
    column->addWidget(m_notice);
    column->addWidget(makeAnswers(), 1);
    auto* split = new QSplitter;
    split->setObjectName(QStringLiteral("playgroundSplitter"));
    m_history->setMinimumWidth(140);
    split->addWidget(m_history);
    split->addWidget(right);
    split->setStretchFactor(1, 1);
    split->setSizes({kHistoryWidth, 900});
    split->setCollapsible(1, false);
    split->setHandleWidth(12);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(16, 10, 16, 10);
    all->addWidget(split);
    connectParts();
    colorTexts();
    refresh();
}

QWidget* PlaygroundPage::makeQuestion()
{
    m_prompt->setObjectName(QStringLiteral("prompt"));
    m_prompt->setPlaceholderText(tr("A prompt for all models, such as “The capital of France is”"));
    m_prompt->setAccessibleName(tr("Prompt"));
    m_prompt->setTabChangesFocus(true);
    m_prompt->setAcceptDrops(false); // a dropped model is for the page
    m_prompt->setFixedHeight(kPromptHeight);
    m_run->setObjectName(QStringLiteral("runPrompt"));
    m_run->setDefault(true);
    m_stop->setObjectName(QStringLiteral("stopAnswers"));
    m_stop->setToolTip(tr("Ends all answers (Esc)"));
    m_oneAtATime->setObjectName(QStringLiteral("oneAtATime"));
    m_oneAtATime->setChecked(true);
    m_oneAtATime->setToolTip(tr("Models answer one after another, so that each has the machine to itself and "
                                "tokens/s can be compared.\nOtherwise all write at the same time."));
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(m_run);
    buttons->addWidget(m_stop);
    buttons->addWidget(m_oneAtATime);
    buttons->addStretch(1);
    auto* question = new QWidget;
    auto* top = new QHBoxLayout(question);
    top->setContentsMargins(0, 0, 0, 0);
    top->setSpacing(10);
    top->addWidget(m_prompt, 1);
    top->addWidget(m_parameters);
    top->addLayout(buttons);
    return question;
}

QWidget* PlaygroundPage::makeBar()
{
    m_add->setObjectName(QStringLiteral("addModel"));
    m_add->setMenu(m_menu);
    m_shade->setObjectName(QStringLiteral("shade"));
    m_shade->setChecked(true);
    m_hint->setObjectName(QStringLiteral("playgroundHint"));
    m_hint->setMinimumWidth(1);
    m_hint->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(m_add);
    row->addWidget(m_shade);
    row->addWidget(new ShadingLegend);
    row->addWidget(m_hint, 1);
    return bar;
}

QWidget* PlaygroundPage::makeAnswers()
{
    m_answers->setChildrenCollapsible(false);
    m_answers->setHandleWidth(8);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(m_answers);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(scroll);
    m_notice->setObjectName(QStringLiteral("playgroundNotice"));
    return m_stack;
}

void PlaygroundPage::connectParts()
{
    connect(m_run, &QPushButton::clicked, this, &PlaygroundPage::run);
    connect(m_stop, &QPushButton::clicked, this, &PlaygroundPage::stop);
    connect(m_stopKey, &QShortcut::activated, this, &PlaygroundPage::stop);
    for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter})
        connect(new QShortcut(QKeySequence(QKeyCombination(Qt::CTRL, key)), this, nullptr, nullptr,
                              Qt::WidgetWithChildrenShortcut),
                &QShortcut::activated, this, &PlaygroundPage::run);
    connect(m_prompt, &QPlainTextEdit::textChanged, this, &PlaygroundPage::refresh);
    connect(m_parameters, &PlaygroundParameters::edited, this, &PlaygroundPage::refresh);
    connect(m_history, &PromptHistory::chosen, this, &PlaygroundPage::fillIn);
    connect(m_menu, &ModelMenu::chosen, this,
            [this](const QString& path) { addModels({path.toStdString()}); });
    connect(m_empty, &EmptyPlayground::modelsChosen, this, [this](const QStringList& models) {
        std::vector<std::filesystem::path> paths;
        for (const QString& model : models)
            paths.emplace_back(model.toStdString());
        addModels(paths);
    });
    connect(m_shade, &QCheckBox::toggled, this, [this](bool on) {
        for (PlaygroundColumn* column : m_columns)
            column->view()->setShaded(on);
    });
    connect(&m_store, &StoreQueue::runModelsRead, m_menu, &ModelMenu::setRunModels);
}

void PlaygroundPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_store.readRunModels(); // runs may have ended meanwhile
    m_prompt->setFocus();
}

void PlaygroundPage::setLastModels(const QStringList& models)
{
    m_empty->setLastModels(models);
}

QStringList PlaygroundPage::models() const
{
    QStringList paths;
    for (const PlaygroundColumn* column : m_columns)
        paths << column->path();
    return paths;
}

void PlaygroundPage::setOpenModel(const QString& path)
{
    m_menu->setOpenModel(path);
}

void PlaygroundPage::setRecentModels(const std::vector<ModelRecord>& models)
{
    m_menu->setRecentModels(models);
}

void PlaygroundPage::addModels(const std::vector<std::filesystem::path>& paths)
{
    m_notice->hide();
    for (const std::filesystem::path& path : paths) {
        ++m_toRead;
        m_background.run([path] { return openDropped({path}); },
                         [this, path](const Opened& opened) {
                             --m_toRead;
                             takeOpened(path, opened);
                             if (m_toRead > 0 || !m_askNext) return;
                             fillIn(*std::exchange(m_askNext, {}), nlohmann::json::object());
                             run();
                         });
    }
}

void PlaygroundPage::takeOpened(const std::filesystem::path& path, const Opened& opened)
{
    if (const auto* model = std::get_if<OpenedModel>(&opened)) return addColumn(*model);
    const auto* project = std::get_if<OpenedProject>(&opened);
    if (project != nullptr && project->model) return addColumn(*project->model);
    QString reason;
    if (const auto* rejected = std::get_if<DropRejected>(&opened))
        reason = QString::fromStdString(rejected->reason);
    else if (project != nullptr)
        reason = QString::fromStdString(project->modelProblem);
    if (reason.isEmpty())
        reason = tr("%1 is no model. Add a model folder, a .gguf or a .safetensors file.")
                     .arg(QString::fromStdString(path.filename().string()));
    m_notice->tell(Banner::Kind::Error, reason);
}

void PlaygroundPage::addColumn(const OpenedModel& model)
{
    const QString path = toText(model.path);
    const auto isIt = [&](const PlaygroundColumn* column) {
        return samePath(column->path().toStdString(), path.toStdString());
    };
    if (std::ranges::any_of(m_columns, isIt))
        return m_notice->tell(Banner::Kind::Info, tr("%1 is here already.").arg(modelName(path)));
    if (static_cast<int>(m_columns.size()) == kMostColumns)
        return m_notice->tell(Banner::Kind::Info,
                              tr("At most %1 models stand beside each other: remove one to add %2.")
                                  .arg(kMostColumns)
                                  .arg(modelName(path)));
    auto* column = new PlaygroundColumn(m_cli, path, model.inspection);
    m_columns.push_back(column);
    m_answers->addWidget(column);
    column->view()->setShaded(m_shade->isChecked());
    connect(column, &PlaygroundColumn::changed, this, &PlaygroundPage::columnChanged);
    connect(column, &PlaygroundColumn::removeRequested, this, [this, column] { removeColumn(column); });
    connect(column, &PlaygroundColumn::referenceRequested, this, [this, column] { makeReference(column); });
    nameColumns();
    if (const auto flags = m_parameters->flags()) column->model()->setFlags(*flags);
    column->model()->load();
    columnChanged();
    Q_EMIT modelAdded(model);
}

void PlaygroundPage::removeColumn(PlaygroundColumn* column)
{
    std::erase(m_columns, column);
    std::erase(m_turns, column);
    column->disconnect(this);
    column->hide();
    column->deleteLater();
    nameColumns();
    columnChanged();
}

void PlaygroundPage::makeReference(PlaygroundColumn* column)
{
    std::erase(m_columns, column);
    m_columns.insert(m_columns.begin(), column);
    m_answers->insertWidget(0, column);
    columnChanged();
}

/// Two models of one name are told apart by their folders.
void PlaygroundPage::nameColumns()
{
    for (PlaygroundColumn* column : m_columns) {
        const QString name = modelName(column->path());
        const auto namesakes = std::ranges::count_if(
            m_columns, [&](const PlaygroundColumn* other) { return modelName(other->path()) == name; });
        const QString folder = QFileInfo(QFileInfo(column->path()).path()).fileName();
        column->setName(namesakes > 1 ? folder + QLatin1Char('/') + name : name);
        column->setFirst(column == m_columns.front());
    }
}

void PlaygroundPage::ask(const QString& prompt)
{
    m_askNext = prompt;
    if (m_toRead > 0) return;
    fillIn(*std::exchange(m_askNext, {}), nlohmann::json::object());
    run();
}

void PlaygroundPage::fillIn(const QString& prompt, const nlohmann::json& settings)
{
    QTextCursor cursor(m_prompt->document()); // so that Ctrl+Z brings back what was typed
    cursor.select(QTextCursor::Document);
    cursor.insertText(prompt);
    m_parameters->set(settings);
    m_prompt->setFocus();
}

QString PlaygroundPage::obstacle() const
{
    if (m_columns.empty()) return tr("Add a model first.");
    if (m_prompt->toPlainText().isEmpty()) return tr("Type a prompt.");
    if (const auto request = m_parameters->request(); !request)
        return QString::fromStdString(request.error().text()).simplified();
    if (const auto flags = m_parameters->flags(); !flags)
        return QString::fromStdString(flags.error().text()).simplified();
    return {};
}

void PlaygroundPage::run()
{
    if (isRunning() || !obstacle().isEmpty()) return;
    const QString prompt = m_prompt->toPlainText();
    m_request = *m_parameters->request();
    m_history->use(prompt, m_request);
    m_request["prompt"] = prompt.toStdString();
    m_request["probabilities"] = true;
    const QStringList flags = *m_parameters->flags();
    if (m_notice->kind() != Banner::Kind::Error) m_notice->hide(); // an error was not about the prompt
    for (PlaygroundColumn* column : m_columns) {
        column->model()->setFlags(flags);
        column->waitForTurn();
    }
    m_turns.assign(m_columns.begin(), m_columns.end());
    if (m_oneAtATime->isChecked()) return nextTurn();
    const bool company = m_columns.size() > 1;
    for (PlaygroundColumn* column : std::exchange(m_turns, {}))
        column->ask(m_request, company);
    refresh();
}

void PlaygroundPage::nextTurn()
{
    const bool someoneWrites = std::ranges::any_of(m_columns, &PlaygroundColumn::isBusy);
    if (!someoneWrites && !m_turns.empty()) {
        PlaygroundColumn* next = m_turns.front();
        m_turns.pop_front();
        next->ask(m_request, false);
    }
    refresh();
}

void PlaygroundPage::stop()
{
    for (PlaygroundColumn* column : std::exchange(m_turns, {}))
        column->giveUpTurn();
    for (PlaygroundColumn* column : m_columns)
        column->model()->stop();
    columnChanged();
}

bool PlaygroundPage::isRunning() const
{
    return !m_turns.empty() || std::ranges::any_of(m_columns, &PlaygroundColumn::isBusy);
}

bool PlaygroundPage::isAtWork() const
{
    const auto loads = [](const PlaygroundColumn* column) {
        return column->model()->state() == PlaygroundModel::State::Loading;
    };
    return m_toRead > 0 || isRunning() || std::ranges::any_of(m_columns, loads);
}

void PlaygroundPage::columnChanged()
{
    compare();
    nextTurn();
}

/// Every answer with the first one.
void PlaygroundPage::compare()
{
    if (m_columns.empty()) return;
    const ComparedAnswer reference = m_columns.front()->compared();
    std::vector<std::size_t> marks;
    for (PlaygroundColumn* column : m_columns) {
        if (column == m_columns.front()) continue;
        const Agreement agreement = agreementOf(column->compared(), reference);
        column->showAgreement(agreement);
        if (agreement.byte) marks.push_back(*agreement.byte);
    }
    m_columns.front()->showAsReference(marks, m_columns.size() > 1);
}

void PlaygroundPage::refresh()
{
    const bool running = isRunning();
    const QString reason = obstacle();
    m_run->setEnabled(!running && reason.isEmpty());
    m_run->setToolTip(reason.isEmpty() ? tr("Ask all models (Ctrl+Enter)") : reason);
    m_stop->setEnabled(running);
    m_stopKey->setEnabled(running); // Esc is for others else
    m_hint->setText(running || m_columns.empty() ? QString() : reason);
    m_hint->setToolTip(m_hint->text());
    colorTexts();
    m_stack->setCurrentIndex(m_columns.empty() ? 0 : 1);
    m_add->setVisible(!m_columns.empty());
    m_menu->setShown(models());
}

void PlaygroundPage::colorTexts()
{
    // A prompt that is still to come is nothing wrong.
    const bool isWrong = !m_columns.empty() && !m_prompt->toPlainText().isEmpty();
    setTextColor(m_hint, isWrong ? badTextColor(palette()) : quietTextColor(palette()));
}

void PlaygroundPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colorTexts();
}

} // namespace boolab::ui
