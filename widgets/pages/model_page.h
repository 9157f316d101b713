// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/pages/open_dropped.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QStackedWidget;
class QTabWidget;

namespace boolab::ui
{

class FactCard;
class FileHandle;
class MetadataView;
class ModelNeeds;
class TensorView;
class TokenizerView;

/// The opened model: what it is, its tensors, settings and tokenizer, what its jobs need, and what can be
/// done with it.
class ModelPage : public QWidget
{
    Q_OBJECT

public:
    explicit ModelPage(QWidget* parent = nullptr);

    void showReading(const QString& name);
    /// Back to the model that was shown before, or to the empty state.
    void stopReading();
    void showModel(const OpenedModel& model);
    bool hasModel() const { return !m_path.isEmpty(); }
    QString path() const { return m_path; }
    bool isBoolean() const { return m_isBoolean; }
    /// While the tab that is shown still reads from the model.
    bool isReading() const;

Q_SIGNALS:
    void openRequested();
    void convertRequested();
    void finetuneRequested();
    void evaluateRequested();
    void exportRequested();
    void playgroundRequested();
    /// Of a Boolean model.
    void inspectRequested(const QString& layer);

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeEmpty();
    QWidget* makeReading();
    QWidget* makeLoaded();
    QWidget* makeHeader();
    QWidget* makeTabs();

    QStackedWidget* m_stack;
    QLabel* m_reading;
    QLabel* m_name;
    QLabel* m_place;
    QPushButton* m_convert;
    QPushButton* m_finetune;
    QPushButton* m_evaluate;
    FileHandle* m_file;
    QPushButton* m_export;
    QPushButton* m_try;
    FactCard* m_card;
    ModelNeeds* m_needs;
    QTabWidget* m_tabs;
    TensorView* m_tensors;
    MetadataView* m_metadata;
    TokenizerView* m_tokenizer;
    QString m_path;
    bool m_isBoolean = false;
};

} // namespace boolab::ui
