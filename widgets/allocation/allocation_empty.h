// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace boolab::ui
{

struct AllocationInput;

/// What stands in the place of an allocation while there is no table to make one from: why, and how to get
/// one.
class AllocationEmpty : public QWidget
{
    Q_OBJECT

public:
    explicit AllocationEmpty(QWidget* parent = nullptr);

    void explain(const AllocationInput& input);
    QString text() const;

Q_SIGNALS:
    void measurementWanted();

private:
    QLabel* m_text;
    QPushButton* m_measure;
};

} // namespace boolab::ui
