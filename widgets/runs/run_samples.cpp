// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_samples.h"

#include "core/jobs/job.h"
#include "widgets/runs/run_state_look.h"

#include <algorithm>

#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QStackedLayout>
#include <QVBoxLayout>

namespace boolab::ui
{
namespace
{

QString oneLine(const std::string& text)
{
    return QString::fromStdString(text).simplified();
}

QWidget* titled(const QString& title, QPlainTextEdit* text)
{
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    auto* label = new QLabel(title);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    label->setBuddy(text);
    text->setReadOnly(true);
    text->setAccessibleName(title);
    column->addWidget(label);
    column->addWidget(text, 1);
    return box;
}

qsizetype commonStart(const QString& a, const QString& b)
{
    const auto [end, ignored] = std::ranges::mismatch(a, b);
    return end - a.begin();
}

} // namespace

RunSamples::RunSamples(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedLayout(this)), m_empty(new QLabel), m_prompt(new QLabel),
      m_agreement(new QLabel), m_list(new QListWidget), m_teacher(new QPlainTextEdit),
      m_student(new QPlainTextEdit)
{
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    for (QLabel* label : {m_prompt, m_agreement}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setWordWrap(true);
    }
    m_list->setAccessibleName(tr("Texts, newest first"));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* columns = new QSplitter;
    columns->addWidget(titled(tr("Teacher"), m_teacher));
    columns->addWidget(titled(tr("Student"), m_student));
    columns->setChildrenCollapsible(false);
    auto* texts = new QWidget;
    auto* column = new QVBoxLayout(texts);
    column->setContentsMargins(6, 0, 0, 0);
    column->addWidget(m_prompt);
    column->addWidget(columns, 1);
    column->addWidget(m_agreement);
    auto* split = new QSplitter;
    split->addWidget(m_list);
    split->addWidget(texts);
    split->setStretchFactor(1, 1);
    split->setSizes({220, 860});
    split->setChildrenCollapsible(false);
    m_stack->setContentsMargins(4, 4, 4, 4);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(split);
    connect(m_list, &QListWidget::currentRowChanged, this, &RunSamples::showCurrent);
}

void RunSamples::clear()
{
    m_samples.clear();
    m_list->clear();
    m_stack->setCurrentIndex(0);
}

void RunSamples::update(const RunUpdate& update)
{
    if (update.fromStart) clear();
    explainEmpty(update.run);
    if (update.samples.empty()) return;
    const bool followsNewest = m_list->currentRow() <= 0;
    for (const RunSample& sample : update.samples)
        prepend(sample);
    if (followsNewest) m_list->setCurrentRow(0);
    m_stack->setCurrentIndex(1);
    showCurrent();
}

void RunSamples::prepend(const RunSample& sample)
{
    m_samples.push_back(sample);
    const QString prompt = oneLine(sample.prompt);
    auto* item = new QListWidgetItem(tr("Step %1 · %2").arg(sample.step).arg(prompt));
    item->setToolTip(prompt);
    m_list->insertItem(0, item); // a chosen one stays chosen
}

void RunSamples::showCurrent()
{
    const int row = m_list->currentRow();
    if (row < 0 || row >= static_cast<int>(m_samples.size())) return;
    const RunSample& sample = m_samples[m_samples.size() - 1 - static_cast<std::size_t>(row)];
    const QString teacher = QString::fromStdString(sample.teacher);
    const QString student = QString::fromStdString(sample.student);
    m_prompt->setText(tr("Step %1, after “%2”").arg(sample.step).arg(oneLine(sample.prompt)));
    if (m_teacher->toPlainText() != teacher) m_teacher->setPlainText(teacher);
    if (m_student->toPlainText() != student) m_student->setPlainText(student);
    const qsizetype same = commonStart(teacher, student);
    m_agreement->setText(teacher == student ? tr("Both wrote the same.")
                         : same == 0        ? tr("They part at the first character.")
                                            : tr("The first %1 characters are the same.").arg(same));
}

void RunSamples::explainEmpty(const RunRecord& run)
{
    const bool trains = run.kind == "finetune";
    const bool waits = isActive(run.state) || run.state == RunState::Queued;
    const auto job = Job::fromJson(run.job, "job");
    const std::int64_t every = job ? job->integer("sample_every") : 0;
    m_empty->setText(
        !trains ? tr("Only finetuning samples texts of student and teacher.")
        : waits && every > 0
            ? tr("Texts of student and teacher after the same prompts come every %1 steps.").arg(every)
        : waits ? tr("This run samples no texts.")
                : tr("This run wrote no texts of student and teacher."));
}

QString RunSamples::teacherText() const
{
    return m_teacher->toPlainText();
}
QString RunSamples::studentText() const
{
    return m_student->toPlainText();
}
QString RunSamples::agreementText() const
{
    return m_agreement->text();
}
QString RunSamples::emptyText() const
{
    return m_empty->text();
}

} // namespace boolab::ui
