// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <QWidget>
#include <string_view>
#include <vector>

class QToolButton;
class QVBoxLayout;

namespace boolab::ui
{

class JobFormField;
class MoreModels;

/// All fields of a kind of job under the headings of their groups; the advanced ones folded under "More
/// options".
class JobFormFields : public QWidget
{
    Q_OBJECT

public:
    explicit JobFormFields(const JobSpec& spec, QWidget* parent = nullptr);

    const std::vector<JobFormField*>& all() const { return m_fields; }
    JobFormField* find(std::string_view key) const;
    /// The list below the model; null where the job takes no more than one.
    MoreModels* moreModels() const { return m_moreModels; }
    /// How many advanced options differ from their defaults: told while they are folded.
    /// At which nothing is cut off, unfolded too.
    int leastWidth() const;
    void setChangedAdvanced(int count);
    void unfold();

Q_SIGNALS:
    void edited(const QString& key);
    void moreModelsChanged();

private:
    void addSections(QVBoxLayout* column, const JobSpec& spec, bool advanced);
    void addField(QVBoxLayout* column, const OptionSpec& option);
    void addMoreModels(QVBoxLayout* column);
    void fold(bool folded);

    std::vector<JobFormField*> m_fields;
    MoreModels* m_moreModels = nullptr;
    QToolButton* m_more;
    QWidget* m_advanced;
};

} // namespace boolab::ui
