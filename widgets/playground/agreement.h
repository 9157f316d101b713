// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>
#include <optional>

namespace boolab::ui
{

class AnswerView;

/// An answer that is compared: its view, and how far it is.
struct ComparedAnswer {
    const AnswerView* view = nullptr;
    QString name;
    bool isWriting = false;
    bool endedItself = false; ///< its model ended it
};

/// How long an answer is the same as the reference's.
struct Agreement {
    std::optional<std::size_t> byte; ///< of both texts, where they part
    QString text;                    ///< in words
};

/// Nothing to say (empty text) where one of them has no text yet.
Agreement agreementOf(const ComparedAnswer& answer, const ComparedAnswer& reference);

} // namespace boolab::ui
