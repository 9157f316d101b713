// SPDX-License-Identifier: Apache-2.0
#include "widgets/model/metadata_view.h"

#include "widgets/base/text_look.h"
#include "widgets/model/metadata_items.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSortFilterProxyModel>
#include <QSplitter>
#include <QTreeView>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kWidestKey = 340;

} // namespace

MetadataView::MetadataView(QWidget* parent)
    : QWidget(parent), m_model(new QStandardItemModel(this)), m_shown(new QSortFilterProxyModel(this)),
      m_filter(new QLineEdit), m_tree(new QTreeView), m_empty(new QLabel), m_whole(new QPlainTextEdit)
{
    m_filter->setObjectName(QStringLiteral("metadataFilter"));
    m_filter->setPlaceholderText(tr("Search keys and values"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Search keys and values"));
    connect(m_filter, &QLineEdit::textChanged, this, &MetadataView::applyFilter);
    m_empty->setObjectName(QStringLiteral("metadataEmpty"));
    m_empty->setTextFormat(Qt::PlainText);
    m_empty->hide();
    makeTree();
    m_whole->setObjectName(QStringLiteral("metadataValue"));
    m_whole->setReadOnly(true);
    m_whole->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_whole->setPlaceholderText(tr("Choose a key to see its whole value here."));
    m_whole->setAccessibleName(tr("The whole value of the chosen key"));
    auto* parts = new QSplitter(Qt::Horizontal);
    parts->setChildrenCollapsible(false);
    parts->addWidget(m_tree);
    parts->addWidget(m_whole);
    parts->setStretchFactor(0, 3);
    parts->setStretchFactor(1, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(10, 10, 10, 10);
    column->setSpacing(8);
    column->addWidget(m_filter);
    column->addWidget(m_empty);
    column->addWidget(parts, 1);
}

void MetadataView::makeTree()
{
    m_shown->setSourceModel(m_model);
    m_shown->setRecursiveFilteringEnabled(true);
    m_shown->setAutoAcceptChildRows(true);
    m_shown->setFilterKeyColumn(-1);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    m_tree->setObjectName(QStringLiteral("metadata"));
    m_tree->setModel(m_shown);
    m_tree->setUniformRowHeights(true);
    m_tree->setAlternatingRowColors(true);
    m_tree->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_tree->setAccessibleName(tr("Settings and metadata"));
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* copy = new QAction(tr("Copy keys and values"), m_tree);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &MetadataView::copySelected);
    m_tree->addAction(copy);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, &MetadataView::showCurrent);
}

void MetadataView::setMetadata(const nlohmann::json& metadata)
{
    fillMetadata(*m_model, metadata);
    m_filter->clear();
    applyFilter({});
    m_whole->clear();
    m_tree->resizeColumnToContents(0);
    m_tree->setColumnWidth(0, std::min(m_tree->columnWidth(0) + 12, kWidestKey));
}

void MetadataView::applyFilter(const QString& text)
{
    m_shown->setFilterFixedString(text);
    const bool isEmpty = m_shown->rowCount() == 0;
    m_empty->setVisible(isEmpty);
    m_empty->setText(m_model->rowCount() == 0 ? tr("The files say nothing besides the weights.")
                                              : tr("No key and no value contains “%1”.").arg(text));
    setTextColor(m_empty, quietTextColor(palette()));
    if (!text.isEmpty()) return m_tree->expandAll();
    m_tree->collapseAll();
    for (int row = 0; row < m_shown->rowCount(); ++row) {
        const QModelIndex section = m_shown->index(row, 0);
        m_tree->expand(section);
        for (int i = 0; i < m_shown->rowCount(section); ++i)
            if (section.model()->index(i, 0, section).data().toString() ==
                QLatin1String("quantization_config"))
                m_tree->expand(m_shown->index(i, 0, section));
    }
}

void MetadataView::showCurrent()
{
    const QModelIndex current = m_tree->currentIndex();
    m_whole->setPlainText(current.isValid() ? current.data(kWholeValueRole).toString() : QString());
}

void MetadataView::copySelected() const
{
    QStringList lines;
    for (const QModelIndex& row : m_tree->selectionModel()->selectedRows())
        lines << row.data().toString() + QLatin1Char('\t') + row.data(kWholeValueRole).toString();
    if (!lines.isEmpty()) QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

} // namespace boolab::ui
