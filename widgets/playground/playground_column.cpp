// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/playground_column.h"

#include "widgets/base/bits_text.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/model_facts.h"
#include "widgets/playground/answer_view.h"
#include "widgets/playground/model_summary.h"
#include "widgets/runs/format_text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kFlushMs = 40; // an eye sees no more; a text of thousands of tokens costs less so
constexpr int kTickMs = 250;
constexpr int kLeastWidth = 230;

using State = PlaygroundModel::State;

QString secondsText(double seconds)
{
    return PlaygroundColumn::tr("%1 s").arg(QString::number(seconds, 'f', seconds < 10 ? 2 : 1));
}

/// A label of one or more lines that never widens its column.
QLabel* wrappingLabel(int lines = 1)
{
    auto* label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setMinimumWidth(1);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    label->setMinimumHeight(label->fontMetrics().lineSpacing() * lines);
    return label;
}

QString endText(const AnswerFigures& figures)
{
    if (figures.finishReason == QLatin1String("stop")) return PlaygroundColumn::tr("ended by itself");
    if (figures.finishReason == QLatin1String("length")) return PlaygroundColumn::tr("cut at its length");
    return PlaygroundColumn::tr("stopped");
}

QString detailHint()
{
    return PlaygroundColumn::tr(
        "Click a word to see how sure the model was, and what else it would have written.");
}

QString memoryText(const AnswerFigures& figures)
{
    QString text = PlaygroundColumn::tr("%1 resident").arg(byteText(figures.memoryBytes));
    if (figures.deviceMemoryBytes > 0)
        text += PlaygroundColumn::tr(", %1 on the GPU").arg(byteText(figures.deviceMemoryBytes));
    return text;
}

} // namespace

PlaygroundColumn::PlaygroundColumn(const std::filesystem::path& cli, const QString& path,
                                   const nlohmann::json& inspection, QWidget* parent)
    : QFrame(parent), m_model(new PlaygroundModel(cli, path, this)), m_view(new AnswerView),
      m_nameLabel(new QLabel), m_summary(wrappingLabel()), m_state(wrappingLabel()),
      m_problem(wrappingLabel()), m_agreement(wrappingLabel(3)), m_figures(wrappingLabel(3)),
      m_detail(wrappingLabel(3)), m_bar(new QProgressBar), m_stateButton(new QPushButton),
      m_name(modelName(path))
{
    setFrameShape(QFrame::StyledPanel);
    setMinimumWidth(kLeastWidth);
    m_state->setObjectName(QStringLiteral("columnState"));
    m_problem->setObjectName(QStringLiteral("columnProblem"));
    m_agreement->setObjectName(QStringLiteral("columnAgreement"));
    m_figures->setObjectName(QStringLiteral("columnFigures"));
    m_detail->setObjectName(QStringLiteral("columnDetail"));
    m_view->setObjectName(QStringLiteral("columnAnswer"));
    m_view->setPlaceholderText(tr("Its answer comes here."));
    m_detail->setText(detailHint());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 8, 10, 8);
    column->setSpacing(4);
    column->addWidget(makeHeader(inspection));
    column->addWidget(makeState());
    column->addWidget(m_problem);
    column->addWidget(m_view, 1);
    column->addWidget(m_agreement);
    column->addWidget(m_figures);
    column->addWidget(m_detail);
    m_flush.setSingleShot(true);
    m_flush.setInterval(kFlushMs);
    m_tick.setInterval(kTickMs);
    connect(&m_flush, &QTimer::timeout, this, &PlaygroundColumn::flush);
    connect(&m_tick, &QTimer::timeout, this, [this] {
        showState();
        showFigures();
    });
    connect(m_view, &AnswerView::detailChanged, this,
            [this](const QString& text) { m_detail->setText(text.isEmpty() ? detailHint() : text); });
    connect(m_model, &PlaygroundModel::stateChanged, this, [this] {
        showState();
        Q_EMIT changed();
    });
    connect(m_model, &PlaygroundModel::pieceWritten, this, [this](const AnswerPiece& piece) {
        if (m_firstTokenSeconds < 0) m_firstTokenSeconds = static_cast<double>(m_asked.elapsed()) / 1000;
        m_lastPieceSeconds = static_cast<double>(m_asked.elapsed()) / 1000;
        m_tokens += static_cast<int>(piece.tokens.size());
        m_unshown.push_back(piece);
        if (!m_flush.isActive()) m_flush.start();
    });
    connect(m_model, &PlaygroundModel::answered, this, &PlaygroundColumn::takeAnswer);
    connect(m_model, &PlaygroundModel::refused, this, [this](const QString& message) {
        showProblem(message);
        Q_EMIT changed();
    });
    showName();
    showState();
    colorTexts();
}

QWidget* PlaygroundColumn::makeHeader(const nlohmann::json& inspection)
{
    m_nameLabel->setObjectName(QStringLiteral("columnName"));
    m_nameLabel->setTextFormat(Qt::PlainText);
    m_nameLabel->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    setTextScale(m_nameLabel, 1.1, true);
    m_summary->setText(modelSummary(inspection));
    m_summary->setToolTip(HonestBits::from(inspection).text());
    auto* menu = new QToolButton;
    menu->setObjectName(QStringLiteral("columnMenu"));
    menu->setText(QStringLiteral("⋯"));
    menu->setAccessibleName(tr("What can be done with %1").arg(m_name));
    menu->setPopupMode(QToolButton::InstantPopup);
    menu->setStyleSheet(QStringLiteral("QToolButton::menu-indicator { image: none; }"));
    addMenu(menu);
    auto* remove = new QToolButton;
    remove->setObjectName(QStringLiteral("removeColumn"));
    remove->setText(QStringLiteral("✕"));
    remove->setToolTip(tr("Unload it and take it off this page"));
    remove->setAccessibleName(tr("Remove %1").arg(m_name));
    for (QToolButton* button : {menu, remove}) {
        button->setAutoRaise(true);
        button->setFocusPolicy(Qt::StrongFocus);
    }
    connect(remove, &QToolButton::clicked, this, &PlaygroundColumn::removeRequested);
    auto* header = new QWidget;
    auto* row = new QHBoxLayout;
    row->setSpacing(2);
    row->addWidget(m_nameLabel, 1);
    row->addWidget(menu);
    row->addWidget(remove);
    auto* column = new QVBoxLayout(header);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_summary);
    return header;
}

void PlaygroundColumn::addMenu(QToolButton* button)
{
    auto* menu = new QMenu(button);
    m_makeFirst =
        menu->addAction(tr("&Compare the others with it"), this, &PlaygroundColumn::referenceRequested);
    menu->addAction(tr("Copy the &answer"), this, [this] {
        QGuiApplication::clipboard()->setText(QString::fromStdString(m_view->answer()));
    });
    menu->addSeparator();
    m_unload = menu->addAction(tr("&Unload it"), this, [this] { m_model->unload(); });
    button->setMenu(menu);
}

QWidget* PlaygroundColumn::makeState()
{
    m_stateButton->setObjectName(QStringLiteral("columnStateButton"));
    connect(m_stateButton, &QPushButton::clicked, this, &PlaygroundColumn::pressStateButton);
    m_bar->setRange(0, 0);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    m_bar->setAccessibleName(tr("Loading"));
    QSizePolicy keeps = m_bar->sizePolicy();
    keeps.setRetainSizeWhenHidden(true);
    m_bar->setSizePolicy(keeps);
    auto* box = new QWidget;
    auto* row = new QHBoxLayout;
    row->addWidget(m_state, 1, Qt::AlignVCenter);
    row->addWidget(m_stateButton);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_bar);
    box->setMinimumHeight(m_stateButton->sizeHint().height() + m_bar->height() + 2);
    return box;
}

void PlaygroundColumn::setName(const QString& name)
{
    if (name == m_name) return;
    m_name = name;
    showName();
}

void PlaygroundColumn::showName()
{
    m_nameLabel->setText(
        m_nameLabel->fontMetrics().elidedText(m_name, Qt::ElideMiddle, std::max(40, m_nameLabel->width())));
    m_nameLabel->setToolTip(m_name + QLatin1Char('\n') + path());
    m_view->setAccessibleName(tr("Answer of %1").arg(m_name));
    setAccessibleName(m_name);
}

void PlaygroundColumn::waitForTurn()
{
    m_waits = true;
    m_unshown.clear();
    m_view->clearAnswer();
    m_done.reset();
    m_tokens = 0;
    m_firstTokenSeconds = -1;
    m_detail->setText(detailHint());
    showProblem({});
    showAgreement({});
    showState();
    showFigures();
}

void PlaygroundColumn::giveUpTurn()
{
    m_waits = false;
    showState();
}

void PlaygroundColumn::ask(const nlohmann::json& request, bool company)
{
    waitForTurn();
    m_waits = false;
    m_hasCompany = company;
    m_wasLoaded = m_model->state() == State::Ready;
    m_asked.start();
    m_model->ask(request);
}

void PlaygroundColumn::flush()
{
    if (m_unshown.empty()) return;
    m_view->append(std::exchange(m_unshown, {}));
    showFigures();
    Q_EMIT changed();
}

void PlaygroundColumn::takeAnswer(const AnswerFigures& figures)
{
    m_done = figures;
    if (figures.tokens == 0) m_done->tokens = m_tokens; // its process was ended
    flush();
    showState();
    showFigures();
    Q_EMIT changed();
}

ComparedAnswer PlaygroundColumn::compared() const
{
    const bool ended = m_done && m_done->finishReason == QLatin1String("stop");
    return {.view = m_view, .name = m_name, .isWriting = isBusy() || m_waits, .endedItself = ended};
}

void PlaygroundColumn::showAgreement(const Agreement& agreement)
{
    m_view->setMarks(agreement.byte ? std::vector{*agreement.byte} : std::vector<std::size_t>());
    showAgreementText(agreement.text);
}

void PlaygroundColumn::showAsReference(const std::vector<std::size_t>& marks, bool hasOthers)
{
    m_view->setMarks(marks);
    showAgreementText(hasOthers ? tr("The others are compared with this one.") : QString());
}

void PlaygroundColumn::showAgreementText(const QString& text)
{
    if (m_agreement->text() != text) m_agreement->setText(text);
}

void PlaygroundColumn::setFirst(bool first)
{
    m_makeFirst->setEnabled(!first);
}

void PlaygroundColumn::showProblem(const QString& problem)
{
    m_problem->setText(wrappable(problem));
    m_problem->setVisible(!problem.isEmpty());
}

void PlaygroundColumn::showState()
{
    const State state = m_model->state();
    const bool isMoving = state == State::Loading || m_model->isBusy();
    if (isMoving != m_tick.isActive()) isMoving ? m_tick.start() : m_tick.stop();
    m_bar->setVisible(state == State::Loading);
    m_state->setText(stateText());
    if (state == State::Failed && !m_waits) showProblem(m_model->problem());
    if (state == State::Loading) showProblem({});
    const bool canLoad = state == State::Off || state == State::Failed;
    m_stateButton->setVisible(canLoad || state == State::Loading);
    m_stateButton->setText(state == State::Failed    ? tr("Load again")
                           : state == State::Loading ? tr("Cancel")
                                                     : tr("Load"));
    m_stateButton->setAccessibleName(m_stateButton->text() + QLatin1Char(' ') + m_name);
    m_unload->setEnabled(!canLoad);
}

QString PlaygroundColumn::stateText() const
{
    const double seconds = m_model->secondsInState();
    const State state = m_model->state();
    if (m_waits && (state == State::Off || state == State::Failed))
        return tr("Waits for its turn, then loads.");
    switch (state) {
    case State::Off:
        return tr("Not loaded. It loads when it is asked.");
    case State::Loading:
        return m_model->isBusy() ? tr("Loading for %1, then it answers…").arg(secondsText(seconds))
                                 : tr("Loading for %1…").arg(secondsText(seconds));
    case State::Ready:
        return m_waits ? tr("Waits for its turn.") : readyText();
    case State::Answering:
        return m_firstTokenSeconds < 0 ? tr("Reads the prompt…") : tr("Writes…");
    case State::Stopping:
        return tr("Stops…");
    case State::Failed:
        return tr("It cannot answer:");
    }
    return {};
}

/// With what serves in place of what was asked for, if something does.
QString PlaygroundColumn::readyText() const
{
    const AnswerFigures& loaded = m_model->loaded();
    const QString text =
        tr("Ready: %1 on %2, loaded in %3.").arg(loaded.runtime, loaded.device, secondsText(loaded.seconds));
    return m_model->warning().isEmpty() ? text : text + QLatin1Char('\n') + wrappable(m_model->warning());
}

void PlaygroundColumn::showFigures()
{
    QStringList speed, lines;
    const double writing = m_lastPieceSeconds - m_firstTokenSeconds;
    if (m_done) {
        lines << tr("%1 tokens, %2").arg(m_done->tokens).arg(endText(*m_done));
        if (m_done->tokensPerSecond > 0) speed << speedText(m_done->tokensPerSecond);
    } else if (m_tokens > 0) {
        lines << tr("%1 tokens").arg(m_tokens);
        if (writing > 0 && m_tokens > 1) speed << speedText((m_tokens - 1) / writing);
    }
    const AnswerFigures& memory = m_done && m_done->memoryBytes > 0 ? *m_done : m_model->loaded();
    if (memory.memoryBytes > 0) speed << memoryText(memory);
    if (!speed.isEmpty()) lines << speed.join(QStringLiteral(" · "));
    if (m_firstTokenSeconds >= 0)
        lines << (m_wasLoaded ? tr("First token after %1") : tr("First token after %1 with loading"))
                     .arg(secondsText(m_firstTokenSeconds));
    m_figures->setText(lines.join(QLatin1Char('\n')));
    m_figures->setToolTip(
        m_done && m_done->peakMemoryBytes > 0
            ? tr("A prompt of %1 tokens, read in %2.\nAt most %3 resident, while loading or since.")
                  .arg(m_done->promptTokens)
                  .arg(secondsText(m_done->promptSeconds), byteText(m_done->peakMemoryBytes))
            : QString());
}

QString PlaygroundColumn::speedText(double tokensPerSecond) const
{
    const QString number = QString::number(tokensPerSecond, 'f', 1);
    return m_hasCompany ? tr("%1 tokens/s beside others").arg(number) : tr("%1 tokens/s").arg(number);
}

void PlaygroundColumn::pressStateButton()
{
    if (m_model->state() == State::Loading)
        m_model->unload();
    else
        m_model->load();
}

QString PlaygroundColumn::problemText() const
{
    return m_problem->isHidden() ? QString() : m_problem->text().remove(QChar(0x200b));
}
QString PlaygroundColumn::figuresText() const
{
    return m_figures->text();
}
QString PlaygroundColumn::agreementText() const
{
    return m_agreement->text();
}

void PlaygroundColumn::resizeEvent(QResizeEvent* event)
{
    QFrame::resizeEvent(event);
    showName();
}

void PlaygroundColumn::colorTexts()
{
    for (QLabel* label : {m_summary, m_state, m_figures, m_detail})
        setTextColor(label, quietTextColor(palette()));
    setTextColor(m_problem, badTextColor(palette()));
}

void PlaygroundColumn::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colorTexts();
}

} // namespace boolab::ui
