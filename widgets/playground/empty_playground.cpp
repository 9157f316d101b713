// SPDX-License-Identifier: Apache-2.0
#include "widgets/playground/empty_playground.h"

#include "widgets/base/text_look.h"
#include "widgets/pages/model_facts.h"

#include <QEvent>
#include <QFileInfo>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace boolab::ui
{

EmptyPlayground::EmptyPlayground(QMenu* menu, QWidget* parent)
    : QWidget(parent), m_text(new QLabel), m_again(new QPushButton)
{
    m_text->setObjectName(QStringLiteral("playgroundEmpty"));
    m_text->setText(tr("No model is here yet.\n\nDrop models onto this page, a dense one and a Boolean one "
                       "made from it, say: model folders, .gguf or .safetensors files. All are asked the "
                       "same prompt with the same seed and write beside each other. You see how sure each "
                       "was of every token, where the answers part, and how fast they come."));
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setWordWrap(true);
    auto* add = new QPushButton(tr("Add a model"));
    add->setObjectName(QStringLiteral("addFirstModel"));
    add->setMenu(menu);
    m_again->setObjectName(QStringLiteral("addLastModels"));
    m_again->hide();
    connect(m_again, &QPushButton::clicked, this, [this] { Q_EMIT modelsChosen(m_models); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(80, 0, 80, 0);
    column->addStretch(1);
    column->addWidget(m_text);
    column->addSpacing(10);
    column->addWidget(add, 0, Qt::AlignHCenter);
    column->addWidget(m_again, 0, Qt::AlignHCenter);
    column->addStretch(1);
    colorText();
}

void EmptyPlayground::setLastModels(const QStringList& models)
{
    m_models.clear();
    std::ranges::copy_if(models, std::back_inserter(m_models),
                         [](const QString& path) { return QFileInfo::exists(path); });
    m_again->setVisible(!m_models.isEmpty());
    m_again->setText(m_models.size() == 1 ? tr("Add %1, as last time").arg(modelName(m_models.value(0)))
                                          : tr("Add the %1 models of last time").arg(m_models.size()));
    m_again->setToolTip(m_models.join(QLatin1Char('\n')));
}

void EmptyPlayground::colorText()
{
    setTextColor(m_text, quietTextColor(palette()));
}

void EmptyPlayground::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colorText();
}

} // namespace boolab::ui
