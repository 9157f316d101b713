// SPDX-License-Identifier: Apache-2.0
#include "widgets/pages/job_form.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QShortcut>
#include <QVBoxLayout>
#include <utility>

#include "core/jobs/sweep_grid.h"
#include "widgets/base/text_look.h"
#include "widgets/pages/command_line_row.h"
#include "widgets/pages/estimate_panel.h"
#include "widgets/pages/input_reader.h"
#include "widgets/pages/job_form_check.h"
#include "widgets/pages/job_form_field.h"
#include "widgets/pages/job_form_fields.h"
#include "widgets/pages/more_models.h"
#include "widgets/pages/option_editor.h"
#include "widgets/pages/output_proposal.h"

namespace boolab::ui
{

namespace
{

constexpr int kReadSoonMs = 150;   // after the last key
constexpr int kReadAgainMs = 4000; // memory and files change by themselves
constexpr int kEstimateWidth = 270;

} // namespace

JobForm::JobForm(JobKind kind, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_fields(new JobFormFields(jobSpec(kind))),
      m_estimate(new EstimatePanel), m_command(new CommandLineRow), m_summary(new QLabel),
      m_reason(new QLabel), m_start(new QPushButton), m_reader(new InputReader(this)),
      m_preset(Job(kind).text("preset"))
{
    auto* scroll = new QScrollArea;
    scroll->setWidget(m_fields);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setMinimumWidth(m_fields->leastWidth() + scroll->verticalScrollBar()->sizeHint().width());
    m_estimate->setFixedWidth(kEstimateWidth);
    if (kind == JobKind::Inspect) m_estimate->hide(); // reads headers only: needs nothing
    auto* middle = new QHBoxLayout;
    middle->setSpacing(12);
    middle->addWidget(scroll, 1);
    middle->addWidget(m_estimate, 0, Qt::AlignTop);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 16, 12);
    column->addWidget(makeHeader());
    column->addLayout(middle, 1);
    column->addWidget(makeFooter());
    connectParts();
    refresh();
}

JobForm::~JobForm() = default;

QWidget* JobForm::makeHeader()
{
    const JobSpec& spec = jobSpec(m_kind);
    auto* header = new QWidget;
    auto* title = new QLabel(QString::fromStdString(spec.title));
    setTextScale(title, 1.5, true);
    m_summary->setText(QString::fromStdString(spec.summary));
    m_summary->setWordWrap(true);
    setTextColor(m_summary, quietTextColor(palette()));
    auto* column = new QVBoxLayout(header);
    column->setContentsMargins(4, 0, 0, 4);
    column->setSpacing(2);
    column->addWidget(title);
    column->addWidget(m_summary);
    return header;
}

QWidget* JobForm::makeFooter()
{
    auto* footer = new QWidget;
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->setWordWrap(true);
    m_reason->setMinimumHeight(2 * fontMetrics().lineSpacing()); // nothing moves when it wraps
    m_reason->setTextFormat(Qt::PlainText);
    m_start->setObjectName(QStringLiteral("start"));
    m_start->setText(tr("&Start"));
    m_start->setMinimumWidth(130);
    m_start->setDefault(true);
    auto* row = new QHBoxLayout;
    row->addWidget(m_reason, 1);
    row->addWidget(m_start);
    auto* column = new QVBoxLayout(footer);
    column->setContentsMargins(0, 4, 0, 0);
    column->addWidget(m_command);
    column->addLayout(row);
    return footer;
}

void JobForm::connectParts()
{
    connect(m_fields, &JobFormFields::edited, this,
            [this](const QString& key) { fieldEdited(key.toStdString()); });
    connect(m_fields, &JobFormFields::moreModelsChanged, this, &JobForm::refresh);
    connect(m_start, &QPushButton::clicked, this, &JobForm::requestStart);
    auto* enter = new QShortcut(QKeySequence(Qt::CTRL | Qt::Key_Return), this);
    enter->setContext(Qt::WidgetWithChildrenShortcut);
    connect(enter, &QShortcut::activated, m_start, &QPushButton::click);
    m_readSoon.setSingleShot(true);
    m_readSoon.setInterval(kReadSoonMs);
    connect(&m_readSoon, &QTimer::timeout, this, [this] { m_reader->read(job()); });
    m_readAgain.setInterval(kReadAgainMs);
    connect(&m_readAgain, &QTimer::timeout, this, [this] {
        if (isVisible()) m_reader->read(job());
    });
    m_readAgain.start();
    connect(m_reader, &InputReader::ready, this, [this](const std::shared_ptr<const InputReport>& report) {
        m_report = report;
        refresh();
    });
}

void JobForm::setJob(const Job& job)
{
    if (job.kind() != m_kind) return;
    m_loading = true;
    for (JobFormField* field : m_fields->all())
        field->setText(editorText(job.value(field->option().key)));
    m_loading = false;
    if (MoreModels* more = m_fields->moreModels()) more->clear();
    m_preset = job.text("preset");
    m_touched.clear();
    m_outputIsOurs = job.text("output").empty() || job.text("output") == proposedOutput(job);
    proposeOutput();
    m_readSoon.start();
    refresh();
}

Job JobForm::job() const
{
    return checkForm(*m_fields, m_kind, nullptr).job;
}

void JobForm::setValue(const QString& key, const QString& value)
{
    JobFormField* field = m_fields->find(key.toStdString());
    if (field == nullptr) return;
    const nlohmann::json start = jobSpec(m_kind).startValue(key.toStdString(), m_preset);
    field->setText(value.isEmpty() && !start.is_null() ? editorText(start) : value);
    if (field->option().advanced && !field->value()) m_fields->unfold();
}

void JobForm::setModels(const QStringList& paths)
{
    setValue(QStringLiteral("model"), paths.value(0));
    if (MoreModels* more = m_fields->moreModels()) {
        more->clear();
        more->add(paths.mid(1));
    }
}

QStringList JobForm::moreModels() const
{
    if (m_fields->moreModels() == nullptr) return {};
    QStringList models = m_fields->moreModels()->paths();
    models.removeAll(m_fields->find("model")->text()); // it would be measured twice
    return models;
}

void JobForm::takeOver(const Job& other)
{
    m_loading = true;
    for (JobFormField* field : m_fields->all()) {
        const OptionSpec& option = field->option();
        const OptionSpec* theirs = other.spec().find(option.key);
        if (theirs == nullptr || theirs->type != option.type || option.key == "output" ||
            option.key == "name")
            continue;
        const auto taken = m_taken.find(option.key);
        const bool isOwn = field->text() != editorText(jobSpec(m_kind).startValue(option.key, m_preset)) &&
                           (taken == m_taken.end() || field->text() != taken->second);
        if (isOwn) continue;
        field->setText(editorText(other.value(option.key)));
        m_taken[option.key] = field->text();
    }
    m_loading = false;
    proposeOutput();
    m_readSoon.start();
    refresh();
}

void JobForm::fieldEdited(const std::string& key)
{
    if (m_loading) return;
    m_touched.insert(key);
    if (key == "output") m_outputIsOurs = m_fields->find(key)->text().isEmpty();
    if (key == "preset") takePreset();
    const OptionSpec& option = m_fields->find(key)->option();
    if (key != "output") proposeOutput();
    // What an export may replace, and by what, its switches say.
    if (option.type == OptionType::Path || m_kind == JobKind::Export) m_readSoon.start();
    refresh();
}

/// Fields that nobody has changed take the new preset's values.
void JobForm::takePreset()
{
    const std::string preset = m_fields->find("preset")->text().toStdString();
    const JobSpec& spec = jobSpec(m_kind);
    m_loading = true;
    for (JobFormField* field : m_fields->all()) {
        const std::string& key = field->option().key;
        if (key != "preset" && field->text() == editorText(spec.startValue(key, m_preset)))
            field->setText(editorText(spec.startValue(key, preset)));
    }
    m_loading = false;
    m_preset = preset;
}

void JobForm::proposeOutput()
{
    JobFormField* output = m_fields->find("output");
    if (output == nullptr || !m_outputIsOurs) return;
    const bool wasLoading = std::exchange(m_loading, true);
    output->setText(QString::fromStdString(proposedOutput(job())));
    m_loading = wasLoading;
    m_readSoon.start();
}

void JobForm::setDatabase(const QString& file)
{
    m_database = file;
    refresh();
}

/// What the start runs, with the database where the window records.
QString JobForm::commandOf(Job job) const
{
    if (!m_database.isEmpty() && !job.has("db")) (void)job.set("db", m_database.toStdString());
    std::string command = job.toCommandLine();
    for (const QString& model : moreModels())
        command.append(1, ' ').append(shellQuoted(model.toStdString()));
    return QString::fromStdString(command);
}

void JobForm::refresh()
{
    const JobFormCheck check = checkForm(*m_fields, m_kind, m_report.get());
    m_command->setCommand(commandOf(check.job));
    const nlohmann::json changed = check.job.toJson();
    int changedAdvanced = 0;
    for (const JobFormField* field : m_fields->all())
        changedAdvanced += field->option().advanced && changed.contains(field->option().key) ? 1 : 0;
    m_fields->setChangedAdvanced(changedAdvanced);
    showUnused(check);
    showProblems(check);
    showEstimate(check);

    const bool mayStart = check.isComplete() && m_estimate->mayStart();
    m_start->setEnabled(mayStart);
    if (!check.isComplete())
        showReason(check.reason(), check.missing.isEmpty());
    else if (!mayStart)
        showReason(
            tr("%1. Change the options, or tick “%2” under More options.")
                .arg(m_estimate->headline(), QString::fromStdString(check.job.spec().find("force")->label)),
            true);
    else
        showReason(outlook(check.job), false);
}

/// What a start will do beyond what the fields say.
QString JobForm::outlook(const Job& job) const
{
    if (const auto more = moreModels().size(); more > 0)
        return tr("%1 models, one after another, a run for each. “What it needs” is about the first.")
            .arg(more + 1);
    const bool isThere = m_report && m_report->sameFiles(job) && m_report->outputExists;
    if (m_kind != JobKind::Sweep)
        return isThere && !job.on("resume")
                   ? tr("The output exists; it will be replaced when the run is done.")
                   : QString();
    const auto points = sweepPoints(job);
    const auto count = points ? points->size() : 0;
    const QString work = count == 1 ? tr("1 conversion, and 2 evaluations with the full-precision model.")
                                    : tr("%1 conversions, and %2 evaluations with the full-precision model.")
                                          .arg(count)
                                          .arg(count + 1);
    return isThere ? work + tr(" The output folder exists: what is done and unchanged is taken over, other "
                               "models of these points are replaced.")
                   : work;
}

void JobForm::showUnused(const JobFormCheck& check)
{
    for (JobFormField* field : m_fields->all()) {
        const auto unused = check.unused.find(field->option().key);
        field->setUnused(unused == check.unused.end() ? QString() : unused->second);
    }
}

void JobForm::showProblems(const JobFormCheck& check)
{
    for (JobFormField* field : m_fields->all()) {
        const std::string& key = field->option().key;
        const auto problem = check.problems.find(key);
        const bool isMissing = check.missing.contains(QString::fromStdString(field->option().label));
        const bool tell = problem != check.problems.end() && (!isMissing || m_touched.contains(key));
        field->showProblem(tell ? problem->second : QString());
    }
}

void JobForm::showEstimate(const JobFormCheck& check)
{
    const char* modelKey = m_kind == JobKind::Finetune ? "student" : "model";
    const QString label = QString::fromStdString(check.job.spec().find(modelKey)->label).toLower();
    if (check.job.text(modelKey).empty())
        m_estimate->showNothing(
            tr("Choose the %1 to see the memory and disk that the run needs.").arg(label));
    else if (!m_report || m_report->job.text(modelKey) != check.job.text(modelKey))
        m_estimate->showNothing(tr("Reading the %1…").arg(label));
    else if (!m_report->config)
        m_estimate->showNothing(tr("The %1 cannot be read.").arg(label));
    else
        m_estimate->showEstimate(check.job, *m_report->config, m_report->resources);
}

void JobForm::showReason(const QString& reason, bool isError)
{
    m_reasonIsError = isError;
    m_reason->setText(reason);
    m_start->setToolTip(m_start->isEnabled() ? tr("Start the run (Ctrl+Enter)") : reason);
    m_start->setAccessibleDescription(reason);
    setTextColor(m_reason, isError ? badTextColor(palette()) : quietTextColor(palette()));
}

void JobForm::requestStart()
{
    const JobFormCheck check = checkForm(*m_fields, m_kind, m_report.get());
    if (check.isComplete()) Q_EMIT startRequested(check.job, moreModels());
}

void JobForm::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    setTextColor(m_summary, quietTextColor(palette()));
    setTextColor(m_reason, m_reasonIsError ? badTextColor(palette()) : quietTextColor(palette()));
}

void JobForm::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_readSoon.start();
}

} // namespace boolab::ui
