// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/compare/reference_scores.h"
#include "core/compare/tradeoff.h"
#include "widgets/compare/compare_view.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QStackedLayout;

namespace boolab::ui
{

class PointChart;
class ReferenceList;

/// How good the models are against what they cost, with the front that nobody beats, the full-precision
/// model and, if wanted, published figures.
class TradeoffView : public QWidget
{
    Q_OBJECT

public:
    explicit TradeoffView(QWidget* parent = nullptr);
    void update(const CompareInput& input);

    SizeAxis sizeAxis() const;
    void setSizeAxis(SizeAxis axis);
    std::optional<ScoreChoice> choice() const;
    bool showsReferences() const;
    void setReferencesShown(bool shown);
    /// Those that are drawn.
    std::vector<ReferenceScore> references() const;

    PointChart* chart() const { return m_chart; }
    QComboBox* scores() const { return m_score; }
    ReferenceList* referenceList() const { return m_list; }
    QString note() const;
    QString emptyText() const;

Q_SIGNALS:
    void runRequested(boolab::RunId id);
    void told(const QString& text);

private:
    QWidget* makeBar();
    void fillScores();
    void draw();
    QString textOf(const TradeoffPoint& point) const;
    void save();

    CompareInput m_input;
    std::vector<ScoreChoice> m_choices;
    TradeoffPicture m_picture;
    QStackedLayout* m_stack;
    QComboBox *m_score, *m_size;
    QCheckBox *m_log, *m_published;
    QLabel *m_note, *m_empty;
    PointChart* m_chart;
    ReferenceList* m_list;
};

} // namespace boolab::ui
