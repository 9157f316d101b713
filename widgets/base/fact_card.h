// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QList>
#include <QString>
#include <utility>

class QGridLayout;
class QLabel;

namespace boolab::ui
{

/// Labels and their texts, in the order to show them.
using Facts = QList<std::pair<QString, QString>>;

/// What something is, as labels and values in columns of `rows` each.
class FactCard : public QFrame
{
    Q_OBJECT

public:
    explicit FactCard(int rows, QWidget* parent = nullptr);
    /// Always as many as the first time.
    void setFacts(const Facts& facts);
    QString valueOf(const QString& label) const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void setFact(int index, const QString& label, const QString& value);

    int m_rows;
    QGridLayout* m_grid;
    QList<QLabel*> m_labels, m_values;
};

} // namespace boolab::ui
