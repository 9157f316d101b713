// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/path_editor.h"

#include <QAction>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QPushButton>
#include <QWheelEvent>

#include <functional>

#include "widgets/base/pick_path.h"
#include "widgets/pages/path_role.h"

namespace boolab::ui
{

namespace
{

constexpr int kHoverEdge = 2;

QStringList droppedOn(const QMimeData* data)
{
    QStringList paths;
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) paths.append(url.toLocalFile());
    return paths;
}

/// Takes a dropped file as its path instead of as the text "file:///…".
class PathLine : public QLineEdit
{
public:
    /// `takeMore` is given what was dropped with the path that the line takes.
    explicit PathLine(std::function<void(const QStringList&)> takeMore) : m_takeMore(std::move(takeMore)) {}

protected:
    void dragEnterEvent(QDragEnterEvent* event) override
    {
        if (droppedOn(event->mimeData()).isEmpty()) return QLineEdit::dragEnterEvent(event);
        event->acceptProposedAction();
        setHovered(true);
    }

    void dragMoveEvent(QDragMoveEvent* event) override
    {
        if (droppedOn(event->mimeData()).isEmpty())
            QLineEdit::dragMoveEvent(event);
        else
            event->acceptProposedAction();
    }

    void dragLeaveEvent(QDragLeaveEvent* event) override
    {
        setHovered(false);
        QLineEdit::dragLeaveEvent(event);
    }

    void dropEvent(QDropEvent* event) override
    {
        setHovered(false);
        const QStringList paths = droppedOn(event->mimeData());
        if (paths.isEmpty()) {
            QLineEdit::dropEvent(event);
            return;
        }
        setText(paths.front());
        event->acceptProposedAction();
        if (paths.size() > 1) m_takeMore(paths.mid(1));
    }

    void paintEvent(QPaintEvent* event) override
    {
        QLineEdit::paintEvent(event);
        if (!m_isHovered) return;
        QPainter painter(this);
        painter.setPen(QPen(palette().color(QPalette::Link), kHoverEdge));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }

private:
    void setHovered(bool on)
    {
        m_isHovered = on; // the focus would not show: the dragged file's window is the active one
        update();
    }

    std::function<void(const QStringList&)> m_takeMore;
    bool m_isHovered = false;
};

class WordList : public QComboBox
{
protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

} // namespace

PathEditor::PathEditor(const OptionSpec& option, QWidget* parent)
    : OptionEditor(parent), m_option(option),
      m_line(new PathLine([this](const QStringList& paths) { Q_EMIT moreDropped(paths); }))
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    if (option.choices.empty()) {
        row->addWidget(m_line, 1);
    } else {
        m_words = new WordList;
        m_words->setEditable(true);
        m_words->setInsertPolicy(QComboBox::NoInsert);
        m_words->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
        for (const std::string& word : option.choices)
            m_words->addItem(QString::fromStdString(word));
        m_words->setLineEdit(m_line);
        m_words->setCompleter(nullptr);
        m_words->setCurrentIndex(-1);
        row->addWidget(m_words, 1);
    }
    m_line->setPlaceholderText(tr("Type a path or drop it here"));
    connect(m_line, &QLineEdit::textChanged, this, &OptionEditor::edited);
    row->addWidget(makeBrowseButton());
}

QWidget* PathEditor::makeBrowseButton()
{
    auto* button = new QPushButton(tr("Browse…"));
    button->setObjectName(QString::fromStdString(m_option.key) + QStringLiteral("_browse"));
    button->setAccessibleName(tr("Browse for %1").arg(QString::fromStdString(m_option.label)));
    const PathRole role = pathRole(m_option);
    if (role == PathRole::Model) {
        auto* menu = new QMenu(button);
        connect(menu->addAction(tr("&File…")), &QAction::triggered, this, [this] { browse(false); });
        connect(menu->addAction(tr("F&older…")), &QAction::triggered, this, [this] { browse(true); });
        button->setMenu(menu);
    } else {
        const bool folder = role == PathRole::ModelFolder || role == PathRole::OutputFolder;
        connect(button, &QPushButton::clicked, this, [this, folder] { browse(folder); });
    }
    return button;
}

void PathEditor::browse(bool folder)
{
    const PathRole role = pathRole(m_option);
    PickPath what = folder ? PickPath::ExistingFolder : PickPath::ExistingFile;
    if (role == PathRole::OutputFolder) what = PickPath::NewFolder;
    if (role == PathRole::Database) what = PickPath::AnyFile;
    const QString picked = pickPath(this, QString::fromStdString(m_option.label), what, text());
    if (!picked.isEmpty()) setText(picked);
}

QString PathEditor::text() const
{
    return m_line->text();
}

void PathEditor::setText(const QString& text)
{
    m_line->setText(text);
}

QWidget* PathEditor::input()
{
    return m_words != nullptr ? static_cast<QWidget*>(m_words) : m_line;
}

} // namespace boolab::ui
