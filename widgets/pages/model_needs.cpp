// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/model_needs.h"

#include "core/base/system_info.h"
#include "core/jobs/job_spec.h"
#include "core/jobs/text_format.h"
#include "widgets/base/text_look.h"

#include <QEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

QString bytes(std::int64_t count)
{
    return QString::fromStdString(formatBytes(count));
}

QString cell(const QString& text, const QColor& color, const char* align)
{
    return QStringLiteral("<td align=\"%1\" style=\"color:%2; padding: 2px 10px 2px 0\">%3</td>")
        .arg(QLatin1String(align), color.name(), text.toHtmlEscaped());
}

} // namespace

ModelNeeds::ModelNeeds(QWidget* parent) : QFrame(parent), m_title(new QLabel), m_table(new QLabel)
{
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::Base);
    m_title->setText(tr("Needed with default options"));
    setTextScale(m_title, 1.0, true);
    m_table->setTextFormat(Qt::RichText);
    m_table->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 10, 14, 10);
    column->addWidget(m_title);
    column->addWidget(m_table);
    column->addStretch();
}

void ModelNeeds::setInspection(const nlohmann::json& inspection)
{
    m_memory = inspection.value("memory", nlohmann::json::object());
    showTable();
}

void ModelNeeds::showTable()
{
    const std::int64_t available = availableMemoryBytes();
    const QColor text = palette().color(QPalette::Text), quiet = quietTextColor(palette());
    QString html = QStringLiteral("<table cellspacing=\"0\" width=\"100%\"><tr>") +
                   cell(tr("Job"), quiet, "left") + cell(tr("Memory"), quiet, "right") +
                   cell(tr("Disk"), quiet, "right") + QStringLiteral("</tr>");
    for (const JobKind kind : {JobKind::Convert, JobKind::Finetune, JobKind::Evaluate, JobKind::Generate}) {
        const JobSpec& spec = jobSpec(kind);
        const auto need = m_memory.find(spec.name);
        if (need == m_memory.end()) continue;
        const auto total = need->value("total_bytes", std::int64_t{0});
        const auto disk = need->value("disk_bytes", std::int64_t{0});
        const bool isTooMuch = available >= 0 && total > available;
        html += QStringLiteral("<tr>") + cell(QString::fromStdString(spec.title), text, "left") +
                cell(bytes(total) + (isTooMuch ? tr(" – too much") : QString()),
                     isTooMuch ? badTextColor(palette()) : text, "right") +
                cell(disk > 0 ? bytes(disk) : QStringLiteral("–"), text, "right") + QStringLiteral("</tr>");
    }
    html += QStringLiteral("</table>");
    if (available >= 0)
        html += QStringLiteral("<p style=\"color:%1\">%2</p>")
                    .arg(quiet.name(), tr("This machine has %1 of memory free.").arg(bytes(available)));
    m_table->setText(html);
}

void ModelNeeds::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !m_memory.is_null()) showTable();
}

} // namespace boolab::ui
