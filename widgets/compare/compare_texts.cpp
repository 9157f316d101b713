// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/compare_texts.h"

#include "widgets/base/text_look.h"
#include "widgets/charts/chart_colors.h"

#include <algorithm>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedLayout>

namespace boolab::ui
{

namespace
{

constexpr int kNarrowest = 200, kSwatch = 12, kTeacher = -1;

} // namespace

CompareTexts::CompareTexts(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedLayout(this)), m_prompts(new QComboBox),
      m_empty(
          new QLabel(tr("These runs wrote no texts. Finetunings do every so many steps (Sample every), and "
                        "boolab-cli generate records what it answers."))),
      m_row(new QHBoxLayout)
{
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(40);
    m_prompts->setAccessibleName(tr("Prompt"));
    m_prompts->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    auto* label = new QLabel(tr("After the &prompt"));
    label->setBuddy(m_prompts);
    auto* bar = new QHBoxLayout;
    bar->addWidget(label);
    bar->addWidget(m_prompts, 1);
    auto* columns = new QWidget;
    columns->setLayout(m_row);
    m_row->setContentsMargins(0, 0, 0, 0);
    auto* scroll = new QScrollArea;
    scroll->setWidget(columns);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* full = new QWidget;
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(bar);
    column->addWidget(scroll, 1);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(full);
    connect(m_prompts, &QComboBox::currentIndexChanged, this, &CompareTexts::showPrompt);
}

QString CompareTexts::emptyText() const
{
    return m_empty->text();
}

void CompareTexts::update(const CompareInput& input)
{
    m_input = input;
    m_rows = compareTexts(input.runs);
    {
        const QSignalBlocker blocker(m_prompts);
        const QVariant chosen = m_prompts->currentData();
        m_prompts->clear();
        for (const TextRow& row : m_rows) {
            const QString prompt = QString::fromStdString(row.prompt);
            const auto count =
                std::ranges::count_if(row.texts, [](const auto& text) { return text.has_value(); });
            m_prompts->addItem(
                tr("%1 (%2 of %3 runs)").arg(prompt.simplified()).arg(count).arg(input.runs.size()), prompt);
        }
        m_prompts->setCurrentIndex(std::max(0, m_prompts->findData(chosen)));
    }
    m_stack->setCurrentIndex(m_rows.empty() ? 0 : 1);
    showPrompt();
}

CompareTexts::Column& CompareTexts::columnAt(std::size_t index)
{
    while (m_columns.size() <= index) {
        auto* box = new QWidget;
        box->setMinimumWidth(kNarrowest);
        Column made{box, new QLabel, new QLabel, new QLabel, new QPlainTextEdit};
        made.swatch->setFixedSize(kSwatch, kSwatch);
        made.title->setTextFormat(Qt::PlainText);
        setTextScale(made.title, 1.0, true);
        made.note->setWordWrap(true);
        made.text->setReadOnly(true);
        auto* head = new QHBoxLayout;
        head->addWidget(made.swatch);
        head->addWidget(made.title, 1);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(0, 0, 0, 0);
        column->addLayout(head);
        column->addWidget(made.text, 1);
        column->addWidget(made.note);
        m_row->addWidget(box, 1);
        m_columns.push_back(made);
    }
    return m_columns[index];
}

void CompareTexts::fill(std::size_t index, const QString& title, int color, const QString& text,
                        const QString& teacher)
{
    Column& column = columnAt(index);
    column.box->show();
    column.title->setText(title);
    column.text->setAccessibleName(title);
    column.swatch->setVisible(color != kTeacher);
    if (color != kTeacher) {
        QPixmap swatch(kSwatch, kSwatch);
        swatch.fill(seriesColor(color, isDark(palette())));
        column.swatch->setPixmap(swatch);
    }
    if (column.text->toPlainText() != text) column.text->setPlainText(text);
    const auto same = std::ranges::mismatch(text, teacher).in1 - text.begin();
    column.note->setText(color == kTeacher   ? tr("What the runs learn from.")
                         : teacher.isEmpty() ? QString()
                         : text == teacher   ? tr("The same as the teacher.")
                         : same == 0         ? tr("Parts from the teacher at the first character.")
                                             : tr("The first %1 characters as the teacher.").arg(same));
}

void CompareTexts::showPrompt()
{
    const int at = m_prompts->currentIndex();
    std::size_t used = 0;
    if (at >= 0 && at < static_cast<int>(m_rows.size())) {
        const TextRow& row = m_rows[static_cast<std::size_t>(at)];
        const QString teacher = QString::fromStdString(row.teacher);
        if (!teacher.isEmpty()) fill(used++, tr("Teacher"), kTeacher, teacher, {});
        for (std::size_t i = 0; i < row.texts.size(); ++i)
            if (row.texts[i]) {
                const RunRecord& run = m_input.runs[i].run;
                fill(used++, QString::fromStdString(run.name), m_input.colorOf(run.id),
                     QString::fromStdString(*row.texts[i]), teacher);
            }
    }
    for (std::size_t i = used; i < m_columns.size(); ++i)
        m_columns[i].box->hide();
}

QStringList CompareTexts::texts() const
{
    QStringList texts;
    for (const Column& column : m_columns)
        if (!column.box->isHidden()) texts << column.text->toPlainText();
    return texts;
}

} // namespace boolab::ui
