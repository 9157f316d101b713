// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/playground/answer_event.h"

#include <QTextEdit>

namespace boolab::ui
{

/// An answer as it is written, its tokens shaded by their probability. Pointing at a token, or moving the
/// text cursor to it, tells what else its model would have written.
class AnswerView : public QTextEdit
{
    Q_OBJECT

public:
    explicit AnswerView(QWidget* parent = nullptr);

    void clearAnswer();
    void append(const std::vector<AnswerPiece>& pieces);
    void setShaded(bool shaded);
    /// Marks the tokens around these bytes of answer(), where answers part.
    void setMarks(const std::vector<std::size_t>& bytes);

    const std::vector<AnswerPiece>& pieces() const { return m_pieces; }
    const std::string& answer() const { return m_text; } ///< UTF-8
    /// Tokens that lie wholly before a byte of answer().
    int tokensBefore(std::size_t byte) const;
    /// Where the piece around a byte begins; the byte itself at the end.
    std::size_t pieceStart(std::size_t byte) const;
    /// The piece around a byte; null at the end.
    const AnswerPiece* pieceAtByte(std::size_t byte) const;
    /// What is told of the token at a position of the document; empty where there is none.
    QString detailAt(int position) const;
    /// The marked texts, in the order of the marks.
    QStringList markedTexts() const;

Q_SIGNALS:
    void detailChanged(const QString& text);

protected:
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Place {
        int start = 0;        ///< in the document
        std::size_t byte = 0; ///< in m_text
    };
    QTextCharFormat formatOf(const AnswerPiece& piece) const;
    void keepCursor(int position, int anchor);
    void restyle();
    void showMarks();
    std::size_t indexOfByte(std::size_t byte) const;

    std::vector<AnswerPiece> m_pieces;
    std::vector<Place> m_places; ///< of m_pieces
    std::string m_text;
    std::vector<std::size_t> m_marks;
    bool m_shaded = true;
};

} // namespace boolab::ui
