// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QWidget>

class QLabel;
class QMenu;
class QPushButton;

namespace boolab::ui
{

/// What stands in the playground while it has no models: what it is for, and how models come there.
class EmptyPlayground : public QWidget
{
    Q_OBJECT

public:
    /// `menu` lists what can be added.
    explicit EmptyPlayground(QMenu* menu, QWidget* parent = nullptr);

    /// The paths that stood here last; those that are still there are offered again.
    void setLastModels(const QStringList& models);

Q_SIGNALS:
    void modelsChosen(const QStringList& models);

protected:
    void changeEvent(QEvent* event) override;

private:
    void colorText();

    QLabel* m_text;
    QPushButton* m_again;
    QStringList m_models;
};

} // namespace boolab::ui
