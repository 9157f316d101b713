// SPDX-License-Identifier: Apache-2.0
#include "widgets/model/tensor_view.h"

#include "core/base/json_field.h"
#include "core/inspect/tensor_filter.h"
#include "core/jobs/text_format.h"
#include "widgets/base/text_look.h"
#include "widgets/charts/picture_export.h"
#include "widgets/model/value_check.h"
#include "widgets/runs/save_file.h"

#include <algorithm>
#include <set>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTreeView>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kShapeWidth = 150;

} // namespace

TensorView::TensorView(QWidget* parent)
    : QWidget(parent), m_name(new QLineEdit), m_type(new QComboBox), m_shape(new QLineEdit),
      m_problem(new QLabel), m_count(new QLabel), m_told(new QLabel), m_progress(new QProgressBar),
      m_inspect(new QPushButton(tr("&Inspect layer…"))), m_check(new QPushButton(tr("Check va&lues"))),
      m_save(new QPushButton(tr("&Save as CSV…"))), m_tensors(new TensorTreeModel(this)),
      m_sorted(new QSortFilterProxyModel(this)), m_tree(new QTreeView), m_values(new ValueCheck(this))
{
    makeFilter();
    makeTree();
    makeActions();
    auto* top = new QHBoxLayout;
    top->addWidget(m_name, 1);
    top->addWidget(m_type);
    top->addWidget(m_shape);
    top->addSpacing(8);
    top->addWidget(m_inspect);
    top->addWidget(m_check);
    top->addWidget(m_save);
    auto* line = new QHBoxLayout;
    line->addWidget(m_count);
    line->addSpacing(8);
    line->addWidget(m_told, 1);
    line->addWidget(m_progress);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(8);
    column->addLayout(top);
    column->addWidget(m_problem);
    column->addLayout(line);
    column->addWidget(m_tree, 1);
}

void TensorView::makeFilter()
{
    m_name->setObjectName(QStringLiteral("tensorFilter"));
    m_name->setPlaceholderText(tr("Names by regular expression: mlp, layers\\.3\\., blk\\.3\\."));
    m_name->setToolTip(tr("Shows tensors whose name this regular expression finds. A dot stands for any "
                          "character, .* for any text, ^ and $ for the ends."));
    m_name->setClearButtonEnabled(true);
    m_name->setAccessibleName(tr("Filter by name"));
    m_type->setObjectName(QStringLiteral("tensorType"));
    m_type->setAccessibleName(tr("Filter by type"));
    m_shape->setObjectName(QStringLiteral("tensorShape"));
    m_shape->setPlaceholderText(tr("Shape: 576 × *"));
    m_shape->setToolTip(tr("576 × 1536, 576 × * for any second length, 576 for that length anywhere"));
    m_shape->setClearButtonEnabled(true);
    m_shape->setFixedWidth(kShapeWidth);
    m_shape->setAccessibleName(tr("Filter by shape"));
    m_problem->setObjectName(QStringLiteral("tensorFilterProblem"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->hide();
    connect(m_name, &QLineEdit::textChanged, this, &TensorView::applyFilter);
    connect(m_shape, &QLineEdit::textChanged, this, &TensorView::applyFilter);
    connect(m_type, &QComboBox::currentIndexChanged, this, &TensorView::applyFilter);
}

void TensorView::makeTree()
{
    m_sorted->setSourceModel(m_tensors);
    m_sorted->setSortRole(TensorTreeModel::kSortRole);
    m_tree->setObjectName(QStringLiteral("tensors"));
    m_tree->setModel(m_sorted);
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setExpandsOnDoubleClick(false); // activate() does, and opens layers
    m_tree->setSortingEnabled(true);
    m_tree->sortByColumn(TensorTreeModel::Name, Qt::AscendingOrder);
    m_tree->setAccessibleName(tr("Tensors"));
    m_tree->header()->setStretchLastSection(false);
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(tr("Copy rows"), m_tree);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &TensorView::copySelected);
    auto* expand = new QAction(tr("Expand all"), m_tree);
    connect(expand, &QAction::triggered, m_tree, &QTreeView::expandAll);
    auto* collapse = new QAction(tr("Collapse all"), m_tree);
    connect(collapse, &QAction::triggered, m_tree, &QTreeView::collapseAll);
    m_tree->addActions({copy, expand, collapse});
    connect(m_tree, &QTreeView::activated, this, &TensorView::activate);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &TensorView::updateInspect);
}

void TensorView::makeActions()
{
    m_count->setObjectName(QStringLiteral("tensorCount"));
    setTextScale(m_count, 1.0, true);
    m_told->setObjectName(QStringLiteral("tensorsTold"));
    m_told->setTextFormat(Qt::PlainText);
    m_told->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_progress->setObjectName(QStringLiteral("valueProgress"));
    m_progress->setMaximumWidth(220);
    m_progress->setAccessibleName(tr("Values read"));
    m_progress->hide();
    m_inspect->setObjectName(QStringLiteral("inspectLayer"));
    m_inspect->setToolTip(tr("Bit planes, scales and errors of the chosen layer (double click, Enter)"));
    connect(m_inspect, &QPushButton::clicked, this, [this] {
        Q_EMIT inspectRequested(m_tree->currentIndex().data(TensorTreeModel::kLayerRole).toString());
    });
    m_check->setObjectName(QStringLiteral("checkValues"));
    m_check->setToolTip(tr("Reads all tensors and looks for NaN and Inf; minimum, maximum and mean absolute "
                           "value become columns"));
    connect(m_check, &QPushButton::clicked, this, &TensorView::toggleCheck);
    m_save->setObjectName(QStringLiteral("saveTensors"));
    m_save->setToolTip(tr("The tensors that are shown, one line each. Ctrl+C copies the selected rows."));
    connect(m_save, &QPushButton::clicked, this, &TensorView::saveCsv);
    connect(m_values, &ValueCheck::found, this, &TensorView::addValues);
    connect(m_values, &ValueCheck::progressed, m_progress, &QProgressBar::setValue);
    connect(m_values, &ValueCheck::ended, this, &TensorView::endCheck);
}

bool TensorView::isChecking() const
{
    return m_values->isRunning();
}

void TensorView::setModel(const QString& path, const nlohmann::json& inspection)
{
    m_values->drop();
    m_progress->hide();
    m_check->setText(tr("Check va&lues"));
    m_path = path;
    m_isBoolean = textAt(inspection, "kind") == "boolean";
    m_all = tensorsFrom(listAt(inspection, "tensors"));
    m_layers = linearLayersFrom(listAt(inspection, "layers"));
    m_bytes = 0;
    for (const TensorRow& tensor : m_all)
        m_bytes += tensor.bytes;
    m_name->clear();
    m_shape->clear();
    fillTypes();
    say({});
    showValueColumns(false);
    m_tree->setColumnHidden(TensorTreeModel::Kernels, !m_isBoolean);
    m_inspect->setVisible(m_isBoolean);
    applyFilter();
    fitColumns();
}

void TensorView::fillTypes()
{
    std::set<std::string> types;
    for (const TensorRow& tensor : m_all)
        types.insert(tensor.dtype);
    const QSignalBlocker quiet(m_type);
    m_type->clear();
    m_type->addItem(tr("All types"));
    for (const std::string& type : types)
        m_type->addItem(QString::fromStdString(type), QString::fromStdString(type));
}

void TensorView::applyFilter()
{
    auto name = NamePattern::compile(m_name->text().toStdString());
    auto shape = ShapePattern::parse(m_shape->text().toStdString());
    const QString problem = !name    ? QString::fromStdString(name.error().text())
                            : !shape ? QString::fromStdString(shape.error().text())
                                     : QString();
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
    setTextColor(m_problem, badTextColor(palette()));
    m_name->setAccessibleDescription(!name ? problem : QString());
    m_shape->setAccessibleDescription(!shape ? problem : QString());
    if (!problem.isEmpty()) return; // what was shown before stays
    const TensorFilter filter{std::move(*name), m_type->currentData().toString().toStdString(),
                              std::move(*shape)};
    m_tensors->setTensors(filtered(m_all, filter), m_layers, m_bytes);
    showFiltered(m_tensors->tensors().size() == m_all.size());
}

void TensorView::showFiltered(bool isWhole)
{
    std::int64_t parameters = 0, bytes = 0;
    for (const TensorRow& tensor : m_tensors->tensors()) {
        parameters += tensor.parameters;
        bytes += tensor.bytes;
    }
    const auto shown = m_tensors->tensors().size();
    const QString sums = tr("%1 parameters, %2")
                             .arg(QString::fromStdString(formatShortCount(parameters)),
                                  QString::fromStdString(formatBytes(bytes)));
    if (shown == 0)
        m_count->setText(tr("None of the %1 tensors fits the filter").arg(m_all.size()));
    else if (isWhole)
        m_count->setText(tr("%1: %2").arg(tensorCountText(shown), sums));
    else
        m_count->setText(tr("%1 of %2 tensors: %3").arg(shown).arg(m_all.size()).arg(sums));
    m_save->setEnabled(shown > 0);
    if (isWhole) {
        for (int row = 0; row < m_sorted->rowCount(); ++row)
            if (m_sorted->rowCount(m_sorted->index(row, 0)) > 1) {
                m_tree->expand(m_sorted->index(row, 0)); // one block, to show what there is
                break;
            }
    } else {
        m_tree->expandAll();
    }
    updateInspect();
}

void TensorView::fitColumns()
{
    for (int column = 1; column < TensorTreeModel::ColumnCount; ++column) {
        m_tree->resizeColumnToContents(column);
        m_tree->setColumnWidth(column, m_tree->columnWidth(column) + 10);
    }
    m_tree->header()->setSectionResizeMode(TensorTreeModel::Name, QHeaderView::Stretch);
}

void TensorView::activate(const QModelIndex& index)
{
    const QModelIndex row = index.siblingAtColumn(0);
    const QString layer = row.data(TensorTreeModel::kLayerRole).toString();
    if (m_isBoolean && !layer.isEmpty())
        Q_EMIT inspectRequested(layer);
    else
        m_tree->setExpanded(row, !m_tree->isExpanded(row));
}

void TensorView::updateInspect()
{
    const QModelIndex current = m_tree->currentIndex();
    m_inspect->setEnabled(current.isValid() &&
                          !current.data(TensorTreeModel::kLayerRole).toString().isEmpty());
}

void TensorView::toggleCheck()
{
    if (m_values->isRunning()) return m_values->stop();
    std::vector<std::string> names;
    for (TensorRow& tensor : m_all) {
        names.push_back(tensor.name);
        tensor.values.reset();
    }
    applyFilter();
    showValueColumns(true);
    say(tr("Reading all values…"));
    m_progress->setValue(0);
    m_progress->show();
    m_check->setText(tr("Sto&p"));
    m_values->start(m_path, names);
}

void TensorView::addValues(const std::string& tensor, const ValueFigures& figures)
{
    const auto row = std::ranges::find(m_all, tensor, &TensorRow::name);
    if (row == m_all.end()) return;
    row->values = figures;
    m_tensors->setValues(tensor, figures);
}

void TensorView::endCheck(const QString& problem, bool wasStopped)
{
    m_progress->hide();
    m_check->setText(tr("Check va&lues"));
    const auto isBad = [](const TensorRow& row) { return row.values && !row.values->isFinite(); };
    if (!problem.isEmpty())
        say(problem, true);
    else
        say(wasStopped ? tr("Stopped. %1").arg(checkedText()) : checkedText(),
            std::ranges::any_of(m_all, isBad));
    fitColumns();
}

QString TensorView::checkedText() const
{
    QStringList bad;
    std::size_t checked = 0;
    for (const TensorRow& tensor : m_all) {
        checked += tensor.values ? 1 : 0;
        if (tensor.values && !tensor.values->isFinite()) bad << QString::fromStdString(tensor.name);
    }
    if (bad.isEmpty()) return tr("No NaN and no Inf in %1.").arg(tensorCountText(checked));
    return tr("NaN or Inf in %1 of %2 tensors: %3")
        .arg(bad.size())
        .arg(checked)
        .arg(bad.join(QStringLiteral(", ")));
}

void TensorView::showValueColumns(bool on)
{
    for (const int column : {TensorTreeModel::NotFinite, TensorTreeModel::Minimum, TensorTreeModel::Maximum,
                             TensorTreeModel::MeanAbs})
        m_tree->setColumnHidden(column, !on);
}

void TensorView::say(const QString& text, bool isBad)
{
    m_isToldBad = isBad;
    m_told->setText(text);
    m_told->setToolTip(text);
    setTextColor(m_told, isBad ? badTextColor(palette()) : quietTextColor(palette()));
}

void TensorView::copySelected() const
{
    QModelIndexList rows = m_tree->selectionModel()->selectedRows();
    const auto placeOf = [](QModelIndex index) {
        std::vector<int> place;
        for (; index.isValid(); index = index.parent())
            place.insert(place.begin(), index.row());
        return place;
    };
    std::sort(rows.begin(), rows.end(),
              [&](const QModelIndex& a, const QModelIndex& b) { return placeOf(a) < placeOf(b); });
    QStringList lines;
    for (const QModelIndex& row : std::as_const(rows)) {
        QStringList cells;
        for (int column = 0; column < TensorTreeModel::ColumnCount; ++column)
            if (!m_tree->isColumnHidden(column))
                cells << row.siblingAtColumn(column).data(TensorTreeModel::kCopyRole).toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    if (!lines.isEmpty()) QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void TensorView::saveCsv()
{
    const QString file = askSaveFile(this, tr("Save the tensors"),
                                     QFileInfo(m_path).completeBaseName() + QStringLiteral(".tensors.csv"),
                                     tr("Tables (*.csv)"));
    if (file.isEmpty()) return;
    const auto saved = writeText(QString::fromStdString(tensorCsv(m_tensors->tensors())), file);
    if (saved)
        say(tr("Saved %1 to %2").arg(tensorCountText(m_tensors->tensors().size()), file));
    else
        say(QString::fromStdString(saved.error().text()), true);
}

void TensorView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    setTextColor(m_problem, badTextColor(palette()));
    setTextColor(m_told, m_isToldBad ? badTextColor(palette()) : quietTextColor(palette()));
}

} // namespace boolab::ui
