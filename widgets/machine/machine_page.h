// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "widgets/base/background.h"
#include "widgets/base/engine_call.h"
#include "widgets/machine/kept_results.h"
#include "widgets/pages/open_dropped.h"

#include <QWidget>
#include <memory>

namespace boolab::ui
{

class Banner;
class BarChart;
class FactCard;
class MeasureBar;
class SizePanel;

/// What this machine is, how fast it computes from packed bits, and what the open model takes and gives on
/// it. Everything is asked of boolab-cli in processes of their own, from the first time that it is shown.
class MachinePage : public QWidget
{
    Q_OBJECT

public:
    /// `keptFile`: where the last results lie.
    MachinePage(const std::filesystem::path& cli, std::filesystem::path keptFile, QWidget* parent = nullptr);
    /// Ends what it measures; results that are still to be written are.
    ~MachinePage() override;

    void showModel(const OpenedModel& model);
    /// Whether the machine's description and the last results are still to come.
    bool isReading() const { return m_keptUnread || m_describe.isRunning(); }

Q_SIGNALS:
    void openRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeContent();
    QWidget* makeOps();
    QWidget* makeModel();
    void connectCalls();

    void takeMachine(const nlohmann::json& machine);
    void takeKept(KeptReading reading);
    void measureOps();
    void measureDecoding();
    void takeOps(const nlohmann::json& answer);
    void takeDecoding(const nlohmann::json& answer);
    void fail(MeasureBar& bar, const QString& message);
    void cancel(EngineCall& call, MeasureBar& bar);
    void showOps();
    void showDecoding();
    void allow();
    void keep();

    std::filesystem::path m_keptFile;
    EngineCall m_describe, m_opCall, m_decodeCall;
    Banner* m_notice;
    FactCard* m_facts;
    MeasureBar *m_ops, *m_decoding;
    BarChart *m_opChart, *m_decodeChart;
    SizePanel* m_sizes;
    QString m_model, m_measuredModel; ///< the open one; the one that is being measured
    KeptResults m_kept;
    bool m_wasShown = false, m_isDescribed = false, m_keptUnread = false;
    int m_unwritten = 0;
    std::unique_ptr<Background> m_background;
};

} // namespace boolab::ui
