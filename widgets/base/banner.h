// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace boolab::ui
{

/// What happened, in the page itself: it never asks for an answer and goes by its cross or Escape.
class Banner : public QFrame
{
    Q_OBJECT

public:
    enum class Kind { Info, Good, Error };

    explicit Banner(QWidget* parent = nullptr);
    void tell(Kind kind, const QString& text);
    QString text() const { return m_text; }
    Kind kind() const { return m_kind; }

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showIcon();

    Kind m_kind = Kind::Info;
    QString m_text;
    QLabel *m_icon, *m_label;
    QToolButton* m_close;
};

} // namespace boolab::ui
