// SPDX-License-Identifier: Apache-2.0
#include "widgets/compare/tradeoff_view.h"

#include "widgets/base/bits_text.h"
#include "widgets/charts/chart_ticks.h"
#include "widgets/charts/picture_export.h"
#include "widgets/charts/point_chart.h"
#include "widgets/compare/compare_tables.h"
#include "widgets/compare/reference_list.h"
#include "widgets/runs/save_file.h"

#include <algorithm>
#include <cmath>

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedLayout>
#include <QToolButton>

namespace boolab::ui
{

namespace
{

constexpr double kMega = 1e6;

} // namespace

TradeoffView::TradeoffView(QWidget* parent)
    : QWidget(parent), m_stack(new QStackedLayout(this)), m_score(new QComboBox), m_size(new QComboBox),
      m_log(new QCheckBox(tr("&Log y"))), m_published(new QCheckBox(tr("&Published figures"))),
      m_note(new QLabel),
      m_empty(new QLabel(
          tr("No score yet. Evaluate the models on the page Evaluate (on a text or on tasks), or add "
             "evaluations and sweeps to the tray: their perplexity or task accuracy is drawn against "
             "bits per weight or file size."))),
      m_chart(new PointChart), m_list(new ReferenceList)
{
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(40);
    m_note->setWordWrap(true);
    m_note->setObjectName(QStringLiteral("tradeoffNote"));
    m_chart->setEmptyText(tr("None of these runs has both the score and the size."));
    m_list->hide();
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_chart);
    split->addWidget(m_list);
    split->setSizes({380, 190});
    split->setChildrenCollapsible(false);
    auto* full = new QWidget;
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(4, 4, 4, 4);
    column->addWidget(makeBar());
    column->addWidget(split, 1);
    column->addWidget(m_note);
    m_stack->addWidget(m_empty);
    m_stack->addWidget(full);
    connect(m_list, &ReferenceList::changed, this, &TradeoffView::draw);
    connect(m_chart, &PointChart::activated, this, [this](int point) {
        Q_EMIT runRequested(m_picture.points[static_cast<std::size_t>(point)].from);
    });
}

QWidget* TradeoffView::makeBar()
{
    m_score->setAccessibleName(tr("Score"));
    m_score->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_score->setMinimumContentsLength(34);
    m_size->setAccessibleName(tr("Size"));
    m_size->setToolTip(
        tr("Bits per weight: of the converted layers with their scales, or of all in the file"));
    m_size->addItem(tr("bits per weight"), static_cast<int>(SizeAxis::BitsPerWeight));
    m_size->addItem(tr("bits, whole file"), static_cast<int>(SizeAxis::BitsPerWeightAll));
    m_size->addItem(tr("file size"), static_cast<int>(SizeAxis::FileBytes));
    m_log->setChecked(true);
    m_published->setToolTip(
        tr("Lines at what papers and repositories report, each with its source and protocol"));
    auto* against = new QLabel(tr("against"));
    auto* saveButton = new QToolButton;
    saveButton->setText(tr("Save chart…"));
    saveButton->setToolTip(tr("PNG or SVG"));
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_score, 1);
    for (QWidget* widget : std::initializer_list<QWidget*>{against, m_size, m_log, m_published, saveButton})
        row->addWidget(widget);
    connect(m_score, &QComboBox::currentIndexChanged, this, &TradeoffView::draw);
    connect(m_size, &QComboBox::currentIndexChanged, this, &TradeoffView::draw);
    connect(m_log, &QCheckBox::toggled, this, &TradeoffView::draw);
    connect(m_published, &QCheckBox::toggled, this, [this](bool on) {
        m_list->setVisible(on);
        draw();
    });
    connect(saveButton, &QToolButton::clicked, this, &TradeoffView::save);
    return box;
}

SizeAxis TradeoffView::sizeAxis() const
{
    return static_cast<SizeAxis>(m_size->currentData().toInt());
}

void TradeoffView::setSizeAxis(SizeAxis axis)
{
    m_size->setCurrentIndex(m_size->findData(static_cast<int>(axis)));
}

std::optional<ScoreChoice> TradeoffView::choice() const
{
    const int at = m_score->currentIndex();
    if (at < 0 || at >= static_cast<int>(m_choices.size())) return std::nullopt;
    return m_choices[static_cast<std::size_t>(at)];
}

bool TradeoffView::showsReferences() const
{
    return m_published->isChecked();
}

void TradeoffView::setReferencesShown(bool shown)
{
    m_published->setChecked(shown);
}

std::vector<ReferenceScore> TradeoffView::references() const
{
    return showsReferences() ? m_list->ticked() : std::vector<ReferenceScore>();
}

QString TradeoffView::note() const
{
    return m_note->text();
}

QString TradeoffView::emptyText() const
{
    return m_stack->currentIndex() == 0 ? m_empty->text() : QString();
}

void TradeoffView::update(const CompareInput& input)
{
    m_input = input;
    fillScores();
    m_stack->setCurrentIndex(m_choices.empty() ? 0 : 1);
    draw();
}

void TradeoffView::fillScores()
{
    const QSignalBlocker blocker(m_score);
    const auto chosen = choice();
    m_choices = m_input.data ? scoreChoices(m_input.runs, *m_input.data->all) : std::vector<ScoreChoice>();
    m_score->clear();
    int current = 0;
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        const ScoreChoice& one = m_choices[i];
        const QString protocol = QString::fromStdString(one.protocol);
        m_score->addItem(protocol.isEmpty()
                             ? figureTitle(one.metric)
                             : QStringLiteral("%1 · %2").arg(figureTitle(one.metric), protocol));
        m_score->setItemData(static_cast<int>(i), tr("%1 of the runs have it").arg(one.runs),
                             Qt::ToolTipRole);
        if (chosen && one.key == chosen->key) current = static_cast<int>(i);
    }
    m_score->setCurrentIndex(m_choices.empty() ? -1 : current);
}

QString TradeoffView::textOf(const TradeoffPoint& point) const
{
    QStringList lines{QString::fromStdString(point.name)};
    const auto& all = *m_input.data->all;
    if (const auto run = std::ranges::find(all, point.from, &RunRecord::id); run != all.end())
        if (const QString bits = HonestBits::from(run->result).text(); !bits.isEmpty()) lines << bits;
    if (const auto one = choice())
        lines << tr("%1: %2").arg(figureTitle(one->metric), valueText(point.score));
    lines << (point.isOnFront ? tr("On the front: no other is as small and as good.")
                              : tr("Another is at least as small and as good."));
    lines << tr("Click opens its run.");
    return lines.join(QLatin1Char('\n'));
}

void TradeoffView::draw()
{
    const auto one = choice();
    if (!one) return;
    m_picture = tradeoffOf(m_input.runs, *m_input.data->all, *one, sizeAxis());
    const double unit = sizeAxis() == SizeAxis::FileBytes ? kMega : 1;
    std::vector<PlotPoint> points;
    std::vector<int> front;
    double low = INFINITY, high = -INFINITY;
    for (const TradeoffPoint& point : m_picture.points) {
        if (point.isOnFront) front.push_back(static_cast<int>(points.size()));
        points.push_back({m_input.colorOf(point.run), point.size / unit, point.score, textOf(point),
                          QString::fromStdString(point.name), point.isOnFront});
        low = std::min(low, point.score);
        high = std::max(high, point.score);
    }
    std::vector<ChartLevel> levels;
    for (const FullPrecision& full : m_picture.fullPrecision) {
        const QString name =
            tr("full precision, %1: %2").arg(QString::fromStdString(full.model), valueText(full.score));
        levels.push_back({full.score, name, name});
    }
    m_list->setScore(one->metric, one->protocol, low, high);
    const auto kind = referenceKindFor(one->metric);
    bool hasOthers = false;
    for (const ReferenceScore& reference : references()) {
        const auto value = kind ? valueOf(reference, *kind) : std::nullopt;
        if (!value) continue;
        const bool isAlike = isLikeProtocol(reference, *kind, one->protocol);
        hasOthers |= !isAlike;
        const QString name =
            QStringLiteral("%1%2 %3, %4 bits")
                .arg(isAlike ? QString() : QStringLiteral("⚠ "), QString::fromStdString(reference.model),
                     QString::fromStdString(reference.method))
                .arg(reference.bits);
        levels.push_back(
            {*value, name,
             tr("%1: %2\n%3\nfrom: %4")
                 .arg(name, valueText(*value), QString::fromStdString(protocolOf(reference, *kind)),
                      QString::fromStdString(reference.source)),
             true});
    }
    m_chart->setTitle(m_score->currentText());
    m_score->setToolTip(m_score->currentText());
    m_chart->setXCaption(sizeAxis() == SizeAxis::FileBytes ? tr("MB") : m_size->currentText());
    m_chart->setLogY(m_log->isChecked());
    m_chart->setPoints(std::move(points));
    m_chart->setFront(std::move(front));
    m_chart->setLevels(std::move(levels));
    QStringList notes{tr("Ringed and joined: the front.")};
    if (m_picture.fullPrecision.empty())
        notes << tr("No evaluation of the full-precision model by this protocol is in the database.");
    if (m_picture.otherProtocol > 0)
        notes << tr("⚠ %1 measured by another protocol: not in this picture, choose theirs above.")
                     .arg(m_picture.otherProtocol);
    if (m_picture.withoutSize > 0) notes << tr("%1 tell no size.").arg(m_picture.withoutSize);
    if (hasOthers) notes << tr("⚠ Lines with this sign were measured in another way than these runs.");
    m_note->setText(notes.join(QLatin1Char(' ')));
}

void TradeoffView::save()
{
    const QString file = askSaveFile(this, tr("Save the chart"), QStringLiteral("quality-against-size.png"),
                                     tr("Picture (*.png);;Vector graphic (*.svg)"));
    if (file.isEmpty()) return;
    const Status written = exportPicture(*m_chart, m_chart->title(), file);
    Q_EMIT told(written ? tr("Saved %1").arg(file) : QString::fromStdString(written.error().text()));
}

} // namespace boolab::ui
