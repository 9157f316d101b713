// SPDX-License-Identifier: Apache-2.0
#include "widgets/allocation/allocation_page.h"

#include "core/jobs/text_format.h"
#include "widgets/allocation/allocation_empty.h"
#include "widgets/allocation/allocation_plan.h"
#include "widgets/allocation/allocation_text.h"
#include "widgets/allocation/budget_charts.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/allocation/layer_pin_menu.h"
#include "widgets/base/text_look.h"
#include "widgets/charts/block_bars.h"
#include "widgets/charts/picture_export.h"
#include "widgets/runs/save_file.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QStackedWidget>
#include <QStandardItemModel>
#include <QToolButton>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kReadAgainMs = 3000; // a conversion may leave a table at any time
constexpr double kFirstBits = 2.5;

enum Face { kEmpty, kEditor };

} // namespace

AllocationPage::AllocationPage(std::filesystem::path tables, QWidget* parent)
    : QWidget(parent), m_folder(std::move(tables)), m_job(JobKind::Convert), m_plan(new AllocationPlan(this)),
      m_stack(new QStackedWidget), m_empty(new AllocationEmpty), m_facts(new QLabel), m_layer(new QLabel),
      m_put(new QPushButton(tr("&Use in the Convert form"))), m_undo(new QToolButton),
      m_redo(new QToolButton), m_free(new QToolButton), m_tables(new QComboBox), m_importance(new QComboBox),
      m_maxKernels(new QSpinBox), m_budget(new BudgetEditor), m_bars(new BlockBars(tr("Kernels per layer"))),
      m_budgets(new BudgetCharts)
{
    m_stack->addWidget(m_empty);
    connect(m_empty, &AllocationEmpty::measurementWanted, this, &AllocationPage::wantMeasurement);
    m_stack->addWidget(makeEditor());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_stack);
    connectPlan();
    connectBars();
    m_again.setInterval(kReadAgainMs);
    connect(&m_again, &QTimer::timeout, this, [this] {
        if (isVisible()) read();
    });
    m_again.start();
}

QWidget* AllocationPage::makeEditor()
{
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(16, 10, 16, 12);
    column->setSpacing(8);
    column->addWidget(makeToolBar());
    column->addWidget(m_budget);
    column->addWidget(m_bars, 5);
    column->addWidget(m_budgets, 2);
    column->addWidget(makeFooter());
    return page;
}

QWidget* AllocationPage::makeToolBar()
{
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    const auto add = [row](const QString& text, QWidget* editor) {
        auto* label = new QLabel(text);
        label->setBuddy(editor);
        label->setContentsMargins(0, 0, 2, 0); // glyphs wider than their advance
        row->addWidget(label);
        row->addWidget(editor);
        row->addSpacing(10);
    };
    m_tables->setObjectName(QStringLiteral("tables"));
    m_tables->setToolTip(tr("Tables of errors that conversions of this model have measured"));
    m_importance->setObjectName(QStringLiteral("allocationImportance"));
    for (const Importance importance : kImportances)
        m_importance->addItem(nameOf(importance));
    m_importance->setToolTip(tr("What decides who gets more kernels"));
    m_maxKernels->setObjectName(QStringLiteral("maxKernels"));
    m_maxKernels->setToolTip(tr("No layer gets more kernels than this"));
    add(tr("&Table"), m_tables);
    add(tr("&Importance"), m_importance);
    add(tr("At &most"), m_maxKernels);
    row->addStretch(1);
    auto* save = new QToolButton;
    save->setText(tr("Save…"));
    save->setToolTip(tr("The chart as PNG or SVG, the layers as CSV"));
    connect(save, &QToolButton::clicked, this, &AllocationPage::save);
    m_free->setText(tr("Free all pins"));
    for (QToolButton* button : {m_undo, m_redo, m_free, save}) {
        button->setFocusPolicy(Qt::StrongFocus);
        row->addWidget(button);
    }
    return box;
}

QWidget* AllocationPage::makeFooter()
{
    auto* box = new QWidget;
    for (QLabel* label : {m_facts, m_layer}) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    m_facts->setObjectName(QStringLiteral("allocationFacts"));
    m_facts->setMinimumHeight(2 * fontMetrics().lineSpacing()); // nothing moves when it wraps
    m_layer->setObjectName(QStringLiteral("allocationLayer"));
    m_put->setObjectName(QStringLiteral("putIntoForm"));
    m_put->setDefault(true);
    connect(m_put, &QPushButton::clicked, this, &AllocationPage::putIntoForm);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(m_facts);
    texts->addWidget(m_layer);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addLayout(texts, 1);
    row->addWidget(m_put, 0, Qt::AlignBottom);
    return box;
}

void AllocationPage::connectPlan()
{
    const auto button = [this](QToolButton* shown, QAction* action, QKeySequence::StandardKey key) {
        action->setShortcuts(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        addAction(action);
        shown->setDefaultAction(action);
        shown->setToolButtonStyle(Qt::ToolButtonTextOnly);
        const auto name = [shown, action, plain = action->text()] {
            shown->setText(plain);
            shown->setToolTip(QStringLiteral("%1 (%2)").arg(
                action->text(), action->shortcut().toString(QKeySequence::NativeText)));
        };
        connect(action, &QAction::changed, shown, name);
        name();
    };
    button(m_undo, m_plan->undoStack()->createUndoAction(this, tr("Undo")), QKeySequence::Undo);
    button(m_redo, m_plan->undoStack()->createRedoAction(this, tr("Redo")), QKeySequence::Redo);
    connect(m_plan, &AllocationPlan::changed, this, &AllocationPage::showPlan);
    connect(m_budget, &BudgetEditor::valueChosen, this, [this](double value, int gesture) {
        AllocationSettings next = m_plan->settings();
        (next.bySize ? next.bytes : next.bits) = value;
        m_plan->change(std::move(next), tr("the budget"), gesture);
    });
    connect(m_budget, &BudgetEditor::unitChosen, this, [this](bool bySize) {
        AllocationSettings next = m_plan->settings();
        next.bySize = bySize;
        if (const auto& now = m_plan->allocation()) { // the same budget in the other unit
            next.bytes = std::ceil(now->fileBytes / 1e5) * 1e5;
            next.bits = std::round(now->averageKernels * 20) / 20;
        }
        m_plan->change(std::move(next), tr("the budget's unit"));
    });
    connect(m_importance, &QComboBox::currentIndexChanged, this, [this](int index) {
        AllocationSettings next = m_plan->settings();
        next.importance = kImportances[index];
        m_plan->change(std::move(next), tr("the importance"));
    });
    connect(m_maxKernels, &QSpinBox::valueChanged, this, [this](int value) {
        AllocationSettings next = m_plan->settings();
        next.maxKernels = value;
        m_plan->change(std::move(next), tr("the most kernels"));
    });
    connect(m_free, &QToolButton::clicked, this, [this] {
        AllocationSettings next = m_plan->settings();
        next.pins.assign(next.pins.size(), std::nullopt);
        m_plan->change(std::move(next), tr("free all pins"));
    });
    connect(m_tables, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (index >= 0) takeTable(m_input.tables[static_cast<std::size_t>(index)]);
    });
}

void AllocationPage::connectBars()
{
    const auto pin = [this](int layer, std::optional<std::int64_t> count) {
        m_plan->pin(static_cast<std::size_t>(layer), count);
    };
    connect(m_bars, &BlockBars::activated, this,
            [this](int layer) { m_plan->cyclePin(static_cast<std::size_t>(layer)); });
    connect(m_bars, &BlockBars::countTyped, this, [this, pin](int layer, int count) {
        if (count <= m_plan->settings().maxKernels) pin(layer, count);
    });
    connect(m_bars, &BlockBars::freed, this, [pin](int layer) { pin(layer, std::nullopt); });
    connect(m_bars, &BlockBars::menuWanted, this, &AllocationPage::wantMenu);
    connect(m_bars, &BlockBars::currentChanged, this, &AllocationPage::showLayer);
}

void AllocationPage::wantMenu(int layer, const QPoint& place)
{
    QMenu menu;
    fillPinMenu(menu, *m_plan, static_cast<std::size_t>(layer));
    menu.exec(place);
}

void AllocationPage::setJob(const Job& job)
{
    m_job = job;
    if (isVisible()) read();
}

void AllocationPage::read()
{
    m_background.run([job = m_job, folder = m_folder,
                      known = m_input.tables] { return readAllocationInput(job, folder, known); },
                     [this](const AllocationInput& input) {
                         if (input.model == m_job.text("model")) take(input);
                     });
}

void AllocationPage::take(const AllocationInput& input)
{
    m_input = input;
    if (input.tables.empty()) {
        m_tablePath.clear();
        m_empty->explain(input);
        m_stack->setCurrentIndex(kEmpty);
        return;
    }
    const auto find = [&](auto&& fits) {
        return static_cast<std::size_t>(std::ranges::find_if(input.tables, fits) - input.tables.begin());
    };
    std::size_t place = find([&](const FoundTable& found) { return found.path == m_tablePath; });
    const bool isNew = place == input.tables.size();
    if (isNew)
        place = find([&](const FoundTable& found) { return found.table->method == m_job.text("method"); });
    if (place == input.tables.size()) place = 0;
    fillTables(place);
    m_plan->setStorage(input.storage);
    if (isNew)
        takeTable(input.tables[place]);
    else
        adoptForm();
    m_stack->setCurrentIndex(kEditor);
}

void AllocationPage::fillTables(std::size_t chosen)
{
    const QSignalBlocker blocker(m_tables);
    QStringList titles, shown;
    for (const FoundTable& found : m_input.tables)
        titles << titleOf(found);
    for (int i = 0; i < m_tables->count(); ++i)
        shown << m_tables->itemText(i);
    if (titles != shown) { // else it may be open at this moment
        m_tables->clear();
        m_tables->addItems(titles);
    }
    m_tables->setCurrentIndex(static_cast<int>(chosen));
}

void AllocationPage::takeTable(const FoundTable& found)
{
    m_tablePath = found.path;
    const ErrorTable& table = *found.table;
    std::vector<std::string> names;
    for (const LayerErrors& layer : table.layers)
        names.push_back(layer.name);
    m_bars->setLayers(layerNamesFrom(names));
    m_plan->setTable(found.table, {.importance = Importance::None, .bits = kFirstBits, .pins = {}});
    m_formShown.clear();
    m_plan->setTable(found.table, settingsOfForm(m_plan->settings()));
    m_formShown = m_job.toJson().dump();
}

void AllocationPage::adoptForm()
{
    const std::string form = m_job.toJson().dump();
    if (form == m_formShown) return;
    m_formShown = form;
    m_plan->change(settingsOfForm(m_plan->settings()), tr("what the form says"));
}

AllocationSettings AllocationPage::settingsOfForm(const AllocationSettings& otherwise) const
{
    AllocationSettings next = otherwise;
    if (const auto wanted = importanceFromName(m_job.text("importance")); wanted && m_plan->supports(*wanted))
        next.importance = *wanted;
    if (m_job.real("bits") > 0) {
        next.bySize = false;
        next.bits = m_job.real("bits");
    } else if (const auto bytes = parseBytes(m_job.text("target_size"))) {
        next.bySize = true;
        next.bytes = static_cast<double>(*bytes);
    }
    const std::int64_t most = m_plan->table()->maxKernels();
    next.maxKernels = std::min(m_job.integer("max_kernels"), most);
    if (const auto pins = parsePins(m_job.text("pin"), most))
        next.pins = pinnedCounts(*pins, m_plan->layers());
    return next;
}

void AllocationPage::showPlan()
{
    const AllocationSettings& settings = m_plan->settings();
    const QSignalBlocker importance(m_importance), most(m_maxKernels);
    auto* choices = qobject_cast<QStandardItemModel*>(m_importance->model());
    for (int i = 0; i < m_importance->count(); ++i) {
        const bool usable = m_plan->supports(kImportances[i]);
        choices->item(i)->setEnabled(usable);
        choices->item(i)->setToolTip(usable ? QString() : tr("This table was measured without a text."));
        if (kImportances[i] == settings.importance) m_importance->setCurrentIndex(i);
    }
    m_maxKernels->setRange(1, static_cast<int>(m_plan->table()->maxKernels()));
    m_maxKernels->setValue(static_cast<int>(settings.maxKernels));
    m_budget->show(settings.bySize, settings.bySize ? settings.bytes : settings.bits,
                   settings.bySize ? m_plan->bytesRange() : m_plan->bitsRange());
    std::vector<bool> pinned;
    for (const auto& pin : settings.pins)
        pinned.push_back(pin.has_value());
    m_free->setEnabled(std::ranges::find(pinned, true) != pinned.end());
    m_bars->setRoomFor(static_cast<int>(settings.maxKernels));
    m_bars->setPinned(std::move(pinned));
    if (const auto& allocation = m_plan->allocation())
        m_bars->setCounts({allocation->counts.begin(), allocation->counts.end()});
    m_put->setEnabled(m_plan->problem().isEmpty());
    m_budgets->show(*m_plan);
    showFacts();
    showLayer();
}

void AllocationPage::showFacts()
{
    const bool isFine = m_plan->problem().isEmpty();
    m_facts->setText(isFine && m_plan->allocation() ? factsOf(*m_plan, m_input.parameters)
                                                    : m_plan->problem());
    setTextColor(m_facts, isFine ? palette().color(QPalette::WindowText) : badTextColor(palette()));
    setTextColor(m_layer, quietTextColor(palette()));
}

void AllocationPage::showLayer()
{
    const int layer = m_bars->current();
    m_layer->setText(layer < 0 || !m_plan->table()
                         ? tr("Click a layer to pin its count, again for one more, then dense, then free. "
                              "Arrow keys choose, 1–8 and D pin, Delete frees, right click offers more.")
                         : layerText(*m_plan, static_cast<std::size_t>(layer)));
}

void AllocationPage::wantMeasurement()
{
    Values values;
    if (m_job.real("bits") <= 0 && m_job.text("target_size").empty())
        values.emplace_back(QStringLiteral("bits"), QString::number(kFirstBits));
    if (m_job.text("calibration").empty())
        values.emplace_back(QStringLiteral("importance"), QStringLiteral("none"));
    Q_EMIT chosen(values);
}

void AllocationPage::putIntoForm()
{
    const AllocationSettings& settings = m_plan->settings();
    const QString bits = QString::number(settings.bits, 'g', 6);
    const QString size = QStringLiteral("%1MB").arg(settings.bytes / 1e6, 0, 'f', 1);
    Q_EMIT chosen({{QStringLiteral("method"), QString::fromStdString(m_plan->table()->method)},
                   {QStringLiteral("bits"), settings.bySize ? QString() : bits},
                   {QStringLiteral("target_size"), settings.bySize ? size : QString()},
                   {QStringLiteral("importance"), nameOf(settings.importance)},
                   {QStringLiteral("max_kernels"), QString::number(settings.maxKernels)},
                   {QStringLiteral("pin"), QString::fromStdString(m_plan->pinText())}});
}

void AllocationPage::save()
{
    const QString file = askSaveFile(this, tr("Save the allocation"), QStringLiteral("allocation.png"),
                                     tr("Picture (*.png);;Vector graphic (*.svg);;Table (*.csv)"));
    if (file.isEmpty()) return;
    const Status written = file.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)
                               ? writeText(csv(), file)
                               : exportPicture(*m_bars, m_bars->title(), file);
    Q_EMIT told(written ? tr("Saved %1.").arg(file) : QString::fromStdString(written.error().text()));
}

QString AllocationPage::csv() const
{
    return allocationCsv(*m_plan);
}

QString AllocationPage::facts() const
{
    return m_facts->text();
}

QString AllocationPage::emptyText() const
{
    return m_empty->text();
}

bool AllocationPage::hasTable() const
{
    return m_stack->currentIndex() == kEditor;
}

void AllocationPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    read();
}

void AllocationPage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showFacts();
}

} // namespace boolab::ui
