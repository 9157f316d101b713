// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/answer_view.h"

#include "widgets/playground/token_shading.h"
#include "widgets/playground/token_text.h"

#include <QEvent>
#include <QHelpEvent>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QToolTip>
#include <algorithm>

namespace boolab::ui
{

AnswerView::AnswerView(QWidget* parent) : QTextEdit(parent)
{
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setAcceptRichText(false);
    setAcceptDrops(false);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    connect(this, &QTextEdit::cursorPositionChanged, this,
            [this] { Q_EMIT detailChanged(detailAt(textCursor().position())); });
}

void AnswerView::clearAnswer()
{
    m_pieces.clear();
    m_places.clear();
    m_text.clear();
    m_marks.clear();
    clear();
    showMarks();
}

void AnswerView::append(const std::vector<AnswerPiece>& pieces)
{
    QScrollBar* bar = verticalScrollBar();
    const int seen = bar->value();
    const bool followsEnd = seen == bar->maximum();
    const int position = textCursor().position(), anchor = textCursor().anchor();
    QTextCursor cursor(document());
    cursor.movePosition(QTextCursor::End);
    cursor.beginEditBlock();
    const QSignalBlocker blocker(this); // the cursor does not really move
    for (const AnswerPiece& piece : pieces) {
        m_places.push_back({cursor.position(), m_text.size()});
        m_pieces.push_back(piece);
        m_text += piece.text;
        cursor.insertText(QString::fromStdString(piece.text), formatOf(piece));
    }
    cursor.endEditBlock();
    keepCursor(position, anchor);
    if (!m_marks.empty()) showMarks(); // one at the end must not grow
    bar->setValue(followsEnd ? bar->maximum() : seen);
}

/// The reader's cursor stays where it was, though text came at its place.
void AnswerView::keepCursor(int position, int anchor)
{
    if (textCursor().position() == position && textCursor().anchor() == anchor) return;
    QTextCursor cursor(document());
    cursor.setPosition(anchor);
    cursor.setPosition(position, QTextCursor::KeepAnchor);
    setTextCursor(cursor);
}

QTextCharFormat AnswerView::formatOf(const AnswerPiece& piece) const
{
    QTextCharFormat format;
    if (m_shaded && !piece.tokens.empty()) format.setBackground(tokenShade(piece.probability(), palette()));
    return format;
}

void AnswerView::restyle()
{
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        cursor.setPosition(m_places[i].start);
        if (i + 1 < m_places.size())
            cursor.setPosition(m_places[i + 1].start, QTextCursor::KeepAnchor);
        else
            cursor.movePosition(QTextCursor::End, QTextCursor::KeepAnchor);
        cursor.setCharFormat(formatOf(m_pieces[i]));
    }
    cursor.endEditBlock();
    showMarks();
}

void AnswerView::setShaded(bool shaded)
{
    if (shaded == m_shaded) return;
    m_shaded = shaded;
    restyle();
}

void AnswerView::setMarks(const std::vector<std::size_t>& bytes)
{
    if (bytes == m_marks) return;
    m_marks = bytes;
    showMarks();
}

void AnswerView::showMarks()
{
    QList<ExtraSelection> marks;
    for (const std::size_t byte : m_marks) {
        const AnswerPiece* piece = pieceAtByte(byte);
        if (piece == nullptr) continue; // it ends there
        const int start = m_places[indexOfByte(byte)].start;
        ExtraSelection mark;
        mark.cursor = QTextCursor(document());
        mark.cursor.setPosition(start);
        mark.cursor.setPosition(start + static_cast<int>(QString::fromStdString(piece->text).size()),
                                QTextCursor::KeepAnchor);
        mark.format.setBackground(differenceGround(palette()));
        mark.format.setForeground(differenceText(palette()));
        marks.append(mark);
    }
    setExtraSelections(marks);
}

/// Of the last piece that begins at or before it and has text.
std::size_t AnswerView::indexOfByte(std::size_t byte) const
{
    const auto after = std::ranges::upper_bound(m_places, byte, {}, &Place::byte);
    return static_cast<std::size_t>(after - m_places.begin()) - 1;
}

const AnswerPiece* AnswerView::pieceAtByte(std::size_t byte) const
{
    return byte < m_text.size() ? &m_pieces[indexOfByte(byte)] : nullptr;
}

std::size_t AnswerView::pieceStart(std::size_t byte) const
{
    return byte < m_text.size() ? m_places[indexOfByte(byte)].byte : byte;
}

int AnswerView::tokensBefore(std::size_t byte) const
{
    std::size_t tokens = 0;
    for (std::size_t i = 0; i < m_pieces.size(); ++i) {
        if (m_places[i].byte + m_pieces[i].text.size() > byte) break;
        for (const AnswerToken& token : m_pieces[i].tokens)
            if (!token.isEnd) ++tokens;
    }
    return static_cast<int>(tokens);
}

QString AnswerView::detailAt(int position) const
{
    const auto after = std::ranges::upper_bound(m_places, position, {}, &Place::start);
    if (after == m_places.begin()) return {};
    const auto& piece = m_pieces[static_cast<std::size_t>(after - m_places.begin()) - 1];
    QStringList lines;
    for (const AnswerToken& token : piece.tokens)
        lines << tokenText(token);
    return lines.join(QLatin1Char('\n'));
}

QStringList AnswerView::markedTexts() const
{
    QStringList texts;
    const auto marks = extraSelections();
    for (const ExtraSelection& mark : marks)
        texts << mark.cursor.selectedText();
    return texts;
}

bool AnswerView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QTextCursor cursor = cursorForPosition(help->pos());
        // The nearest gap may be the one behind the letter that is pointed at.
        const bool isBehind = cursorRect(cursor).left() > help->pos().x() && !cursor.atBlockStart();
        QToolTip::showText(help->globalPos(), detailAt(cursor.position() - (isBehind ? 1 : 0)), this);
        return true;
    }
    return QTextEdit::viewportEvent(event);
}

void AnswerView::changeEvent(QEvent* event)
{
    QTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) restyle();
}

} // namespace boolab::ui
