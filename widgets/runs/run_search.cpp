// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_search.h"

#include <QHBoxLayout>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>

namespace boolab::ui
{

RunSearch::RunSearch(QWidget* parent)
    : QWidget(parent), m_field(new QLineEdit), m_complaint(new QLabel), m_button(new QToolButton),
      m_menu(new QMenu(this))
{
    m_field->setPlaceholderText(tr("Search: words, method:gptq bits<2.6 ppl<40 -tag:old …"));
    m_field->setToolTip(
        tr("<p><b>word</b> or <b>\"two words\"</b>: in name, notes, tags, kind, project, state<br>"
           "<b>key:text</b>: any option, figure, tag, kind, state, project; commas for one of several<br>"
           "<b>key&lt;2.6</b>, <b>&lt;=</b>, <b>&gt;</b>, <b>&gt;=</b>, <b>=</b>: numbers, 80MB, 3h; "
           "curves by their last value, or loss.min, loss.max<br>"
           "<b>is:pinned</b>, <b>is:archived</b>, <b>is:deleted</b>, <b>has:notes</b><br>"
           "<b>-term</b>: the opposite</p>"));
    m_field->setClearButtonEnabled(true);
    m_field->setAccessibleName(tr("Search the runs"));
    m_complaint->setWordWrap(true);
    m_complaint->setAccessibleName(tr("What is wrong with the search"));
    m_complaint->hide();
    m_button->setText(tr("Filters"));
    m_button->setToolTip(tr("Searches that are kept"));
    m_button->setPopupMode(QToolButton::InstantPopup);
    m_button->setMenu(m_menu);
    auto* row = new QHBoxLayout;
    row->addWidget(m_field, 1);
    row->addWidget(m_button);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addLayout(row);
    column->addWidget(m_complaint);
    connect(m_field, &QLineEdit::textChanged, this, &RunSearch::read);
    connect(m_menu, &QMenu::aboutToShow, this, &RunSearch::fillMenu);
}

void RunSearch::setText(const QString& text)
{
    m_field->setText(text);
}

QString RunSearch::text() const
{
    return m_field->text();
}

void RunSearch::read()
{
    auto query = RunQuery::parse(m_field->text().toStdString());
    m_complaint->setVisible(!query);
    if (!query) {
        m_complaint->setText(QString::fromStdString(query.error().text()));
        return;
    }
    m_query = std::move(*query);
    Q_EMIT queryChanged();
}

void RunSearch::setHint(const QString& hint)
{
    if (!RunQuery::parse(m_field->text().toStdString())) return; // the complaint stands
    m_complaint->setText(hint);
    m_complaint->setVisible(!hint.isEmpty());
}

void RunSearch::setFilters(const std::vector<SavedFilter>& filters)
{
    m_filters = filters;
}

void RunSearch::fillMenu()
{
    m_menu->clear();
    const auto offer = [this](const QString& title, const QString& query) {
        QAction* action = m_menu->addAction(title);
        action->setToolTip(query);
        connect(action, &QAction::triggered, this, [this, query] { setText(query); });
    };
    offer(tr("Pinned runs"), QStringLiteral("is:pinned"));
    offer(tr("Archived runs"), QStringLiteral("is:archived"));
    offer(tr("Deleted runs"), QStringLiteral("is:deleted"));
    m_menu->addSeparator();
    for (const SavedFilter& filter : m_filters)
        offer(QStringLiteral("%1   %2").arg(QString::fromStdString(filter.name),
                                            QString::fromStdString(filter.query)),
              QString::fromStdString(filter.query));
    if (!m_filters.empty()) m_menu->addSeparator();
    QAction* save = m_menu->addAction(tr("Keep this search…"));
    save->setEnabled(!m_field->text().trimmed().isEmpty() && m_complaint->isHidden());
    connect(save, &QAction::triggered, this, &RunSearch::saveFilter);
    if (m_filters.empty()) return;
    QMenu* remove = m_menu->addMenu(tr("Forget"));
    for (const SavedFilter& filter : m_filters) {
        const QString name = QString::fromStdString(filter.name);
        connect(remove->addAction(name), &QAction::triggered, this,
                [this, name] { Q_EMIT filterRemoved(name); });
    }
}

void RunSearch::saveFilter()
{
    const QString name =
        QInputDialog::getText(this, tr("Keep this search"), tr("Name of the search “%1”:").arg(text()));
    if (!name.trimmed().isEmpty()) Q_EMIT filterSaved(name.trimmed(), text());
}

} // namespace boolab::ui
