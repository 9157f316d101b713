// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/playground/answer_event.h"

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QStringList>
#include <QTimer>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>

class QProcess;

namespace boolab::ui
{

/// One model of the playground, in a `boolab-cli generate --json-lines` process of its own that ends with
/// this object. GUI thread; never waits but, for a moment, in the destructor.
class PlaygroundModel : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Off, ///< not loaded
        Loading,
        Ready,
        Answering,
        Stopping, ///< an answer that is to end
        Failed,   ///< problem() says why; asking tries again
    };

    PlaygroundModel(std::filesystem::path cli, QString model, QObject* parent = nullptr);
    ~PlaygroundModel() override;

    QString model() const { return m_model; }
    State state() const { return m_state; }
    /// An answer is being written, or waits for the model.
    bool isBusy() const { return isAnswering() || m_pending.has_value(); }
    QString problem() const { return m_problem; }
    /// What serves in place of what was asked for (the CPU's ops for a GPU's, say); empty: nothing.
    QString warning() const { return m_warning; }
    const AnswerFigures& loaded() const { return m_loaded; } ///< what "ready" told
    double secondsInState() const { return static_cast<double>(m_since.elapsed()) / 1000; }
    qint64 pid() const;

    /// Runtime, device: as flags, from the next start on.
    void setFlags(const QStringList& flags) { m_flags = flags; }
    /// Nothing where it is loaded or being loaded with these flags.
    void load();
    /// Ends the process. An answer ends with it.
    void unload();
    /// One answer at a time; loads the model first.
    void ask(const nlohmann::json& request);
    /// The answer ends after its next token; where that takes too long, by unloading the model.
    void stop();

Q_SIGNALS:
    void stateChanged();
    void pieceWritten(const boolab::ui::AnswerPiece& piece);
    void answered(const boolab::ui::AnswerFigures& figures);
    /// The request was refused; the model stays loaded.
    void refused(const QString& message);

private:
    bool isAnswering() const { return m_state == State::Answering || m_state == State::Stopping; }
    void setState(State state);
    void start();
    void dropProcess();
    void send(const nlohmann::json& line);
    void readLines();
    void readErrors();
    void take(const AnswerEvent& event);
    void becomeReady(const AnswerFigures& figures);
    void processEnded();
    void fail(const QString& problem);
    QString endText() const;

    std::filesystem::path m_cli;
    QString m_model;
    QStringList m_flags, m_runningFlags;
    State m_state = State::Off;
    QElapsedTimer m_since;
    QPointer<QProcess> m_process;
    QByteArray m_errors;
    QString m_problem, m_warning, m_reported; ///< m_reported: the engine's own last error before it ended
    AnswerFigures m_loaded;
    std::optional<nlohmann::json> m_pending;
    QTimer m_patience; ///< with an answer that is to end
    qint64 m_killsBefore = 0;
};

} // namespace boolab::ui
