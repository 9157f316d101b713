// SPDX-License-Identifier: Apache-2.0
#include "widgets/runs/run_scores.h"

#include "core/base/json_field.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/runs/run_state_look.h"

#include <cmath>

#include <QEvent>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

using Json = nlohmann::json;

double number(const Json& object, const char* key)
{
    return numberAt(object, key).value_or(std::nan(""));
}

QString text(const Json& object, const char* key)
{
    return QString::fromStdString(textAt(object, key));
}

/// Texts of tokens, with what cannot be seen made visible.
QString tokenText(const Json& object, const char* key)
{
    QString shown = text(object, key);
    shown.replace(QLatin1Char('\n'), QStringLiteral("⏎")).replace(QLatin1Char('\t'), QStringLiteral("⇥"));
    return shown.toHtmlEscaped().replace(QLatin1Char(' '), QStringLiteral("·"));
}

QString percent(double share)
{
    return RunScores::tr("%1 %").arg(QString::number(100 * share, 'f', 1));
}

QString row(const QStringList& cells, const char* tag = "td")
{
    QString all;
    for (qsizetype i = 0; i < cells.size(); ++i)
        all +=
            QStringLiteral("<%1 align='%2' style='padding-right:18px'>%3</%1>")
                .arg(QLatin1String(tag), i == 0 ? QStringLiteral("left") : QStringLiteral("right"), cells[i]);
    return QStringLiteral("<tr>%1</tr>").arg(all);
}

QString heading(const QString& text)
{
    return QStringLiteral("<h4>%1</h4>").arg(text);
}

QString perplexityHtml(const Json& result)
{
    if (!result.contains("perplexity")) return {};
    const auto line = [](const QString& name, const QString& value) {
        return QStringLiteral("<tr><td style='padding-right:18px'>%1</td><td>%2</td></tr>").arg(name, value);
    };
    QString rows = line(RunScores::tr("Perplexity"), valueText(number(result, "perplexity")));
    const std::pair<const char*, QString> more[] = {
        {"word_perplexity", RunScores::tr("Per word")},
        {"byte_perplexity", RunScores::tr("Per byte")},
        {"bits_per_byte", RunScores::tr("Bits per byte")},
        {"kl_divergence", RunScores::tr("KL from the reference, nats per token")}};
    for (const auto& [key, name] : more)
        if (result.contains(key)) rows += line(name, valueText(number(result, key)));
    if (result.contains("top_1_agreement"))
        rows += line(RunScores::tr("Same first choice"), percent(number(result, "top_1_agreement")));
    rows += line(RunScores::tr("Protocol"), text(result, "protocol").toHtmlEscaped());
    rows += line(RunScores::tr("Tokens"), QString::number(number(result, "tokens"), 'f', 0));
    return heading(RunScores::tr("Text")) + QStringLiteral("<table>%1</table>").arg(rows);
}

/// "61.2 % ± 1.4", or a dash.
QString scoreCell(const Json& task, const std::string& metric)
{
    const auto value = numberAt(task, metric + ",none");
    if (!value) return QStringLiteral("–");
    QString text = percent(*value);
    if (const auto error = numberAt(task, metric + "_stderr,none"))
        text += QStringLiteral(" ± %1").arg(QString::number(100 * *error, 'f', 1));
    return text;
}

QString tasksHtml(const Json& result)
{
    const Json& tasks = objectAt(result, "tasks");
    if (tasks.empty()) return {};
    QString rows = row({RunScores::tr("Task"), RunScores::tr("acc"), RunScores::tr("acc_norm (characters)"),
                        RunScores::tr("acc_bytes"), RunScores::tr("perplexity")},
                       "th");
    for (const auto& [name, task] : tasks.items()) {
        const auto perplexity = numberAt(task, "perplexity,none");
        rows += row({QString::fromStdString(name).toHtmlEscaped(), scoreCell(task, "acc"),
                     scoreCell(task, "acc_norm"), scoreCell(task, "acc_bytes"),
                     perplexity ? valueText(*perplexity) : QStringLiteral("–")});
    }
    if (const Json& mean = objectAt(result, "tasks_mean"); mean.contains("acc"))
        rows += row({RunScores::tr("Mean of %1 tasks").arg(tasks.size()), percent(number(mean, "acc")),
                     percent(number(mean, "acc_norm")), QString(), QString()});
    const Json& protocol = objectAt(result, "tasks_protocol");
    QStringList stamps;
    for (const auto& [key, value] : protocol.items())
        stamps << QString::fromStdString(key + ": " +
                                         (value.is_string() ? value.get<std::string>() : value.dump()))
                      .toHtmlEscaped();
    return heading(RunScores::tr("Zero-shot tasks")) +
           QStringLiteral("<table>%1</table><p>%2</p>").arg(rows, stamps.join(QStringLiteral(" · ")));
}

QString worstHtml(const Json& result)
{
    const Json worst = result.value("worst_tokens", Json::array());
    if (!worst.is_array() || worst.empty()) return {};
    QString rows = row({RunScores::tr("Text before"), RunScores::tr("came"), RunScores::tr("KL"),
                        RunScores::tr("reference expects"), RunScores::tr("this model gives that"),
                        RunScores::tr("and expects")},
                       "th");
    for (const Json& token : worst)
        rows += row(
            {QStringLiteral("…") + text(token, "before").toHtmlEscaped(),
             QStringLiteral("<code>%1</code>").arg(tokenText(token, "token")),
             valueText(number(token, "kl_divergence")),
             QStringLiteral("<code>%1</code> %2")
                 .arg(tokenText(token, "reference_top"), percent(number(token, "reference_top_probability"))),
             percent(number(token, "probability_of_reference_top")),
             QStringLiteral("<code>%1</code> %2")
                 .arg(tokenText(token, "top"), percent(number(token, "top_probability")))});
    return heading(RunScores::tr("Farthest from the reference")) +
           QStringLiteral("<table>%1</table>").arg(rows);
}

} // namespace

RunScores::RunScores(QWidget* parent) : QWidget(parent), m_view(new QTextBrowser)
{
    m_view->setAccessibleName(tr("Scores of the evaluation"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(m_view);
}

void RunScores::setRun(const RunRecord& run)
{
    m_run = run;
    show();
}

void RunScores::show()
{
    const Json result = m_run.result.is_object() ? Json(m_run.result) : Json::object();
    QString html = perplexityHtml(result) + tasksHtml(result) + worstHtml(result);
    if (html.isEmpty())
        html = QStringLiteral("<p>%1</p>")
                   .arg(isActive(m_run.state) || m_run.state == RunState::Queued
                            ? tr("Scores come when the run is done; the charts show how it goes.")
                            : tr("This run ended without scores."));
    if (html == m_html) return;
    m_html = html;
    m_view->setHtml(html);
}

QString RunScores::text() const
{
    return m_view->toPlainText();
}

void RunScores::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    m_html.clear();
    show();
}

} // namespace boolab::ui
