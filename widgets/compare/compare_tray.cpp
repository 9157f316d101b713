// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_tray.h"

#include "widgets/base/bits_text.h"
#include "widgets/base/text_look.h"
#include "widgets/charts/chart_colors.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>
#include <utility>

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kSwatch = 14;
constexpr int kIdRole = Qt::UserRole;

RunId idOf(const QListWidgetItem* item)
{
    return item->data(kIdRole).toLongLong();
}

QString tipOf(const RunRecord& run)
{
    QStringList lines{QStringLiteral("%1 · %2").arg(QString::fromStdString(run.kind), stateText(run.state))};
    if (const QString bits = HonestBits::from(run.result).text(); !bits.isEmpty()) lines << bits;
    lines << CompareTray::tr("Run %1 of project %2").arg(run.id).arg(QString::fromStdString(run.project));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

CompareTray::CompareTray(QWidget* parent)
    : QWidget(parent), m_list(new QListWidget), m_makeBaseline(new QPushButton(tr("&Baseline"))),
      m_remove(new QPushButton(tr("Re&move"))), m_clear(new QPushButton(tr("Clear")))
{
    m_list->setAccessibleName(tr("Runs that are compared"));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setIconSize({kSwatch, kSwatch});
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_makeBaseline->setObjectName(QStringLiteral("makeBaseline"));
    m_makeBaseline->setToolTip(
        tr("The others are measured against the selected run; again takes it back (B)"));
    m_remove->setToolTip(
        tr("Takes the selected runs out of the comparison; they stay on the page Runs (Delete)"));
    m_clear->setToolTip(tr("Empties the tray"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(4);
    for (QPushButton* button : {m_makeBaseline, m_remove, m_clear})
        buttons->addWidget(button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_list, 1);
    column->addLayout(buttons);
    const auto baseline = [this] {
        const auto ids = selected();
        if (ids.size() == 1)
            setBaseline(m_baseline == ids.front() ? std::nullopt : std::optional(ids.front()));
    };
    const auto takeOut = [this] { remove(selected()); };
    const std::pair<QString, QKeySequence> keys[] = {{tr("Baseline"), Qt::Key_B},
                                                     {tr("Remove"), QKeySequence::Delete}};
    for (int i = 0; i < 2; ++i) {
        auto* action = new QAction(keys[i].first, m_list);
        action->setShortcut(keys[i].second);
        action->setShortcutContext(Qt::WidgetShortcut);
        m_list->addAction(action);
        if (i == 0)
            connect(action, &QAction::triggered, this, baseline);
        else
            connect(action, &QAction::triggered, this, takeOut);
    }
    connect(m_makeBaseline, &QPushButton::clicked, this, baseline);
    connect(m_remove, &QPushButton::clicked, this, takeOut);
    connect(m_clear, &QPushButton::clicked, this, &CompareTray::clear);
    connect(m_list, &QListWidget::itemChanged, this, &CompareTray::takeTick);
    connect(m_list, &QListWidget::itemSelectionChanged, this, &CompareTray::enableButtons);
    enableButtons();
}

void CompareTray::giveColor(RunId id)
{
    if (m_colors.contains(id)) return;
    std::set<int> taken;
    for (const RunId other : m_ids)
        if (const auto found = m_colors.find(other); found != m_colors.end()) taken.insert(found->second);
    int color = 0;
    while (taken.contains(color))
        ++color;
    m_colors[id] = color;
}

void CompareTray::add(const std::vector<RunId>& ids)
{
    bool isNew = false;
    for (const RunId id : ids) {
        if (std::ranges::find(m_ids, id) != m_ids.end()) continue;
        giveColor(id);
        m_ids.push_back(id);
        isNew = true;
    }
    if (!isNew) return;
    showItems();
    Q_EMIT runsChanged();
}

void CompareTray::remove(const std::vector<RunId>& ids)
{
    const auto goes = [&](RunId id) { return std::ranges::find(ids, id) != ids.end(); };
    if (std::erase_if(m_ids, goes) == 0) return;
    for (const RunId id : ids) {
        m_hidden.erase(id);
        m_colors.erase(id);
        if (m_baseline == id) m_baseline.reset();
    }
    showItems();
    Q_EMIT runsChanged();
}

void CompareTray::clear()
{
    remove(std::vector<RunId>(m_ids));
}

void CompareTray::set(const std::vector<RunId>& ids, std::optional<RunId> baseline,
                      const std::map<RunId, int>& colors)
{
    m_ids.clear();
    m_hidden.clear();
    m_colors.clear();
    for (const RunId id : ids)
        if (const auto found = colors.find(id); found != colors.end() && found->second >= 0)
            m_colors[id] = found->second;
    m_ids = ids;
    for (const RunId id : ids)
        giveColor(id);
    m_baseline = baseline;
    showItems();
    Q_EMIT runsChanged();
}

void CompareTray::update(const CompareData& data)
{
    const auto before = std::exchange(m_records, {});
    for (const ComparedRun& one : data.runs)
        m_records[one.run.id] = one.run;
    std::vector<RunId> gone;
    QStringList strangers; // were never seen, as where a number was mistyped
    for (const RunId id : m_ids) {
        if (m_records.contains(id)) continue;
        gone.push_back(id);
        if (!before.contains(id)) strangers << QString::number(id);
    }
    showItems();
    if (gone.empty()) return;
    remove(gone);
    QStringList sentences;
    if (strangers.size() == 1) sentences << tr("There is no run %1.").arg(strangers.front());
    if (strangers.size() > 1) sentences << tr("There are no runs %1.").arg(strangers.join(tr(", ")));
    const auto deleted = std::ssize(gone) - strangers.size();
    if (deleted == 1) sentences << tr("A run was deleted; it has left the comparison.");
    if (deleted > 1) sentences << tr("%1 runs were deleted; they have left the comparison.").arg(deleted);
    Q_EMIT told(sentences.join(QLatin1Char(' ')));
}

bool CompareTray::isShown(RunId id) const
{
    return !m_hidden.contains(id) && std::ranges::find(m_ids, id) != m_ids.end();
}

void CompareTray::setShown(RunId id, bool shown)
{
    if (shown == !m_hidden.contains(id)) return;
    shown ? static_cast<void>(m_hidden.erase(id)) : static_cast<void>(m_hidden.insert(id));
    showItems();
    Q_EMIT lookChanged();
}

void CompareTray::setBaseline(std::optional<RunId> id)
{
    if (id == m_baseline) return;
    m_baseline = id;
    showItems();
    Q_EMIT lookChanged();
}

std::vector<RunId> CompareTray::selected() const
{
    std::vector<RunId> ids;
    for (const QListWidgetItem* item : m_list->selectedItems())
        ids.push_back(idOf(item));
    return ids;
}

void CompareTray::takeTick(QListWidgetItem* item)
{
    setShown(idOf(item), item->checkState() == Qt::Checked);
}

/// Items stay where they are, so that the selection stays too.
void CompareTray::showItems()
{
    const QSignalBlocker blocker(m_list);
    for (int row = m_list->count() - 1; row >= 0; --row)
        if (std::ranges::find(m_ids, idOf(m_list->item(row))) == m_ids.end()) delete m_list->takeItem(row);
    for (std::size_t i = 0; i < m_ids.size(); ++i) {
        const int row = static_cast<int>(i);
        if (row >= m_list->count() || idOf(m_list->item(row)) != m_ids[i]) {
            auto* item = new QListWidgetItem;
            item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
            item->setData(kIdRole, QVariant::fromValue<qlonglong>(m_ids[i]));
            m_list->insertItem(row, item);
        }
        showItem(m_list->item(row), m_ids[i]);
    }
    while (m_list->count() > static_cast<int>(m_ids.size()))
        delete m_list->takeItem(m_list->count() - 1);
    enableButtons();
}

void CompareTray::showItem(QListWidgetItem* item, RunId id) const
{
    const auto record = m_records.find(id);
    QString name =
        record == m_records.end() ? tr("run %1").arg(id) : QString::fromStdString(record->second.name);
    if (m_baseline == id) name = tr("%1 (baseline)").arg(name);
    if (record != m_records.end() && isActive(record->second.state))
        name = tr("%1 · %2").arg(name, stateText(record->second.state).toLower());
    item->setText(name);
    item->setToolTip(record == m_records.end() ? QString() : tipOf(record->second));
    item->setCheckState(m_hidden.contains(id) ? Qt::Unchecked : Qt::Checked);
    QFont font = m_list->font();
    font.setBold(m_baseline == id);
    item->setFont(font);
    QPixmap swatch(kSwatch, kSwatch);
    swatch.fill(seriesColor(m_colors.at(id), isDark(palette())));
    item->setIcon(swatch);
}

void CompareTray::enableButtons()
{
    const auto ids = selected();
    m_makeBaseline->setEnabled(ids.size() == 1);
    m_remove->setEnabled(!ids.empty());
    m_clear->setEnabled(!m_ids.empty());
}

void CompareTray::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showItems();
}

} // namespace boolab::ui
