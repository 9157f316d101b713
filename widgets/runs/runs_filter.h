// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/store/records.h"

#include <optional>
#include <set>

#include <QSortFilterProxyModel>

namespace boolab::ui
{

/// Sorts and filters RunsModel: every word of the text must occur somewhere in the row; state and kind must
/// match.
class RunsFilter final : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit RunsFilter(QObject* parent = nullptr);

    void setText(const QString& text);
    void setState(std::optional<RunState> state);
    void setKind(const QString& kind);
    /// Runs that are about to be deleted.
    void setHidden(std::set<RunId> ids);

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    QStringList m_words;
    std::optional<RunState> m_state;
    QString m_kind;
    std::set<RunId> m_hidden;
};

} // namespace boolab::ui
