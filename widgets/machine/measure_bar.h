// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;

namespace boolab::ui
{

/// Starts a measurement and tells how it goes: a title, when it was last done or why it failed, and a button
/// that becomes Cancel with a bar beside it while it runs.
class MeasureBar : public QWidget
{
    Q_OBJECT

public:
    MeasureBar(const QString& title, const QString& button, QWidget* parent = nullptr);

    void setStatus(const QString& text);
    void setProblem(const QString& text); ///< stays until the next status
    QString status() const;
    bool hasProblem() const { return m_isProblem; }
    void setRunning(bool running);
    bool isRunning() const { return m_isRunning; }
    void setProgress(int done, int total);
    /// Not allowed while it runs; `why` is told by the button.
    void setAllowed(bool allowed, const QString& why);
    QPushButton* button() const { return m_button; }

Q_SIGNALS:
    void measureRequested();
    void cancelRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void showState();

    QString m_measure, m_why;
    QLabel *m_title, *m_status;
    QProgressBar* m_progress;
    QPushButton* m_button;
    bool m_isRunning = false, m_isAllowed = true, m_isProblem = false;
};

} // namespace boolab::ui
