// SPDX-License-Identifier: Apache-2.0
#include "widgets/inspector/inspector_bar.h"

#include "core/jobs/job_spec.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/make_option_editor.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kTypingPauseMs = 600;

const OptionSpec& option(const char* key)
{
    return *jobSpec(JobKind::Inspect).find(key);
}

} // namespace

InspectorBar::InspectorBar(QWidget* parent)
    : QWidget(parent), m_original(makeOptionEditor(option("original"), this)),
      m_text(makeOptionEditor(option("probe"), this)), m_tokens(new QSpinBox), m_measure(new QPushButton),
      m_busy(new QProgressBar), m_told(new QLabel)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(makeSources());
    column->addWidget(makeMeasure());
    for (QTimer* timer : {&m_originalTyped, &m_textTyped}) {
        timer->setSingleShot(true);
        timer->setInterval(kTypingPauseMs);
    }
    connect(&m_originalTyped, &QTimer::timeout, this, &InspectorBar::originalEdited);
    connect(&m_textTyped, &QTimer::timeout, this, &InspectorBar::textEdited);
    connect(m_original, &OptionEditor::edited, this, [this] { m_originalTyped.start(); });
    connect(m_text, &OptionEditor::edited, this, [this] { m_textTyped.start(); });
    connect(m_tokens, &QSpinBox::valueChanged, this, [this] { m_textTyped.start(); });
    setRunning(false);
}

QWidget* InspectorBar::makeSources()
{
    auto* sources = new QWidget;
    auto* row = new QHBoxLayout(sources);
    row->setContentsMargins(0, 0, 0, 0);
    const auto add = [&](const QString& text, OptionEditor* editor, const char* key) {
        auto* label = new QLabel(text);
        label->setBuddy(editor->input());
        editor->input()->setObjectName(QString::fromLatin1(key));
        editor->input()->setAccessibleName(QString::fromStdString(option(key).label));
        editor->setToolTip(QString::fromStdString(option(key).help));
        row->addWidget(label);
        row->addWidget(editor, 1);
    };
    add(tr("&Full precision:"), m_original, "original");
    add(tr("&Probe text:"), m_text, "probe");
    return sources;
}

QWidget* InspectorBar::makeMeasure()
{
    auto* measure = new QWidget;
    const OptionSpec& tokens = option("probe_tokens");
    m_tokens->setRange(static_cast<int>(*tokens.minimum), static_cast<int>(*tokens.maximum));
    m_tokens->setValue(tokens.defaultValue.get<int>());
    m_tokens->setSingleStep(256);
    m_tokens->setSuffix(tr(" tokens"));
    m_tokens->setAccessibleName(QString::fromStdString(tokens.label));
    m_measure->setObjectName(QStringLiteral("measure"));
    m_measure->setAutoDefault(false);
    connect(m_measure, &QPushButton::clicked, this,
            [this] { m_isRunning ? Q_EMIT cancelRequested() : Q_EMIT measureRequested(); });
    m_busy->setRange(0, 0);
    m_busy->setTextVisible(false);
    m_busy->setFixedWidth(120);
    m_busy->setAccessibleName(tr("The probe text runs through the models"));
    m_told->setObjectName(QStringLiteral("told"));
    m_told->setTextFormat(Qt::PlainText);
    m_told->setWordWrap(true);
    m_told->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* row = new QHBoxLayout(measure);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_told, 1);
    row->addWidget(m_busy);
    row->addWidget(m_tokens);
    row->addWidget(m_measure);
    return measure;
}

void InspectorBar::setSources(const QString& original, const QString& text)
{
    const QSignalBlocker first(m_original), second(m_text);
    m_original->setText(original);
    m_text->setText(text);
}

QString InspectorBar::original() const
{
    return m_original->text().trimmed();
}

QString InspectorBar::text() const
{
    return m_text->text().trimmed();
}

int InspectorBar::tokens() const
{
    return m_tokens->value();
}

void InspectorBar::setRunning(bool running)
{
    m_isRunning = running;
    m_busy->setVisible(running);
    m_measure->setText(running ? tr("&Cancel") : tr("&Measure outputs"));
    m_measure->setToolTip(running ? tr("Stop the measurement")
                                  : tr("Run the probe text through the models up to this layer"));
}

void InspectorBar::tell(const QString& text, bool isError)
{
    m_isError = isError;
    m_told->setText(wrappable(text));
    showLook();
}

QString InspectorBar::told() const
{
    return m_told->text().remove(QChar(0x200b));
}

void InspectorBar::showLook()
{
    setTextColor(m_told, m_isError ? badTextColor(palette()) : quietTextColor(palette()));
}

void InspectorBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) showLook();
}

} // namespace boolab::ui
