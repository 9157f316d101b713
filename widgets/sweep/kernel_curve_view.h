// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"
#include "widgets/sweep/kernel_curve.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;

namespace boolab::ui
{

class PointChart;

/// The curve of a Boolean model over its first k kernels, and a button that measures a k that is missing.
class KernelCurveView : public QWidget
{
    Q_OBJECT

public:
    explicit KernelCurveView(QWidget* parent = nullptr);

    /// `evaluation`: the run that is looked at; its point is marked.
    void setEvaluation(const RunRecord& evaluation, const std::vector<RunRecord>& runs);
    const KernelCurve& curve() const { return m_curve; }
    PointChart* chart() const { return m_chart; }
    QString note() const;
    QString csv() const;

Q_SIGNALS:
    void runRequested(boolab::RunId id);
    void measurementRequested(const boolab::Job& job);
    void told(const QString& text);

private:
    QWidget* makeFooter();
    void showMissing();
    void measure();
    void save();

    KernelCurve m_curve;
    nlohmann::json m_job;
    PointChart* m_chart;
    QCheckBox* m_log;
    QLabel* m_note;
    QComboBox* m_missing;
    QPushButton* m_measure;
};

} // namespace boolab::ui
