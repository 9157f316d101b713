// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <QFrame>

class QLabel;
class QPushButton;

namespace boolab::ui
{

/// One line that appears above a list: what happened, and at most one thing to do about it.
class NoticeBar : public QFrame
{
    Q_OBJECT

public:
    explicit NoticeBar(QWidget* parent = nullptr);
    void tell(const QString& text);
    void offer(const QString& text, const QString& action, std::function<void()> act);
    QString text() const;
    QPushButton* actionButton() const { return m_action; }

private:
    QLabel* m_text;
    QPushButton* m_action;
    std::function<void()> m_act;
};

} // namespace boolab::ui
