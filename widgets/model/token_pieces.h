// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/inspect/tokenizer_facts.h"

#include <QWidget>
#include <vector>

namespace boolab::ui
{

/// Tokens as coloured pieces in lines, the id below each. As high as its width asks for.
class TokenPieces : public QWidget
{
    Q_OBJECT

public:
    explicit TokenPieces(QWidget* parent = nullptr);

    void setPieces(std::vector<TokenPiece> pieces);
    const std::vector<TokenPiece>& pieces() const { return m_pieces; }
    /// Where a piece is drawn.
    QRect rectOf(std::size_t piece) const { return m_boxes.at(piece); }
    /// Line ends and blanks shown: "↵", "·".
    static QString shownText(const TokenPiece& piece);

    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    int place(int width, std::vector<QRect>* boxes) const;
    QFont idFont() const;

    std::vector<TokenPiece> m_pieces;
    std::vector<QRect> m_boxes;
};

} // namespace boolab::ui
