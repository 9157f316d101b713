// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/job.h"

#include <QTimer>
#include <QWidget>
#include <map>
#include <memory>
#include <set>

class QLabel;
class QPushButton;

namespace boolab::ui
{

class CommandLineRow;
class EstimatePanel;
class InputReader;
class JobFormFields;
struct InputReport;
struct JobFormCheck;

/// A form for one kind of job, made from its JobSpec: every option has an editor, checked as it is typed;
/// beside it stands what the run will need, below it the command that does the same.
class JobForm : public QWidget
{
    Q_OBJECT

public:
    explicit JobForm(boolab::JobKind kind, QWidget* parent = nullptr);
    ~JobForm() override;

    /// A job of the form's kind; others are ignored.
    void setJob(const boolab::Job& job);
    /// What the fields say; options whose text does not fit are at their default.
    boolab::Job job() const;
    /// As if the user had typed it; unknown keys are ignored.
    void setValue(const QString& key, const QString& value);
    /// The first into its field, the others below it; a form for one model takes the first alone.
    void setModels(const QStringList& paths);
    /// Those besides the job's own.
    QStringList moreModels() const;
    /// Values of the options that `other`'s kind has too, for those that nobody has set here; not where the
    /// output goes.
    void takeOver(const boolab::Job& other);
    /// Named by the shown command where the job names none: what the window records in, unless that is the
    /// command's own default.
    void setDatabase(const QString& file);

Q_SIGNALS:
    /// `moreModels`: what the same is to be done with afterwards.
    void startRequested(const boolab::Job& job, const QStringList& moreModels = {});

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeFooter();
    void connectParts();
    void fieldEdited(const std::string& key);
    void takePreset();
    void proposeOutput();
    QString commandOf(boolab::Job job) const;
    void refresh();
    QString outlook(const boolab::Job& job) const;
    void showUnused(const JobFormCheck& check);
    void showProblems(const JobFormCheck& check);
    void showEstimate(const JobFormCheck& check);
    void showReason(const QString& reason, bool isError);
    void requestStart();

    JobKind m_kind;
    JobFormFields* m_fields;
    EstimatePanel* m_estimate;
    CommandLineRow* m_command;
    QLabel* m_summary;
    QLabel* m_reason;
    QPushButton* m_start;
    InputReader* m_reader;
    std::shared_ptr<const InputReport> m_report; ///< the last one, maybe about other files
    QTimer m_readSoon, m_readAgain;
    std::set<std::string> m_touched; ///< an empty required field is no error before
    std::string m_preset;            ///< whose values the unchanged fields show
    QString m_database;
    std::map<std::string, QString> m_taken; ///< from another form, as it was then
    bool m_outputIsOurs = true;             ///< proposed by the form, not named by the user
    bool m_loading = false, m_reasonIsError = false;
};

} // namespace boolab::ui
