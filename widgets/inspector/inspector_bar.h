// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QTimer>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace boolab::ui
{

class OptionEditor;

/// What an inspected layer is compared with and probed by: the full-precision model, the text, and the
/// measurement while it runs.
class InspectorBar : public QWidget
{
    Q_OBJECT

public:
    explicit InspectorBar(QWidget* parent = nullptr);

    /// Emits nothing.
    void setSources(const QString& original, const QString& text);
    QString original() const;
    QString text() const;
    int tokens() const;
    void setRunning(bool running);
    void tell(const QString& text, bool isError = false);
    QString told() const;

Q_SIGNALS:
    void originalEdited(); ///< a moment after the last key
    void textEdited();     ///< or the number of tokens
    void measureRequested();
    void cancelRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeSources();
    QWidget* makeMeasure();
    void showLook();

    OptionEditor *m_original, *m_text;
    QSpinBox* m_tokens;
    QPushButton* m_measure;
    QProgressBar* m_busy;
    QLabel* m_told;
    QTimer m_originalTyped, m_textTyped;
    bool m_isRunning = false, m_isError = false;
};

} // namespace boolab::ui
