// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/more_models.h"

#include <QAction>
#include <QDragEnterEvent>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>

#include <algorithm>

#include "widgets/base/dropped_paths.h"
#include "widgets/base/pick_path.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/job_form_field.h"

namespace boolab::ui
{

namespace
{

constexpr int kMostRows = 5; // more are scrolled

QStringList pathsOf(const QMimeData* data)
{
    QStringList paths;
    for (const auto& path : droppedPaths(*data))
        paths.append(QString::fromStdString(path.string()));
    return paths;
}

} // namespace

MoreModels::MoreModels(QWidget* parent)
    : QWidget(parent), m_list(new QListWidget), m_remove(new QPushButton(tr("Remove"))),
      m_help(new QLabel(tr("Measured in the same way, one after another: a run for each.")))
{
    m_list->setObjectName(QStringLiteral("more_models"));
    m_list->setAccessibleName(tr("More models"));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setUniformItemSizes(true);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* remove = new QAction(tr("Remove"), m_list);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    m_list->addAction(remove);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* label = new QLabel(tr("More models"));
    label->setBuddy(m_list);
    auto* grid = layOutAsField(this, label);
    grid->addWidget(makeButtons(), 0, 1);
    grid->addWidget(m_list, 1, 1);
    grid->addWidget(m_help, 2, 1);
    m_help->setWordWrap(true);
    setTextScale(m_help, kHelpScale);
    setTextColor(m_help, quietTextColor(palette()));
    setAcceptDrops(true);
    connect(remove, &QAction::triggered, this, &MoreModels::removeSelected);
    connect(m_remove, &QPushButton::clicked, this, &MoreModels::removeSelected);
    connect(m_list, &QListWidget::itemSelectionChanged, this,
            [this] { m_remove->setEnabled(!m_list->selectedItems().isEmpty()); });
    showList();
}

QWidget* MoreModels::makeButtons()
{
    auto* buttons = new QWidget;
    auto* add = new QPushButton(tr("Add…"));
    add->setObjectName(QStringLiteral("more_models_add"));
    add->setAccessibleName(tr("Add a model"));
    auto* menu = new QMenu(add);
    connect(menu->addAction(tr("&File…")), &QAction::triggered, this, [this] { browse(false); });
    connect(menu->addAction(tr("F&older…")), &QAction::triggered, this, [this] { browse(true); });
    add->setMenu(menu);
    m_remove->setObjectName(QStringLiteral("more_models_remove"));
    m_remove->setToolTip(tr("Takes the selected models out of the list (Delete)"));
    m_remove->setEnabled(false);
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(add);
    row->addWidget(m_remove);
    row->addStretch(1);
    return buttons;
}

QStringList MoreModels::paths() const
{
    QStringList paths;
    for (int row = 0; row < m_list->count(); ++row)
        paths.append(m_list->item(row)->text());
    return paths;
}

void MoreModels::add(const QStringList& paths)
{
    const int before = m_list->count();
    for (const QString& path : paths) {
        if (path.isEmpty() || !m_list->findItems(path, Qt::MatchExactly | Qt::MatchCaseSensitive).isEmpty())
            continue;
        m_list->addItem(path);
        m_list->item(m_list->count() - 1)->setToolTip(path);
    }
    if (m_list->count() == before) return;
    showList();
    Q_EMIT changed();
}

void MoreModels::clear()
{
    if (m_list->count() == 0) return;
    m_list->clear();
    showList();
    Q_EMIT changed();
}

void MoreModels::browse(bool folder)
{
    const QString start = m_list->count() > 0 ? m_list->item(m_list->count() - 1)->text() : QString();
    add({pickPath(this, tr("Model"), folder ? PickPath::ExistingFolder : PickPath::ExistingFile, start)});
}

void MoreModels::removeSelected()
{
    const QList<QListWidgetItem*> selected = m_list->selectedItems();
    if (selected.isEmpty()) return;
    qDeleteAll(selected);
    showList();
    Q_EMIT changed();
}

/// As high as its rows: the form scrolls.
void MoreModels::showList()
{
    const int rows = std::min(m_list->count(), kMostRows);
    m_list->setVisible(rows > 0);
    m_remove->setVisible(rows > 0);
    if (rows > 0) m_list->setFixedHeight(rows * m_list->sizeHintForRow(0) + 2 * m_list->frameWidth());
}

void MoreModels::dragEnterEvent(QDragEnterEvent* event)
{
    if (!pathsOf(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MoreModels::dropEvent(QDropEvent* event)
{
    add(pathsOf(event->mimeData()));
    event->acceptProposedAction();
}

void MoreModels::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) setTextColor(m_help, quietTextColor(palette()));
}

} // namespace boolab::ui
