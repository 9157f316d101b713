// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_details.h"

#include "core/base/json_field.h"
#include "widgets/base/file_handle.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/format_text.h"
#include "widgets/runs/run_state_look.h"

#include <QClipboard>
#include <QCoreApplication>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QScrollBar>
#include <QTextBrowser>
#include <QToolButton>
#include <QUrl>

namespace boolab::ui
{
namespace
{

QString tr(const char* text)
{
    return QCoreApplication::translate("RunDetails", text);
}

QString heading(const QString& text)
{
    return QStringLiteral("<h4>%1</h4>").arg(text);
}

QString row(const QString& key, const QString& value)
{
    if (value.isEmpty()) return {};
    return QStringLiteral("<tr><td style='padding-right:16px'>%1</td><td>%2</td></tr>")
        .arg(key.toHtmlEscaped(), value);
}

QString escaped(const std::string& text)
{
    return QString::fromStdString(text).toHtmlEscaped();
}

QString jsonValue(const nlohmann::json& value)
{
    if (value.is_number_float()) return valueText(value.get<double>());
    return escaped(value.is_string() ? value.get<std::string>() : value.dump());
}

QString jsonRows(const nlohmann::json& json)
{
    QString rows;
    if (!json.is_object()) return rows;
    for (const auto& [key, value] : json.items())
        rows += row(QString::fromStdString(key), jsonValue(value));
    return rows;
}

QString table(const QString& rows)
{
    return rows.isEmpty() ? QStringLiteral("<p>%1</p>").arg(tr("none yet"))
                          : QStringLiteral("<table>%1</table>").arg(rows);
}

QString link(const std::string& path)
{
    const QString file = QString::fromStdString(path);
    return QStringLiteral("<a href='%1'>%2</a>")
        .arg(QUrl::fromLocalFile(file).toString(QUrl::FullyEncoded), file.toHtmlEscaped());
}

/// Where an export is, how large, what was compared, how to load it; empty for other runs.
QString exportHtml(const RunRecord& run)
{
    if (run.kind != "export" || !run.result.is_object()) return {};
    const nlohmann::json& verified = objectAt(run.result, "verified");
    QString rows =
        row(tr("Written to"), link(textAt(run.result, "model"))) +
        row(tr("Format"), escaped(textAt(run.result, "format") + ", " + textAt(run.result, "type"))) +
        row(tr("Size"), byteText(integerAt(run.result, "file_bytes")));
    rows +=
        row(tr("Verified"), tr("%1 tensors with %2 values were read back and are equal%3; rounding error %4")
                                .arg(integerAt(verified, "tensors"))
                                .arg(integerAt(verified, "values"))
                                .arg(boolAt(verified, "tokenizer") ? tr(", the tokenizer too") : QString(),
                                     valueText(numberAt(verified, "relative_error").value_or(0))));
    rows += row(tr("Model card"), link(textAt(run.result, "card"))) +
            row(tr("Job file"), link(textAt(run.result, "job_file")));
    return heading(tr("Export")) + table(rows) + heading(tr("To load it")) +
           QStringLiteral("<pre>%1</pre>").arg(escaped(textAt(run.result, "load")));
}

QString runRows(const RunRecord& run)
{
    QString rows = row(tr("Run"), QStringLiteral("%1 (%2)").arg(escaped(run.name)).arg(run.id));
    rows += row(tr("State"), stateText(run.state)) + row(tr("Message"), escaped(run.message));
    rows += row(tr("Kind"), escaped(run.kind)) + row(tr("Project"), escaped(run.project));
    rows += row(tr("Created"), dateTimeText(run.createdAt)) + row(tr("Started"), dateTimeText(run.startedAt));
    rows += row(tr("Ended"), dateTimeText(run.endedAt));
    rows += row(tr("Seed"), QString::number(run.seed));
    rows += row(tr("Host"), escaped(run.host)) +
            row(tr("Process"), run.pid > 0 ? QString::number(run.pid) : QString());
    rows += row(tr("Device"), escaped(run.device)) + row(tr("Compute type"), escaped(run.dtype));
    if (run.resumedFrom) rows += row(tr("Resumed from run"), QString::number(*run.resumedFrom));
    return rows;
}

QString artifactRows(const std::vector<Artifact>& artifacts)
{
    QString rows;
    for (const Artifact& artifact : artifacts) {
        const QString size =
            artifact.bytes > 0 ? QStringLiteral(" (%1)").arg(byteText(artifact.bytes)) : QString();
        rows += row(QString::fromStdString(artifact.kind), link(artifact.path) + size);
    }
    return rows;
}

/// What the run wrote, without repetitions.
QStringList filesOf(const RunUpdate& update)
{
    QStringList paths;
    const auto add = [&](const std::string& path) {
        if (const QString text = QString::fromStdString(path); !path.empty() && !paths.contains(text))
            paths << text;
    };
    add(textAt(update.run.result, "output"));
    for (const Artifact& artifact : update.artifacts)
        add(artifact.path);
    return paths;
}

QToolButton* copyButton(const QString& text, const QString& tip)
{
    auto* button = new QToolButton;
    button->setText(text);
    button->setToolTip(tip);
    return button;
}

} // namespace

RunDetails::RunDetails(QWidget* parent) : QWidget(parent), m_files(new QHBoxLayout), m_view(new QTextBrowser)
{
    m_view->setOpenExternalLinks(true);
    m_view->setAccessibleName(tr("Details of the run"));
    QToolButton* all = copyButton(tr("Copy all"), tr("Copies everything below as text."));
    QToolButton* job = copyButton(tr("Copy job file"), tr("Copies the JSON that boolab-cli run takes."));
    auto* row = new QHBoxLayout;
    row->addLayout(m_files);
    row->addStretch(1);
    row->addWidget(job);
    row->addWidget(all);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(row);
    column->addWidget(m_view, 1);
    connect(all, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text()); });
    connect(job, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(m_job); });
}

void RunDetails::clear()
{
    showFiles({});
    m_html.clear();
    m_job.clear();
    m_view->clear();
}

void RunDetails::update(const RunUpdate& update)
{
    showFiles(update);
    const RunRecord& run = update.run;
    m_job = QString::fromStdString(run.job.is_null() ? std::string() : run.job.dump(2));
    const QString html = exportHtml(run) + heading(tr("Results")) + table(jsonRows(run.result)) +
                         heading(tr("Artifacts")) + table(artifactRows(update.artifacts)) +
                         heading(tr("Run")) + table(runRows(run)) + heading(tr("Versions")) +
                         table(jsonRows(run.versions)) + heading(tr("Job file")) +
                         QStringLiteral("<pre>%1</pre>").arg(m_job.toHtmlEscaped());
    if (html == m_html) return;
    m_html = html;
    const int scrolled = m_view->verticalScrollBar()->value();
    m_view->setHtml(html);
    m_view->verticalScrollBar()->setValue(scrolled);
}

/// A few, to be dragged out; all stand in the text.
void RunDetails::showFiles(const RunUpdate& update)
{
    constexpr int kMost = 4;
    const QStringList paths = filesOf(update).mid(0, kMost);
    if (paths == m_paths) return;
    m_paths = paths;
    while (QLayoutItem* item = m_files->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    for (const QString& path : paths) {
        auto* handle = new FileHandle;
        m_files->addWidget(handle);
        handle->setPath(path);
    }
}

QString RunDetails::text() const
{
    return m_view->toPlainText();
}

} // namespace boolab::ui
