// SPDX-License-Identifier: Apache-2.0
#include "widgets/machine/machine_page.h"

#include "core/base/system_info.h"
#include "core/jobs/text_format.h"
#include "widgets/base/banner.h"
#include "widgets/base/fact_card.h"
#include "widgets/machine/bench_bars.h"
#include "widgets/machine/machine_facts.h"
#include "widgets/machine/measure_bar.h"
#include "widgets/machine/size_panel.h"
#include "widgets/pages/model_facts.h"
#include "widgets/runs/format_text.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace boolab::ui
{

namespace
{

/// Two layers of SmolLM2-135M, two of a model of 7 billion weights, and one that no cache holds.
const QStringList kShapes = {QStringLiteral("576x576"), QStringLiteral("1536x576"),
                             QStringLiteral("4096x4096"), QStringLiteral("11008x4096"),
                             QStringLiteral("16384x32768")};

QString absolutePath(const std::filesystem::path& path)
{
    std::error_code ignored;
    return QString::fromStdString(std::filesystem::absolute(path, ignored).lexically_normal().string());
}

KeptBench keptNow(const nlohmann::json& answer, const QString& model = {})
{
    return {.answer = answer,
            .measuredAt = static_cast<double>(QDateTime::currentSecsSinceEpoch()),
            .host = QString::fromStdString(hostName()),
            .model = model};
}

/// When, and on which machine where it was another one.
QString whenText(const KeptBench& bench)
{
    const QString when = MachinePage::tr("Measured %1").arg(dateTimeText(bench.measuredAt));
    return bench.host == QString::fromStdString(hostName())
               ? when
               : MachinePage::tr("%1 on another machine (%2)").arg(when, bench.host);
}

QString speedText(double bytesPerSecond)
{
    return MachinePage::tr("%1 GB/s").arg(QString::number(bytesPerSecond / 1e9, 'f', 1));
}

QString threadsText(int threads)
{
    return threads == 1 ? MachinePage::tr("1 thread") : MachinePage::tr("%1 threads").arg(threads);
}

} // namespace

MachinePage::MachinePage(const std::filesystem::path& cli, std::filesystem::path keptFile, QWidget* parent)
    : QWidget(parent), m_keptFile(std::move(keptFile)), m_describe(cli), m_opCall(cli), m_decodeCall(cli),
      m_notice(new Banner), m_facts(new FactCard(kMachineFactRows)),
      m_ops(new MeasureBar(tr("Packed layers times a vector"), tr("&Measure"))),
      m_decoding(new MeasureBar(tr("Decoding"), tr("Measure &decoding"))), m_opChart(new BarChart(QString())),
      m_decodeChart(new BarChart(QString())), m_sizes(new SizePanel),
      m_background(std::make_unique<Background>())
{
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidget(makeContent());
    scroll->setMinimumWidth(scroll->widget()->minimumSizeHint().width());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(scroll);
    connectCalls();
    showOps();
    showDecoding();
    allow();
}

MachinePage::~MachinePage()
{
    m_background.reset(); // which may drop a write
    if (m_unwritten > 0) std::ignore = writeKeptResults(m_keptFile, m_kept);
}

QWidget* MachinePage::makeContent()
{
    m_facts->setFacts(machineFacts(nlohmann::json::object()));
    m_facts->setObjectName(QStringLiteral("machineFacts"));
    m_facts->setAccessibleName(tr("This machine"));
    m_notice->setObjectName(QStringLiteral("machineNotice"));
    auto* content = new QWidget;
    auto* halves = new QHBoxLayout;
    halves->setSpacing(16);
    halves->addWidget(makeOps(), 1);
    halves->addWidget(makeModel(), 1);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(20, 12, 20, 12);
    column->setSpacing(10);
    column->addWidget(m_facts);
    column->addWidget(m_notice);
    column->addLayout(halves, 1);
    return content;
}

QWidget* MachinePage::makeOps()
{
    m_ops->setObjectName(QStringLiteral("ops"));
    m_ops->button()->setObjectName(QStringLiteral("measureOps"));
    m_opChart->setObjectName(QStringLiteral("opChart"));
    m_opChart->setTitle(tr("10⁹ weights per second (Gw/s)"));
    m_opChart->setUnit(tr("Gw/s"));
    auto* half = new QWidget;
    auto* column = new QVBoxLayout(half);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_ops);
    column->addWidget(m_opChart, 1);
    return half;
}

QWidget* MachinePage::makeModel()
{
    m_decoding->setObjectName(QStringLiteral("decoding"));
    m_decoding->button()->setObjectName(QStringLiteral("measureDecoding"));
    m_decodeChart->setObjectName(QStringLiteral("decodeChart"));
    m_decodeChart->setUnit(tr("tokens/s"));
    auto* half = new QWidget;
    auto* column = new QVBoxLayout(half);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_sizes, 3);
    column->addWidget(m_decoding);
    column->addWidget(m_decodeChart, 1);
    return half;
}

void MachinePage::connectCalls()
{
    connect(&m_describe, &EngineCall::finished, this, &MachinePage::takeMachine);
    connect(&m_describe, &EngineCall::failed, this, [this](EngineCall::Failure, const QString& message) {
        m_notice->tell(Banner::Kind::Error, tr("What this machine has is not known: %1").arg(message));
    });
    connect(m_sizes, &SizePanel::openRequested, this, &MachinePage::openRequested);
    connect(m_ops, &MeasureBar::measureRequested, this, &MachinePage::measureOps);
    connect(m_decoding, &MeasureBar::measureRequested, this, &MachinePage::measureDecoding);
    connect(&m_opCall, &EngineCall::finished, this, &MachinePage::takeOps);
    connect(&m_decodeCall, &EngineCall::finished, this, &MachinePage::takeDecoding);
    for (auto [call, bar] : {std::pair(&m_opCall, m_ops), std::pair(&m_decodeCall, m_decoding)}) {
        connect(call, &EngineCall::progressed, bar, &MeasureBar::setProgress);
        connect(call, &EngineCall::failed, this,
                [this, bar = bar](EngineCall::Failure, const QString& text) { fail(*bar, text); });
        connect(bar, &MeasureBar::cancelRequested, this,
                [this, call = call, bar = bar] { cancel(*call, *bar); });
    }
}

void MachinePage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (!m_isDescribed && !m_describe.isRunning())
        m_describe.start({QStringLiteral("bench"), QStringLiteral("machine"), QStringLiteral("--json")});
    if (m_wasShown) return;
    m_wasShown = m_keptUnread = true;
    m_background->run([file = m_keptFile] { return readKeptResults(file); },
                      [this](KeptReading reading) { takeKept(std::move(reading)); });
}

void MachinePage::takeMachine(const nlohmann::json& machine)
{
    m_isDescribed = true;
    m_facts->setFacts(machineFacts(machine));
}

void MachinePage::takeKept(KeptReading reading)
{
    m_keptUnread = false;
    if (!reading.problem.isEmpty()) m_notice->tell(Banner::Kind::Info, reading.problem);
    m_kept = std::move(reading.results);
    showOps();
    showDecoding();
    allow();
}

void MachinePage::showModel(const OpenedModel& model)
{
    m_model = absolutePath(model.path);
    m_sizes->showModel(modelName(m_model), ModelSizes::from(model.inspection));
    showDecoding();
    allow();
}

void MachinePage::measureOps()
{
    QStringList arguments = {QStringLiteral("bench"), QStringLiteral("op"), QStringLiteral("--isa"),
                             QStringLiteral("auto"), QStringLiteral("--json")};
    for (const QString& shape : kShapes)
        arguments << QStringLiteral("--shape") << shape;
    m_ops->setStatus(tr("Measuring %1 shapes…").arg(kShapes.size()));
    m_ops->setRunning(true);
    m_opCall.start(arguments);
    allow();
}

void MachinePage::measureDecoding()
{
    m_measuredModel = m_model;
    m_decoding->setStatus(tr("Generating with %1…").arg(modelName(m_model)));
    m_decoding->setRunning(true);
    m_decodeCall.start({QStringLiteral("bench"), QStringLiteral("decode"), m_model,
                        QStringLiteral("--prompt-tokens"), QStringLiteral("16"), QStringLiteral("-n"),
                        QStringLiteral("32"), QStringLiteral("--sequences"), QStringLiteral("1"),
                        QStringLiteral("--sequences"), QStringLiteral("4"), QStringLiteral("--sequences"),
                        QStringLiteral("16"), QStringLiteral("--repeat"), QStringLiteral("2"),
                        QStringLiteral("--json")});
    allow();
}

void MachinePage::takeOps(const nlohmann::json& answer)
{
    if (!OpBench::from(answer)) return fail(*m_ops, m_opCall.strangeAnswer());
    m_kept.op = keptNow(answer);
    m_ops->setRunning(false);
    showOps();
    allow();
    keep();
}

void MachinePage::takeDecoding(const nlohmann::json& answer)
{
    if (!DecodeBench::from(answer)) return fail(*m_decoding, m_decodeCall.strangeAnswer());
    m_kept.addDecoding(keptNow(answer, m_measuredModel));
    m_decoding->setRunning(false);
    showDecoding();
    allow();
    keep();
}

void MachinePage::fail(MeasureBar& bar, const QString& message)
{
    bar.setRunning(false);
    bar.setProblem(tr("Not measured: %1").arg(message));
    allow();
}

void MachinePage::cancel(EngineCall& call, MeasureBar& bar)
{
    call.cancel();
    bar.setRunning(false);
    if (&bar == m_ops)
        showOps();
    else
        showDecoding();
    allow();
}

void MachinePage::showOps()
{
    const auto bench = m_kept.op ? OpBench::from(m_kept.op->answer) : std::nullopt;
    if (!bench) {
        m_opChart->setEmptyText(
            tr("Not measured yet. “Measure” times the ops that generate from packed bits, "
               "beside dense float32 layers and the speed of memory."));
        return;
    }
    m_opChart->setSeries(opSeries(bench->threads));
    m_opChart->setGroups(opBars(*bench));
    m_opChart->setReference(bench->memoryLimit() / 1e9, opLimitText(*bench));
    if (m_ops->isRunning()) return;
    m_ops->setStatus(tr("%1: %2, %3, memory read at %4. What a cache holds can be faster than memory.")
                         .arg(whenText(*m_kept.op), bench->isa, threadsText(bench->threads),
                              speedText(bench->memoryBytesPerSecond)));
}

/// Of the open model; of the one measured last where none is open.
void MachinePage::showDecoding()
{
    const KeptBench* kept = !m_model.isEmpty()      ? m_kept.decodingOf(m_model)
                            : m_kept.decode.empty() ? nullptr
                                                    : &m_kept.decode.front();
    const auto bench = kept != nullptr ? DecodeBench::from(kept->answer) : std::nullopt;
    const bool isFree = !m_decoding->isRunning();
    if (!bench) {
        m_decodeChart->setTitle(tr("Tokens per second"));
        m_decodeChart->setReference({}, {});
        m_decodeChart->setGroups({});
        m_decodeChart->setEmptyText(m_model.isEmpty() ? tr("Open a model to measure how fast it generates.")
                                                      : tr("Not measured yet."));
        if (isFree) m_decoding->setStatus({});
        return;
    }
    m_decodeChart->setTitle(tr("Tokens per second of %1").arg(modelName(kept->model)));
    m_decodeChart->setSeries({tr("tokens/s")});
    m_decodeChart->setGroups(decodeBars(*bench));
    m_decodeChart->setReference(bench->memoryLimit(), decodeLimitText(*bench));
    if (isFree)
        m_decoding->setStatus(tr("%1: %2, %3, %4 of weights in memory, prompts read at %5 tokens/s.")
                                  .arg(whenText(*kept), bench->isa, threadsText(bench->threads),
                                       QString::fromStdString(formatBytes(bench->weightBytes)),
                                       QString::number(bench->promptTokensPerSecond, 'f', 0)));
}

/// One measurement at a time: two would slow each other down.
void MachinePage::allow()
{
    const QString other = tr("Another measurement is running.");
    m_ops->setAllowed(!m_decoding->isRunning() && !m_keptUnread, other);
    m_decoding->setAllowed(!m_ops->isRunning() && !m_keptUnread && !m_model.isEmpty(),
                           m_model.isEmpty() ? tr("Open a model first.") : other);
}

void MachinePage::keep()
{
    ++m_unwritten;
    m_background->run(
        [file = m_keptFile, kept = m_kept] { return writeKeptResults(file, kept); },
        [this](const Status& written) {
            --m_unwritten;
            if (!written)
                m_notice->tell(
                    Banner::Kind::Error,
                    tr("The results were not kept: %1").arg(QString::fromStdString(written.error().text())));
        });
}

} // namespace boolab::ui
