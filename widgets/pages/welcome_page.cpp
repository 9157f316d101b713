// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/welcome_page.h"

#include "core/jobs/text_format.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/drop_area.h"

#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

constexpr int kPathRole = Qt::UserRole;

QString modelLine(const ModelRecord& model)
{
    const QString path = QString::fromStdString(model.path);
    return WelcomePage::tr("%1 – %2, %3 parameters, %4")
        .arg(QFileInfo(path).fileName(), QString::fromStdString(model.architecture),
             QString::fromStdString(formatShortCount(model.parameters)),
             QString::fromStdString(formatBytes(model.fileBytes)));
}

} // namespace

WelcomePage::WelcomePage(QWidget* parent)
    : QWidget(parent), m_drop(new DropArea), m_recent(new QListWidget), m_sample(new QPushButton)
{
    auto* title = new QLabel(tr("Boolean language models, from a drop to a finetuned model"));
    title->setWordWrap(true);
    setTextScale(title, 1.6, true);
    m_sample->setObjectName(QStringLiteral("sampleProject"));
    m_sample->setText(tr("Open the &sample project"));
    connect(m_sample, &QPushButton::clicked, this, [this] { Q_EMIT pathChosen(m_samplePath); });
    connect(m_drop, &DropArea::openFileRequested, this, &WelcomePage::openFileRequested);
    connect(m_drop, &DropArea::openFolderRequested, this, &WelcomePage::openFolderRequested);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(28, 22, 28, 22);
    column->setSpacing(16);
    column->addWidget(title);
    column->addWidget(makeSteps());
    column->addWidget(m_drop, 2);
    column->addWidget(makeRecent(), 2);
    setSampleProject({});
    setRecentModels({});
    colorTexts();
}

QWidget* WelcomePage::makeSteps()
{
    const std::pair<QString, QString> steps[] = {
        {tr("1  Open a model"),
         tr("Drop it below. You see at once what it is, its layers, and the memory that "
            "each job needs.")},
        {tr("2  Convert it"), tr("Its linear layers become a few Boolean kernels each: 1 bit per weight and "
                                 "kernel.")},
        {tr("3  Finetune and watch"),
         tr("The Boolean weights are trained natively against the original. Runs "
            "shows it live.")},
    };
    auto* panel = new QWidget;
    auto* row = new QHBoxLayout(panel);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(24);
    for (const auto& [name, explanation] : steps) {
        auto* head = new QLabel(name);
        setTextScale(head, 1.1, true);
        auto* text = new QLabel(explanation);
        text->setWordWrap(true);
        m_quiet.append(text);
        auto* column = new QVBoxLayout;
        column->setSpacing(4);
        column->addWidget(head);
        column->addWidget(text, 1, Qt::AlignTop);
        row->addLayout(column, 1);
    }
    return panel;
}

QWidget* WelcomePage::makeRecent()
{
    auto* panel = new QWidget;
    auto* head = new QLabel(tr("&Recent models"));
    head->setBuddy(m_recent);
    setTextScale(head, 1.1, true);
    m_recent->setObjectName(QStringLiteral("recentModels"));
    m_recent->setAlternatingRowColors(true);
    const auto choose = [this](QListWidgetItem* item) {
        const QString path = item->data(kPathRole).toString();
        if (!path.isEmpty()) Q_EMIT pathChosen(path);
    };
    connect(m_recent, &QListWidget::itemActivated, this, choose);
    auto* top = new QHBoxLayout;
    top->addWidget(head, 1);
    top->addWidget(m_sample);
    auto* column = new QVBoxLayout(panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->addLayout(top);
    column->addWidget(m_recent, 1);
    return panel;
}

void WelcomePage::setRecentModels(const std::vector<ModelRecord>& models)
{
    m_recent->clear();
    for (const ModelRecord& model : models) {
        auto* item = new QListWidgetItem(modelLine(model), m_recent);
        item->setData(kPathRole, QString::fromStdString(model.path));
        item->setToolTip(
            tr("%1\nDouble-click or press Enter to open").arg(QString::fromStdString(model.path)));
    }
    if (!models.empty()) return;
    auto* none = new QListWidgetItem(tr("None yet. The sample project is a quick start."), m_recent);
    none->setFlags(Qt::NoItemFlags);
}

void WelcomePage::setSampleProject(const QString& path)
{
    m_samplePath = path;
    m_sample->setEnabled(!path.isEmpty());
    m_sample->setToolTip(path.isEmpty() ? tr("The sample project is not installed beside this program.")
                                        : path);
}

void WelcomePage::colorTexts()
{
    for (QLabel* label : std::as_const(m_quiet))
        setTextColor(label, quietTextColor(palette()));
}

void WelcomePage::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colorTexts();
}

} // namespace boolab::ui
