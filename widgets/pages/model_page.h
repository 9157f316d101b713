// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/pages/open_dropped.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;
class QSortFilterProxyModel;
class QStackedWidget;
class QTreeView;

namespace boolab::ui
{

class FactCard;
class FileHandle;
class LayerTableModel;
class ModelNeeds;

/// The opened model: what it is, its layers, what its jobs need, and what can be done with it.
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
    QWidget* makeLayers();
    void makeLayerView();
    void showLayerCount();
    void inspectCurrent();

    QStackedWidget* m_stack;
    QLabel* m_reading;
    QLabel* m_name;
    QLabel* m_place;
    QLabel* m_layerCount;
    QPushButton* m_convert;
    QPushButton* m_finetune;
    QPushButton* m_evaluate;
    FileHandle* m_file;
    QPushButton* m_export;
    QPushButton* m_try;
    FactCard* m_card;
    ModelNeeds* m_needs;
    LayerTableModel* m_layers;
    QSortFilterProxyModel* m_shownLayers;
    QLineEdit* m_filter;
    QTreeView* m_view;
    QPushButton* m_inspect;
    QString m_path;
    bool m_isBoolean = false;
};

} // namespace boolab::ui
