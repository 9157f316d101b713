// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>

class QLabel;

namespace boolab::ui
{

/// Says above a page what came of a drop or a start, until it is dismissed; never a dialog in the way.
class DropBanner : public QFrame
{
    Q_OBJECT

public:
    explicit DropBanner(QWidget* parent = nullptr);

    void tellProblem(const QString& text);
    void tell(const QString& text);
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void show(const QString& text, bool isProblem);
    void paintMark();

    QLabel* m_mark;
    QLabel* m_text;
    bool m_isProblem = false;
};

} // namespace boolab::ui
