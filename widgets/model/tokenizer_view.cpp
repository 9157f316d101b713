// SPDX-License-Identifier: Apache-2.0
#include "widgets/model/tokenizer_view.h"

#include "core/formats/model_files.h"
#include "core/jobs/text_format.h"
#include "widgets/base/background.h"
#include "widgets/base/text_look.h"
#include "widgets/model/token_pieces.h"

#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

enum Face { kMessage, kLoaded };

constexpr int kSoonMs = 120;              // after the last key
constexpr std::size_t kMostPieces = 2000; // drawn; more are counted
constexpr int kTryHeight = 84;

QString count(std::int64_t number)
{
    return QString::fromStdString(formatCount(number));
}

QLabel* title(const QString& text)
{
    auto* label = new QLabel(text);
    setTextScale(label, 1.0, true);
    return label;
}

} // namespace

TokenizerView::TokenizerView(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedWidget), m_message(new QLabel), m_size(new QLabel),
      m_special(new QStandardItemModel(this)), m_specialView(new QTableView), m_templateTitle(title({})),
      m_template(new QPlainTextEdit), m_text(new QPlainTextEdit),
      m_frame(new QCheckBox(tr("&With the special tokens around it"))), m_count(new QLabel),
      m_copy(new QPushButton(tr("Co&py ids"))), m_pieces(new TokenPieces), m_soon(new QTimer(this)),
      m_background(new Background(this))
{
    m_message->setObjectName(QStringLiteral("tokenizerMessage"));
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setWordWrap(true);
    auto* parts = new QSplitter(Qt::Horizontal);
    parts->setChildrenCollapsible(false);
    parts->addWidget(makeFacts());
    parts->addWidget(makeTry());
    parts->setStretchFactor(0, 2);
    parts->setStretchFactor(1, 3);
    m_stack->addWidget(m_message);
    m_stack->addWidget(parts);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->addWidget(m_stack);
    m_soon->setSingleShot(true);
    m_soon->setInterval(kSoonMs);
    connect(m_soon, &QTimer::timeout, this, &TokenizerView::tokenize);
    colorTexts();
}

TokenizerView::~TokenizerView() = default;

QWidget* TokenizerView::makeFacts()
{
    m_size->setObjectName(QStringLiteral("vocabulary"));
    m_size->setTextFormat(Qt::PlainText);
    m_size->setWordWrap(true);
    m_size->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_specialView->setObjectName(QStringLiteral("specialTokens"));
    m_specialView->setModel(m_special);
    m_specialView->setAccessibleName(tr("Special tokens"));
    m_specialView->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_specialView->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_specialView->setAlternatingRowColors(true);
    m_specialView->setShowGrid(false);
    m_specialView->setTabKeyNavigation(false);
    m_specialView->verticalHeader()->hide();
    m_specialView->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 8);
    m_specialView->horizontalHeader()->setHighlightSections(false);
    m_template->setObjectName(QStringLiteral("chatTemplate"));
    m_template->setReadOnly(true);
    m_template->setTabChangesFocus(true);
    m_template->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_template->setAccessibleName(tr("Chat template"));
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 6, 0);
    column->addWidget(m_size);
    column->addWidget(title(tr("Special tokens")));
    column->addWidget(m_specialView, 3);
    column->addWidget(m_templateTitle);
    column->addWidget(m_template, 2);
    return side;
}

QWidget* TokenizerView::makeTry()
{
    m_text->setObjectName(QStringLiteral("tokenizerText"));
    m_text->setPlaceholderText(tr("Type or paste a text to see its tokens."));
    m_text->setPlainText(tr("The capital of France is Paris."));
    m_text->setTabChangesFocus(true);
    m_text->setMaximumHeight(kTryHeight);
    m_text->setAccessibleName(tr("Text to take apart"));
    connect(m_text, &QPlainTextEdit::textChanged, m_soon, qOverload<>(&QTimer::start));
    m_frame->setObjectName(QStringLiteral("addSpecialTokens"));
    connect(m_frame, &QCheckBox::toggled, this, &TokenizerView::tokenize);
    m_count->setObjectName(QStringLiteral("tokenCount"));
    m_count->setTextFormat(Qt::PlainText);
    m_count->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_copy->setObjectName(QStringLiteral("copyIds"));
    m_copy->setToolTip(tr("The ids of all tokens, with commas between"));
    connect(m_copy, &QPushButton::clicked, this, &TokenizerView::copyIds);
    m_pieces->setAccessibleName(tr("Tokens and their ids"));
    auto* scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::StyledPanel);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* paper = new QWidget;
    auto* inner = new QVBoxLayout(paper);
    inner->setContentsMargins(10, 10, 10, 10);
    inner->addWidget(m_pieces);
    inner->addStretch(1);
    paper->setBackgroundRole(QPalette::Base);
    paper->setAutoFillBackground(true);
    scroll->setWidget(paper);
    auto* options = new QHBoxLayout;
    options->addWidget(m_frame);
    options->addWidget(m_count, 1);
    options->addWidget(m_copy);
    auto* side = new QWidget;
    auto* column = new QVBoxLayout(side);
    column->setContentsMargins(6, 0, 0, 0);
    column->addWidget(title(tr("Try a text")));
    column->addWidget(m_text);
    column->addLayout(options);
    column->addWidget(scroll, 1);
    return side;
}

void TokenizerView::setModel(const QString& path)
{
    m_path = path;
    m_tokenizer.reset();
    m_isStale = true;
    ++m_generation;
    m_isReading = false;
    m_message->setText(tr("Reading the tokenizer…"));
    m_stack->setCurrentIndex(kMessage);
    if (isVisible()) read();
}

void TokenizerView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_isStale) read();
}

TokenizerView::Loaded TokenizerView::readTokenizer(const std::string& model)
{
    const auto files = ModelFiles::open(model);
    if (!files)
        return {.tokenizer = {}, .facts = {}, .problem = QString::fromStdString(files.error().text())};
    auto tokenizer = Tokenizer::open(*files);
    if (!tokenizer)
        return {.tokenizer = {},
                .facts = {},
                .problem = tr("There is no tokenizer to show.\n\n%1")
                               .arg(wrappable(QString::fromStdString(tokenizer.error().text())))};
    Loaded loaded{
        .tokenizer = std::make_shared<const Tokenizer>(std::move(*tokenizer)), .facts = {}, .problem = {}};
    loaded.facts = tokenizerFacts(*loaded.tokenizer, files->config().vocabSize);
    return loaded;
}

void TokenizerView::read()
{
    m_isStale = false;
    m_isReading = true;
    m_background->run([path = m_path.toStdString()] { return readTokenizer(path); },
                      [this, generation = m_generation](const Loaded& loaded) {
                          if (generation == m_generation) showTokenizer(loaded);
                      });
}

void TokenizerView::showTokenizer(const Loaded& loaded)
{
    m_isReading = false;
    m_tokenizer = loaded.tokenizer;
    if (!m_tokenizer) return m_message->setText(loaded.problem);
    const TokenizerFacts& facts = loaded.facts;
    const auto spare = facts.embeddingRows - facts.vocabulary;
    m_size->setText(spare > 0
                        ? tr("%1 tokens; the model has rows for %2, %3 of them without a token")
                              .arg(count(facts.vocabulary), count(facts.embeddingRows), count(spare))
                        : tr("%1 tokens, one for every row of the embedding").arg(count(facts.vocabulary)));
    m_special->clear();
    m_special->setHorizontalHeaderLabels({tr("Id"), tr("Token"), tr("Used as")});
    for (const SpecialToken& token : facts.specialTokens) {
        auto* id = new QStandardItem(QString::number(token.id));
        id->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        m_special->appendRow({id, new QStandardItem(QString::fromStdString(token.text)),
                              new QStandardItem(QString::fromStdString(token.roles))});
    }
    m_specialView->resizeColumnsToContents();
    m_specialView->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    const bool hasTemplate = !facts.chatTemplate.empty();
    m_templateTitle->setText(hasTemplate
                                 ? tr("Chat template")
                                 : tr("No chat template: it is a base model, to be given text to continue"));
    m_template->setPlainText(QString::fromStdString(facts.chatTemplate));
    m_template->setVisible(hasTemplate);
    m_frame->setToolTip(facts.prefix.empty()
                            ? tr("This tokenizer puts none before a text.")
                            : tr("Puts %1 before the text").arg(QString::fromStdString(facts.prefix)));
    m_stack->setCurrentIndex(kLoaded);
    tokenize();
}

void TokenizerView::tokenize()
{
    if (!m_tokenizer) return;
    m_soon->stop();
    ++m_waiting;
    m_background->run([tokenizer = m_tokenizer, text = m_text->toPlainText().toStdString(),
                       framed = m_frame->isChecked()] { return tokenPieces(*tokenizer, text, framed); },
                      [this, asked = ++m_asked](const std::vector<TokenPiece>& pieces) {
                          --m_waiting;
                          if (asked == m_asked) showTokens(pieces);
                      });
}

void TokenizerView::showTokens(const std::vector<TokenPiece>& pieces)
{
    m_ids.clear();
    for (const TokenPiece& piece : pieces)
        m_ids << QString::number(piece.id);
    const auto characters = m_text->toPlainText().toUcs4().size();
    QString text = pieces.empty()
                       ? tr("No tokens")
                       : tr("%1 tokens, %2 characters")
                             .arg(count(static_cast<std::int64_t>(pieces.size())), count(characters));
    if (pieces.size() > kMostPieces) text += tr("; the first %1 are shown").arg(count(kMostPieces));
    m_count->setText(text);
    m_copy->setEnabled(!pieces.empty());
    const auto shown = static_cast<std::ptrdiff_t>(std::min(pieces.size(), kMostPieces));
    m_pieces->setPieces({pieces.begin(), pieces.begin() + shown});
}

void TokenizerView::copyIds() const
{
    QApplication::clipboard()->setText(m_ids.join(QStringLiteral(", ")));
}

void TokenizerView::colorTexts()
{
    setTextColor(m_count, quietTextColor(palette()));
}

void TokenizerView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colorTexts();
}

} // namespace boolab::ui
