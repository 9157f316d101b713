// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/agreement.h"

#include "core/generate/first_difference.h"
#include "widgets/playground/answer_view.h"
#include "widgets/playground/token_text.h"

#include <QCoreApplication>
#include <algorithm>

namespace boolab::ui
{

namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("Agreement", text);
}

QString tokens(int count)
{
    return count == 1 ? tr("1 token") : tr("%1 tokens").arg(count);
}

/// What an answer says at a byte: a token, or that it ends.
QString sayingAt(const AnswerView& view, std::size_t byte)
{
    const AnswerPiece* piece = view.pieceAtByte(byte);
    return piece == nullptr ? tr("ends") : tr("writes %1").arg(quoted(QString::fromStdString(piece->text)));
}

QString partingText(const ComparedAnswer& answer, const ComparedAnswer& reference, std::size_t byte)
{
    const int same = answer.view->tokensBefore(byte);
    const QString own = sayingAt(*answer.view, byte), theirs = sayingAt(*reference.view, byte);
    if (same == 0)
        return tr("Differs from %1 from the first token on: it %2 where that %3.")
            .arg(reference.name, own, theirs);
    return tr("Agrees with %1 for %2, then %3 where that %4.").arg(reference.name, tokens(same), own, theirs);
}

/// Back to where a token begins in both: one model's “ ” and another's “ small” differ as a whole, though
/// both begin with a space.
std::size_t tokenStart(const AnswerView& a, const AnswerView& b, std::size_t byte)
{
    for (;;) {
        const std::size_t start = std::min(a.pieceStart(byte), b.pieceStart(byte));
        if (start == byte) return byte;
        byte = start;
    }
}

} // namespace

Agreement agreementOf(const ComparedAnswer& answer, const ComparedAnswer& reference)
{
    const std::string &own = answer.view->answer(), &theirs = reference.view->answer();
    const auto letter = firstDifference({.text = own, .ended = answer.endedItself},
                                        {.text = theirs, .ended = reference.endedItself});
    if (letter) {
        const std::size_t byte = tokenStart(*answer.view, *reference.view, *letter);
        return {byte, partingText(answer, reference, byte)};
    }
    const std::size_t common = std::min(own.size(), theirs.size());
    if (common == 0) return {};
    const int same = answer.view->tokensBefore(common);
    if (answer.isWriting || reference.isWriting)
        return {{}, tr("Agrees with %1 so far, for %2.").arg(reference.name, tokens(same))};
    if (own.size() == theirs.size())
        return {{}, tr("Agrees with %1 to the end, for %2.").arg(reference.name, tokens(same))};
    return {{}, tr("Agrees with %1 as far as both go, for %2.").arg(reference.name, tokens(same))};
}

} // namespace boolab::ui
