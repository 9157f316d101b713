// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/model_page.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

#include "core/base/json_field.h"
#include "widgets/base/fact_card.h"
#include "widgets/base/file_handle.h"
#include "widgets/base/text_look.h"
#include "widgets/model/metadata_view.h"
#include "widgets/model/tensor_view.h"
#include "widgets/model/tokenizer_view.h"
#include "widgets/pages/model_facts.h"
#include "widgets/pages/model_needs.h"

namespace boolab::ui
{

namespace
{

constexpr int kFactRows = 7; // in a column

enum Face { kEmpty, kReading, kLoaded };

} // namespace

ModelPage::ModelPage(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedWidget), m_reading(new QLabel), m_name(new QLabel),
      m_place(new QLabel), m_convert(new QPushButton(tr("&Convert…"))),
      m_finetune(new QPushButton(tr("Fine&tune…"))), m_evaluate(new QPushButton(tr("E&valuate…"))),
      m_file(new FileHandle), m_export(new QPushButton(tr("E&xport…"))),
      m_try(new QPushButton(tr("Tr&y it…"))), m_card(new FactCard(kFactRows)), m_needs(new ModelNeeds),
      m_tabs(new QTabWidget), m_tensors(new TensorView), m_metadata(new MetadataView),
      m_tokenizer(new TokenizerView)
{
    m_stack->addWidget(makeEmpty());
    m_stack->addWidget(makeReading());
    m_stack->addWidget(makeLoaded());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
}

QWidget* ModelPage::makeEmpty()
{
    auto* page = new QWidget;
    auto* text =
        new QLabel(tr("No model is open.\nDrop one onto this window: a Hugging Face folder, a .gguf, "
                      "a .safetensors or a Boolean model."));
    text->setAlignment(Qt::AlignCenter);
    text->setWordWrap(true);
    auto* open = new QPushButton(tr("Open a model…"));
    open->setObjectName(QStringLiteral("openModel"));
    connect(open, &QPushButton::clicked, this, &ModelPage::openRequested);
    auto* column = new QVBoxLayout(page);
    column->addStretch();
    column->addWidget(text);
    column->addWidget(open, 0, Qt::AlignHCenter);
    column->addStretch();
    return page;
}

QWidget* ModelPage::makeReading()
{
    auto* page = new QWidget;
    m_reading->setAlignment(Qt::AlignCenter);
    m_reading->setTextFormat(Qt::PlainText);
    auto* column = new QVBoxLayout(page);
    column->addWidget(m_reading);
    return page;
}

QWidget* ModelPage::makeLoaded()
{
    auto* page = new QWidget;
    auto* facts = new QHBoxLayout;
    facts->setSpacing(12);
    facts->addWidget(m_card, 5);
    facts->addWidget(m_needs, 2);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(12);
    column->addWidget(makeHeader());
    column->addLayout(facts);
    column->addWidget(makeTabs(), 1);
    return page;
}

QWidget* ModelPage::makeHeader()
{
    auto* header = new QWidget;
    m_name->setObjectName(QStringLiteral("modelName"));
    m_name->setTextFormat(Qt::PlainText);
    m_name->setWordWrap(true);
    setTextScale(m_name, 1.5, true);
    m_place->setTextFormat(Qt::PlainText);
    m_place->setWordWrap(true);
    m_place->setTextInteractionFlags(Qt::TextSelectableByMouse);
    setTextColor(m_place, quietTextColor(palette()));
    m_file->setToolButtonStyle(Qt::ToolButtonIconOnly);
    m_convert->setObjectName(QStringLiteral("convertModel"));
    m_finetune->setObjectName(QStringLiteral("finetuneModel"));
    connect(m_convert, &QPushButton::clicked, this, &ModelPage::convertRequested);
    m_evaluate->setObjectName(QStringLiteral("evaluateModel"));
    m_evaluate->setToolTip(tr("Perplexity, zero-shot tasks, and how close it stays to a reference"));
    connect(m_evaluate, &QPushButton::clicked, this, &ModelPage::evaluateRequested);
    m_export->setObjectName(QStringLiteral("exportModel"));
    m_export->setToolTip(tr("Write it for transformers or llama.cpp, with a model card"));
    m_try->setObjectName(QStringLiteral("tryModel"));
    m_try->setToolTip(tr("Ask it something in the playground, beside others"));
    connect(m_try, &QPushButton::clicked, this, &ModelPage::playgroundRequested);
    connect(m_finetune, &QPushButton::clicked, this, &ModelPage::finetuneRequested);
    connect(m_export, &QPushButton::clicked, this, &ModelPage::exportRequested);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_name);
    texts->addWidget(m_place);
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->addLayout(texts, 1);
    row->addWidget(m_file, 0, Qt::AlignVCenter);
    row->addWidget(m_convert, 0, Qt::AlignVCenter);
    row->addWidget(m_finetune, 0, Qt::AlignVCenter);
    row->addWidget(m_evaluate, 0, Qt::AlignVCenter);
    row->addWidget(m_export, 0, Qt::AlignVCenter);
    row->addWidget(m_try, 0, Qt::AlignVCenter);
    return header;
}

QWidget* ModelPage::makeTabs()
{
    m_tabs->setObjectName(QStringLiteral("modelTabs"));
    m_tabs->addTab(m_tensors, tr("Tensors"));
    m_tabs->addTab(m_metadata, tr("Settings"));
    m_tabs->addTab(m_tokenizer, tr("Tokenizer"));
    m_tabs->setTabToolTip(0, tr("All tensors by block, with sums, a filter and a check of their values"));
    m_tabs->setTabToolTip(1, tr("config.json, metadata of the weight files, keys of a GGUF"));
    m_tabs->setTabToolTip(2, tr("Vocabulary, special tokens, chat template, and a text to take apart"));
    connect(m_tensors, &TensorView::inspectRequested, this, &ModelPage::inspectRequested);
    return m_tabs;
}

bool ModelPage::isReading() const
{
    return m_tensors->isChecking() || m_tokenizer->isReading();
}

void ModelPage::showReading(const QString& name)
{
    m_reading->setText(tr("Reading %1…").arg(name));
    m_stack->setCurrentIndex(kReading);
}

void ModelPage::stopReading()
{
    m_stack->setCurrentIndex(hasModel() ? kLoaded : kEmpty);
}

void ModelPage::showModel(const OpenedModel& model)
{
    m_path = QString::fromStdString(model.path.string());
    m_isBoolean = model.inspection.value("kind", "") == "boolean";
    m_name->setText(wrappable(modelName(m_path)));
    m_place->setText(wrappable(m_path));
    m_file->setPath(m_path);
    m_card->setFacts(modelFacts(model.inspection));
    m_needs->setInspection(model.inspection);
    m_tensors->setModel(m_path, model.inspection);
    m_metadata->setMetadata(listAt(model.inspection, "metadata"));
    m_tokenizer->setModel(m_path);
    m_convert->setEnabled(!m_isBoolean);
    m_convert->setDefault(!m_isBoolean);
    m_finetune->setDefault(m_isBoolean);
    m_convert->setToolTip(m_isBoolean ? tr("Its layers are Boolean already.")
                                      : tr("Turn its linear layers into Boolean kernels"));
    m_finetune->setToolTip(m_isBoolean ? tr("Train its Boolean weights")
                                       : tr("Use it as the teacher of a Boolean model"));
    m_stack->setCurrentIndex(kLoaded);
}

void ModelPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) setTextColor(m_place, quietTextColor(palette()));
}

} // namespace boolab::ui
