// SPDX-License-Identifier: Apache-2.0
// How the inspector is put together, and what it saves.
#include "widgets/inspector/layer_inspector.h"

#include "widgets/base/text_look.h"
#include "widgets/charts/picture_export.h"
#include "widgets/inspector/bit_plane_panel.h"
#include "widgets/inspector/correlation_map.h"
#include "widgets/inspector/error_steps.h"
#include "widgets/inspector/inspector_bar.h"
#include "widgets/inspector/inspector_tables.h"
#include "widgets/inspector/kernel_table_model.h"
#include "widgets/inspector/layer_probe.h"
#include "widgets/inspector/scale_chart.h"
#include "widgets/runs/save_file.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr QSize kUsualSize(1180, 760);

QToolButton* makeButton(const QString& text, const QString& name)
{
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

} // namespace

LayerInspector::LayerInspector(std::filesystem::path cli, std::filesystem::path database, QWidget* parent)
    : QDialog(parent, Qt::Window), m_process(new LayerProbe(std::move(cli), std::move(database), this)),
      m_layers(new QComboBox), m_back(makeButton(QStringLiteral("◀"), tr("Layer before (Left, Alt+Left)"))),
      m_forth(makeButton(QStringLiteral("▶"), tr("Layer after (Right, Alt+Right)"))),
      m_compare(makeButton(tr("Compare…"), tr("Open another inspector to compare two layers"))),
      m_save(makeButton(tr("Save"), tr("Charts as PNG or SVG, tables as CSV"))), m_name(new QLabel),
      m_facts(new QLabel), m_explanation(new QLabel), m_bar(new InspectorBar), m_stack(new QStackedWidget),
      m_errors(new ErrorSteps(tr("Error left"))),
      m_correlation(new CorrelationMap(tr("Correlation of outputs"))), m_planes(new BitPlanePanel),
      m_scalesOut(new ScaleChart(tr("Scales out, u"))), m_scalesIn(new ScaleChart(tr("Scales in, v"))),
      m_table(new KernelTableModel(this)), m_tableView(new QTreeView)
{
    setModal(false);
    setObjectName(QStringLiteral("layerInspector"));
    setWindowTitle(tr("Layer inspector"));
    resize(kUsualSize);
    m_settle.setSingleShot(true);
    m_stack->addWidget(makeContent());
    m_explanation->setAlignment(Qt::AlignCenter);
    m_explanation->setWordWrap(true);
    m_explanation->setTextFormat(Qt::PlainText);
    m_explanation->setMargin(40);
    m_explanation->setObjectName(QStringLiteral("explanation"));
    m_stack->addWidget(m_explanation);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->setSpacing(6);
    column->addWidget(makeTop());
    column->addWidget(m_facts);
    column->addWidget(m_bar);
    column->addWidget(m_stack, 1);
    fillSaveMenu();
    connectParts();
    explain(tr("No layer is chosen."));
}

LayerInspector::~LayerInspector() = default;

QWidget* LayerInspector::makeTop()
{
    auto* top = new QWidget;
    m_layers->setAccessibleName(tr("Layer"));
    m_layers->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_layers->setMinimumContentsLength(30);
    m_layers->setMaxVisibleItems(24);
    m_name->setObjectName(QStringLiteral("layerName"));
    m_name->setTextFormat(Qt::PlainText);
    setTextScale(m_name, 1.3, true);
    m_facts->setObjectName(QStringLiteral("layerFacts"));
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_facts->setWordWrap(true);
    auto* row = new QHBoxLayout(top);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_name, 1);
    for (QWidget* part :
         {static_cast<QWidget*>(m_back), static_cast<QWidget*>(m_layers), static_cast<QWidget*>(m_forth),
          static_cast<QWidget*>(m_compare), static_cast<QWidget*>(m_save)})
        row->addWidget(part, 0, Qt::AlignTop);
    return top;
}

QWidget* LayerInspector::makeScales()
{
    auto* look = new QComboBox;
    look->addItems({tr("Distribution"), tr("Vectors")});
    look->setObjectName(QStringLiteral("scaleLook"));
    look->setAccessibleName(tr("How the scales are shown"));
    connect(look, &QComboBox::currentIndexChanged, this, [this](int index) {
        for (ScaleChart* chart : {m_scalesOut, m_scalesIn})
            chart->setLook(index == 0 ? ScaleChart::Look::Distribution : ScaleChart::Look::Vectors);
    });
    auto* charts = new QSplitter(Qt::Horizontal);
    charts->addWidget(m_scalesOut);
    charts->addWidget(m_scalesIn);
    charts->setChildrenCollapsible(false);
    auto* scales = new QWidget;
    auto* top = new QHBoxLayout;
    top->addWidget(new QLabel(tr("Scales of the kernels")), 1);
    top->addWidget(look);
    auto* column = new QVBoxLayout(scales);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(top);
    column->addWidget(charts, 1);
    return scales;
}

QWidget* LayerInspector::makeTable()
{
    m_tableView->setModel(m_table);
    m_tableView->setObjectName(QStringLiteral("kernels"));
    m_tableView->setAccessibleName(tr("Kernels of the layer"));
    m_tableView->setRootIsDecorated(false);
    m_tableView->setUniformRowHeights(true);
    m_tableView->setAlternatingRowColors(true);
    m_tableView->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_tableView->header()->setStretchLastSection(true);
    return m_tableView;
}

QWidget* LayerInspector::makeContent()
{
    auto* left = new QSplitter(Qt::Vertical);
    left->addWidget(m_errors);
    left->addWidget(m_correlation);
    auto* right = new QSplitter(Qt::Vertical);
    right->addWidget(m_planes);
    right->addWidget(makeScales());
    right->setStretchFactor(0, 3);
    right->setStretchFactor(1, 2);
    auto* charts = new QSplitter(Qt::Horizontal);
    charts->addWidget(left);
    charts->addWidget(right);
    charts->setStretchFactor(0, 2);
    charts->setStretchFactor(1, 3);
    charts->setSizes({440, 720});
    auto* content = new QSplitter(Qt::Vertical);
    content->addWidget(charts);
    content->addWidget(makeTable());
    content->setStretchFactor(0, 1);
    content->setStretchFactor(1, 0);
    content->setSizes({480, 118});
    for (QSplitter* splitter : {left, right, charts, content})
        splitter->setChildrenCollapsible(false);
    return content;
}

void LayerInspector::fillSaveMenu()
{
    auto* menu = new QMenu(m_save);
    menu->addAction(tr("Table of the kernels…"), this,
                    [this] { saveText(kernelsCsv(m_reading, m_probe), QStringLiteral("kernels.csv")); });
    menu->addAction(tr("Table of the scales…"), this,
                    [this] { saveText(scalesCsv(*m_reading.layer), QStringLiteral("scales.csv")); });
    menu->addSeparator();
    for (KernelChart* chart : {static_cast<KernelChart*>(m_errors), static_cast<KernelChart*>(m_correlation),
                               static_cast<KernelChart*>(m_scalesOut), static_cast<KernelChart*>(m_scalesIn)})
        menu->addAction(chart->title() + QStringLiteral("…"), this,
                        [this, chart] { save(chart, chart->title()); });
    menu->addAction(tr("Bit plane as shown…"), this, [this] { save(m_planes->view(), tr("Bit plane")); });
    menu->addAction(tr("Bit plane, a pixel per sign…"), this, &LayerInspector::saveBitPlane);
    m_save->setMenu(menu);
    m_save->setPopupMode(QToolButton::InstantPopup);
}

void LayerInspector::connectParts()
{
    connect(m_back, &QToolButton::clicked, this, [this] { step(-1); });
    connect(m_forth, &QToolButton::clicked, this, [this] { step(1); });
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_Left), this), &QShortcut::activated, this,
            [this] { step(-1); });
    connect(new QShortcut(QKeySequence(Qt::ALT | Qt::Key_Right), this), &QShortcut::activated, this,
            [this] { step(1); });
    connect(m_layers, &QComboBox::currentIndexChanged, this, [this] {
        m_request.layer = m_layers->currentText();
        read();
    });
    connect(m_compare, &QToolButton::clicked, this, [this] { Q_EMIT compareRequested(m_request); });
    connect(m_planes, &BitPlanePanel::kernelChanged, this, [this](int kernel) {
        for (ScaleChart* chart : {m_scalesOut, m_scalesIn})
            chart->setKernel(kernel);
    });
    connect(m_bar, &InspectorBar::originalEdited, this, &LayerInspector::read);
    connect(m_bar, &InspectorBar::textEdited, this, [this] {
        if (m_reading.layer && !m_reading.layer->isDense()) proposeMeasurement();
    });
    connect(m_bar, &InspectorBar::measureRequested, this, &LayerInspector::measure);
    connect(m_bar, &InspectorBar::cancelRequested, this, [this] {
        m_process->cancel();
        failProbe({});
        m_bar->tell(tr("Cancelled."));
    });
    connect(&m_settle, &QTimer::timeout, this, &LayerInspector::measure);
    connect(m_process, &LayerProbe::finished, this, &LayerInspector::takeProbe);
    connect(m_process, &LayerProbe::failed, this, &LayerInspector::failProbe);
}

void LayerInspector::tellSaved(const Status& status, const QString& file)
{
    m_bar->tell(status ? tr("Saved %1").arg(file) : QString::fromStdString(status.error().text()), !status);
}

void LayerInspector::save(QWidget* picture, const QString& title)
{
    const QString file = askSaveFile(this, tr("Save chart"), title + QStringLiteral(".png"),
                                     tr("Image (*.png);;Vector image (*.svg)"));
    if (!file.isEmpty()) tellSaved(exportPicture(*picture, title, file), file);
}

void LayerInspector::saveBitPlane()
{
    const QString file =
        askSaveFile(this, tr("Save bit plane"), QStringLiteral("bit-plane.png"), tr("Image (*.png)"));
    if (file.isEmpty()) return;
    const LayerInspection& layer = *m_reading.layer;
    const QSize size(static_cast<int>(layer.inFeatures), static_cast<int>(layer.outFeatures));
    const QImage image =
        bitPlaneImage(layer, m_planes->view()->kernel(), 0, 0, size, {1, 1}, Qt::white, Qt::black);
    tellSaved(exportImage(image, file), file);
}

void LayerInspector::saveText(const QString& text, const QString& name)
{
    const QString file = askSaveFile(this, tr("Save table"), name, tr("Table (*.csv)"));
    if (!file.isEmpty()) tellSaved(writeText(text, file), file);
}

} // namespace boolab::ui
