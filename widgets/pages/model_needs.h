// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QFrame>
#include <nlohmann/json.hpp>

class QLabel;

namespace boolab::ui
{

/// Memory and disk that the jobs on a model need with their default options, beside what this machine has.
class ModelNeeds : public QFrame
{
    Q_OBJECT

public:
    explicit ModelNeeds(QWidget* parent = nullptr);
    /// As inspectModel() gives it.
    void setInspection(const nlohmann::json& inspection);

protected:
    void changeEvent(QEvent* event) override;

private:
    void showTable();

    QLabel* m_title;
    QLabel* m_table;
    nlohmann::json m_memory;
};

} // namespace boolab::ui
