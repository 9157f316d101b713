// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/make_option_editor.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QWheelEvent>
#include <limits>

#include "widgets/pages/path_editor.h"
#include "widgets/pages/whole_number_box.h"

namespace boolab::ui
{

namespace
{

constexpr int kNumberWidth = 170;
constexpr int kChoiceWidth = 210;

/// The input, its unit, and room on the right.
void layOut(QWidget* editor, QWidget* input, const OptionSpec& option, bool wide)
{
    auto* row = new QHBoxLayout(editor);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(input, wide ? 1 : 0);
    if (!option.unit.empty()) row->addWidget(new QLabel(QString::fromStdString(option.unit)));
    if (!wide) row->addStretch(1);
}

class IntegerEditor : public OptionEditor
{
public:
    IntegerEditor(const OptionSpec& option, QWidget* parent)
        : OptionEditor(parent),
          m_box(new WholeNumberBox(static_cast<std::int64_t>(option.minimum.value_or(-1e15)),
                                   static_cast<std::int64_t>(option.maximum.value_or(1e15))))
    {
        m_box->setFixedWidth(kNumberWidth);
        m_box->setPlaceholderText(editorText(option.defaultValue));
        layOut(this, m_box, option, false);
        connect(m_box, &WholeNumberBox::edited, this, &OptionEditor::edited);
    }
    QString text() const override { return m_box->text(); }
    void setText(const QString& text) override { m_box->setText(text); }
    QWidget* input() override { return m_box; }

private:
    WholeNumberBox* m_box;
};

class LineEditor : public OptionEditor
{
public:
    LineEditor(const OptionSpec& option, QWidget* parent) : OptionEditor(parent), m_line(new QLineEdit)
    {
        const bool isNumber = option.type == OptionType::Real;
        if (isNumber) m_line->setFixedWidth(kNumberWidth);
        m_line->setPlaceholderText(editorText(option.defaultValue));
        layOut(this, m_line, option, !isNumber);
        connect(m_line, &QLineEdit::textChanged, this, &OptionEditor::edited);
    }
    QString text() const override { return m_line->text(); }
    void setText(const QString& text) override { m_line->setText(text); }
    QWidget* input() override { return m_line; }

private:
    QLineEdit* m_line;
};

class ChoiceBox : public QComboBox
{
protected:
    void wheelEvent(QWheelEvent* event) override
    {
        if (hasFocus())
            QComboBox::wheelEvent(event);
        else
            event->ignore();
    }
};

class ChoiceEditor : public OptionEditor
{
public:
    ChoiceEditor(const OptionSpec& option, QWidget* parent) : OptionEditor(parent), m_box(new ChoiceBox)
    {
        m_box->setFocusPolicy(Qt::StrongFocus);
        m_box->setMinimumWidth(kChoiceWidth);
        for (const std::string& choice : option.choices)
            m_box->addItem(QString::fromStdString(choice));
        layOut(this, m_box, option, false);
        connect(m_box, &QComboBox::currentIndexChanged, this, [this] {
            m_unknown.clear();
            Q_EMIT edited();
        });
    }
    QString text() const override { return m_unknown.isEmpty() ? m_box->currentText() : m_unknown; }
    void setText(const QString& text) override
    {
        m_box->setCurrentIndex(m_box->findText(text));
        m_unknown = m_box->currentIndex() < 0 ? text : QString();
        Q_EMIT edited();
    }
    QWidget* input() override { return m_box; }

private:
    QComboBox* m_box;
    QString m_unknown; ///< set from outside and no choice: kept, so that the form can say so
};

/// A box per word of a list.
class ListEditor : public OptionEditor
{
public:
    ListEditor(const OptionSpec& option, QWidget* parent) : OptionEditor(parent), m_input(new QWidget)
    {
        constexpr int kInARow = 2;
        auto* grid = new QGridLayout(m_input);
        grid->setContentsMargins(0, 0, 0, 0);
        grid->setHorizontalSpacing(8);
        for (const std::string& word : option.choices) {
            auto* box = new QCheckBox(QString::fromStdString(word));
            connect(box, &QCheckBox::toggled, this, &ListEditor::chosen);
            const int at = static_cast<int>(m_boxes.size());
            grid->addWidget(box, at / kInARow, at % kInARow);
            m_boxes.push_back(box);
        }
        m_input->setFocusPolicy(Qt::StrongFocus);
        m_input->setFocusProxy(m_boxes.front());
        layOut(this, m_input, option, false);
    }
    QString text() const override { return m_text; }
    void setText(const QString& text) override
    {
        const QStringList words = text.split(QLatin1Char(','));
        m_setting = true;
        for (QCheckBox* box : m_boxes)
            box->setChecked(words.contains(box->text()));
        m_setting = false;
        m_text = text;
        Q_EMIT edited();
    }
    QWidget* input() override { return m_input; }

private:
    void chosen()
    {
        if (m_setting) return;
        QStringList words;
        for (const QCheckBox* box : m_boxes)
            if (box->isChecked()) words << box->text();
        // An empty text would stand for the default.
        m_text = words.isEmpty() ? QStringLiteral(",") : words.join(QLatin1Char(','));
        Q_EMIT edited();
    }

    QWidget* m_input;
    std::vector<QCheckBox*> m_boxes;
    QString m_text; ///< in its own order, unknown words too, until a box is clicked
    bool m_setting = false;
};

class SwitchEditor : public OptionEditor
{
public:
    SwitchEditor(const OptionSpec& option, QWidget* parent)
        : OptionEditor(parent), m_box(new QCheckBox(QString::fromStdString(option.label)))
    {
        layOut(this, m_box, option, false);
        connect(m_box, &QCheckBox::toggled, this, &OptionEditor::edited);
    }
    QString text() const override
    {
        return m_box->isChecked() ? QStringLiteral("true") : QStringLiteral("false");
    }
    void setText(const QString& text) override { m_box->setChecked(text == QLatin1String("true")); }
    QWidget* input() override { return m_box; }

private:
    QCheckBox* m_box;
};

} // namespace

OptionEditor* makeOptionEditor(const OptionSpec& option, QWidget* parent)
{
    switch (option.type) {
    case OptionType::Integer:
        return new IntegerEditor(option, parent);
    case OptionType::Text:
        if (!option.choices.empty()) return new ListEditor(option, parent);
        [[fallthrough]];
    case OptionType::Real:
        return new LineEditor(option, parent);
    case OptionType::Choice:
        return new ChoiceEditor(option, parent);
    case OptionType::Switch:
        return new SwitchEditor(option, parent);
    case OptionType::Path:
        return new PathEditor(option, parent);
    }
    return nullptr;
}

} // namespace boolab::ui
