// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/playground/agreement.h"
#include "widgets/playground/playground_model.h"

#include <QElapsedTimer>
#include <QFrame>
#include <QTimer>

class QLabel;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace boolab::ui
{

class AnswerView;

/// One model of the playground: what it is, how it stands, its answer and the answer's figures.
class PlaygroundColumn : public QFrame
{
    Q_OBJECT

public:
    PlaygroundColumn(const std::filesystem::path& cli, const QString& path, const nlohmann::json& inspection,
                     QWidget* parent = nullptr);

    PlaygroundModel* model() const { return m_model; }
    AnswerView* view() const { return m_view; }
    QString path() const { return m_model->model(); }
    QString name() const { return m_name; }
    void setName(const QString& name);
    bool isBusy() const { return m_model->isBusy(); }

    /// A new answer in place of the old one. `company`: others answer at the same time.
    void ask(const nlohmann::json& request, bool company);
    /// Empties it: its turn comes later.
    void waitForTurn();
    /// It will not be asked after all.
    void giveUpTurn();

    ComparedAnswer compared() const;
    void showAgreement(const Agreement& agreement);
    /// The others are compared with it; `marks`: where they part.
    void showAsReference(const std::vector<std::size_t>& marks, bool hasOthers);
    void setFirst(bool first); ///< what its menu offers

    QString stateText() const;
    QString readyText() const;
    QString problemText() const;
    QString figuresText() const;
    QString agreementText() const;

Q_SIGNALS:
    /// Text or state changed.
    void changed();
    void removeRequested();
    void referenceRequested(); ///< it wants to be the first

protected:
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeHeader(const nlohmann::json& inspection);
    QWidget* makeState();
    void addMenu(QToolButton* button);
    void flush();
    void takeAnswer(const AnswerFigures& figures);
    void showProblem(const QString& problem);
    void showState();
    void showFigures();
    QString speedText(double tokensPerSecond) const;
    void showName();
    void showAgreementText(const QString& text);
    void colorTexts();
    void pressStateButton();

    PlaygroundModel* m_model;
    AnswerView* m_view;
    QLabel *m_nameLabel, *m_summary, *m_state, *m_problem, *m_agreement, *m_figures, *m_detail;
    QProgressBar* m_bar;
    QPushButton* m_stateButton;
    QAction *m_unload = nullptr, *m_makeFirst = nullptr;
    QString m_name;

    std::vector<AnswerPiece> m_unshown;
    QTimer m_flush, m_tick;
    QElapsedTimer m_asked;
    double m_firstTokenSeconds = -1, m_lastPieceSeconds = 0;
    int m_tokens = 0;
    bool m_waits = false, m_wasLoaded = false, m_hasCompany = false;
    std::optional<AnswerFigures> m_done;
};

} // namespace boolab::ui
