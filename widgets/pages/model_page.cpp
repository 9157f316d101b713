// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/model_page.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

#include "widgets/base/fact_card.h"
#include "widgets/base/file_handle.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/layer_table_model.h"
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
      m_place(new QLabel), m_layerCount(new QLabel), m_convert(new QPushButton(tr("&Convert…"))),
      m_finetune(new QPushButton(tr("Fine&tune…"))), m_evaluate(new QPushButton(tr("E&valuate…"))),
      m_file(new FileHandle), m_export(new QPushButton(tr("E&xport…"))),
      m_try(new QPushButton(tr("Tr&y it…"))), m_card(new FactCard(kFactRows)), m_needs(new ModelNeeds),
      m_layers(new LayerTableModel(this)), m_shownLayers(new QSortFilterProxyModel(this)),
      m_filter(new QLineEdit), m_view(new QTreeView), m_inspect(new QPushButton(tr("&Inspect layer…")))
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
    column->addWidget(makeLayers(), 1);
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

void ModelPage::makeLayerView()
{
    m_shownLayers->setSourceModel(m_layers);
    m_shownLayers->setSortRole(LayerTableModel::kSortRole);
    m_shownLayers->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_shownLayers->setFilterKeyColumn(LayerTableModel::Name);
    m_view->setObjectName(QStringLiteral("layers"));
    m_view->setModel(m_shownLayers);
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(LayerTableModel::Name, Qt::AscendingOrder);
    m_view->setAccessibleName(tr("Linear layers"));
    m_view->header()->setStretchLastSection(false);
    connect(m_view, &QTreeView::activated, this, &ModelPage::inspectCurrent);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex& current) { m_inspect->setEnabled(current.isValid()); });
}

void ModelPage::inspectCurrent()
{
    const QModelIndex current = m_view->currentIndex();
    if (m_isBoolean && current.isValid())
        Q_EMIT inspectRequested(current.siblingAtColumn(LayerTableModel::Name).data().toString());
}

QWidget* ModelPage::makeLayers()
{
    makeLayerView();
    m_filter->setObjectName(QStringLiteral("layerFilter"));
    m_filter->setPlaceholderText(tr("Filter layers, such as “mlp” or “layers.3.”"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter layers"));
    m_layerCount->setObjectName(QStringLiteral("layerCount"));
    setTextScale(m_layerCount, 1.0, true);
    connect(m_filter, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_shownLayers->setFilterFixedString(text);
        showLayerCount();
    });
    m_inspect->setObjectName(QStringLiteral("inspectLayer"));
    m_inspect->setToolTip(tr("Bit planes, scales and errors of the chosen layer (double click, Enter)"));
    m_inspect->setEnabled(false);
    connect(m_inspect, &QPushButton::clicked, this, &ModelPage::inspectCurrent);
    auto* panel = new QWidget;
    auto* top = new QHBoxLayout;
    top->addWidget(m_layerCount, 1);
    top->addWidget(m_filter, 1);
    top->addWidget(m_inspect);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(top);
    column->addWidget(m_view, 1);
    return panel;
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
    m_layers->setLayers(model.inspection["layers"]);
    m_filter->clear();
    for (int column = 0; column < LayerTableModel::ColumnCount; ++column)
        m_view->resizeColumnToContents(column);
    m_view->header()->setSectionResizeMode(LayerTableModel::Name, QHeaderView::Stretch);
    m_inspect->setVisible(m_isBoolean);
    m_convert->setEnabled(!m_isBoolean);
    m_convert->setDefault(!m_isBoolean);
    m_finetune->setDefault(m_isBoolean);
    m_convert->setToolTip(m_isBoolean ? tr("Its layers are Boolean already.")
                                      : tr("Turn its linear layers into Boolean kernels"));
    m_finetune->setToolTip(m_isBoolean ? tr("Train its Boolean weights")
                                       : tr("Use it as the teacher of a Boolean model"));
    showLayerCount();
    m_stack->setCurrentIndex(kLoaded);
}

void ModelPage::showLayerCount()
{
    const int all = m_layers->rowCount(), shown = m_shownLayers->rowCount();
    m_layerCount->setText(shown == all ? tr("%1 linear layers").arg(all)
                                       : tr("%1 of %2 linear layers").arg(shown).arg(all));
}

void ModelPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) setTextColor(m_place, quietTextColor(palette()));
}

} // namespace boolab::ui
