// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <QList>
#include <nlohmann/json.hpp>

class QGridLayout;
class QLabel;

namespace boolab::ui
{

/// What a model is, as labels and values in two columns.
class ModelCard : public QFrame
{
    Q_OBJECT

public:
    explicit ModelCard(QWidget* parent = nullptr);
    /// As inspectModel() gives it.
    void setInspection(const nlohmann::json& inspection);

protected:
    void changeEvent(QEvent* event) override;

private:
    void setFact(int index, const QString& label, const QString& value);

    QGridLayout* m_grid;
    QList<QLabel*> m_labels, m_values;
};

} // namespace boolab::ui
