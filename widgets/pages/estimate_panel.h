// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/memory_estimate.h"

#include <QFrame>

class QGridLayout;
class QLabel;

namespace boolab::ui
{

/// What a job will need of memory and disk, part by part, and whether the machine has it.
class EstimatePanel : public QFrame
{
    Q_OBJECT

public:
    explicit EstimatePanel(QWidget* parent = nullptr);

    /// Nothing to estimate yet, and why.
    void showNothing(const QString& why);
    void showEstimate(const Job& job, const ModelConfig& config, const Resources& resources);
    /// False where the engine would refuse to start the job.
    bool mayStart() const { return m_mayStart; }
    QString headline() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    enum class Verdict { None, Fits, TooLarge };

    void showVerdict(Verdict verdict, const QString& headline, const QString& advice);
    void showParts(const MemoryEstimate& estimate, const Resources& resources);
    void clearParts();
    void addPart(const QString& name, const QString& size, bool bold = false);
    void colorTexts();

    QLabel* m_headline;
    QLabel* m_advice;
    QGridLayout* m_parts;
    QString m_shown; ///< the parts that stand there
    int m_rows = 0;
    Verdict m_verdict = Verdict::None;
    bool m_mayStart = true;
};

} // namespace boolab::ui
