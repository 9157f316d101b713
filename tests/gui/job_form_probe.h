// SPDX-License-Identifier: Apache-2.0
// What the tests of the job forms look at, and a form that may start.
#pragma once

#include "widgets/pages/job_form.h"

#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

namespace boolab::ui::test
{

constexpr int kPatienceMs = 20000;

inline const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");

inline QWidget* input(const JobForm& form, const std::string& key)
{
    return form.findChild<QWidget*>(QString::fromStdString(key));
}

inline QString command(const JobForm& form)
{
    return form.findChild<QPlainTextEdit*>("command")->toPlainText();
}

inline QPushButton* start(const JobForm& form)
{
    return form.findChild<QPushButton*>("start");
}

inline QString labelText(const JobForm& form, const char* name)
{
    return form.findChild<QLabel*>(QLatin1String(name))->text().remove(QChar(0x200b)); // places to wrap
}

/// A convert form that may start.
inline void fill(JobForm& form)
{
    form.setValue("model", kModel);
}

/// Every kind of job as a row.
inline void addKinds()
{
    QTest::addColumn<int>("kind");
    for (const JobSpec& spec : jobSpecs())
        QTest::newRow(spec.name.c_str()) << static_cast<int>(spec.kind);
}

} // namespace boolab::ui::test
