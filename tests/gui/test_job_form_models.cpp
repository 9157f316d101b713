// SPDX-License-Identifier: Apache-2.0
// Several models in the form of an evaluation, as the command takes them.
#include "job_form_probe.h"

#include "widgets/base/dropped_paths.h"
#include "widgets/base/pick_path.h"
#include "widgets/pages/more_models.h"

#include <QDropEvent>
#include <QListWidget>
#include <QMenu>
#include <QMimeData>

using namespace boolab;
using namespace boolab::ui;
using namespace boolab::ui::test;

namespace
{

bool drop(QWidget* target, const QStringList& paths)
{
    const std::unique_ptr<QMimeData> data(dataOfPaths(paths));
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &enter);
    QDropEvent event(QPointF(5, 5), Qt::CopyAction, data.get(), Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(target, &event);
    return enter.isAccepted() && event.isAccepted();
}

MoreModels* moreModels(const JobForm& form)
{
    return form.findChild<MoreModels*>();
}

QPushButton* button(const JobForm& form, const char* name)
{
    return form.findChild<QPushButton*>(QLatin1String(name));
}

} // namespace

class TestJobFormModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void onlyAnEvaluationTakesMore_data() { addKinds(); }
    void onlyAnEvaluationTakesMore()
    {
        QFETCH(int, kind);
        const JobForm form(static_cast<JobKind>(kind));
        QCOMPARE(moreModels(form) != nullptr, static_cast<JobKind>(kind) == JobKind::Evaluate);
    }

    void severalDroppedOnTheFieldGoBelowIt()
    {
        JobForm form(JobKind::Evaluate);
        form.show();
        QVERIFY(drop(input(form, "model"), {"/models/a b", "/models/c.gguf", "/models/d"}));
        QCOMPARE(form.job().text("model"), std::string("/models/a b"));
        QCOMPARE(form.moreModels(), QStringList({"/models/c.gguf", "/models/d"}));
        QVERIFY(moreModels(form)->list()->isVisible());
        JobForm one(JobKind::Convert);
        QVERIFY(drop(input(one, "model"), {"/models/a", "/models/b"}));
        QCOMPARE(one.job().text("model"), std::string("/models/a"));
        QVERIFY(one.moreModels().isEmpty());
    }

    void theListTakesEachOnce()
    {
        JobForm form(JobKind::Evaluate);
        QVERIFY(drop(moreModels(form), {"/models/a", "/models/b"}));
        QVERIFY(drop(moreModels(form), {"/models/b", "/models/c"}));
        QCOMPARE(form.moreModels(), QStringList({"/models/a", "/models/b", "/models/c"}));
        form.setValue("model", "/models/b"); // measured already
        QCOMPARE(form.moreModels(), QStringList({"/models/a", "/models/c"}));
    }

    void addAsksForOneMore()
    {
        JobForm form(JobKind::Evaluate);
        setNextPickedPath("/picked/model");
        button(form, "more_models_add")->menu()->actions().at(1)->trigger();
        QCOMPARE(form.moreModels(), QStringList("/picked/model"));
        setNextPickedPath({}); // the user changed their mind
        button(form, "more_models_add")->menu()->actions().at(0)->trigger();
        QCOMPARE(form.moreModels(), QStringList("/picked/model"));
    }

    void theSelectedAreTakenOut()
    {
        JobForm form(JobKind::Evaluate);
        form.show();
        form.setModels({"/a", "/b", "/c", "/d", "/e"});
        QListWidget* list = moreModels(form)->list();
        QPushButton* remove = button(form, "more_models_remove");
        QVERIFY(remove->isVisible() && !remove->isEnabled());
        list->setCurrentRow(1);
        QTest::mouseClick(remove, Qt::LeftButton);
        QCOMPARE(form.moreModels(), QStringList({"/b", "/d", "/e"}));
        QVERIFY(QTest::qWaitForWindowActive(&form));
        list->setFocus();
        list->selectAll();
        QTest::keyClick(list, Qt::Key_Delete);
        QVERIFY(form.moreModels().isEmpty());
        QVERIFY(!list->isVisible() && !remove->isVisible());
    }

    void startAndCommandNameThemAll()
    {
        JobForm form(JobKind::Evaluate);
        form.show();
        form.setModels({kModel, "/models/it's b", "/models/c"});
        form.setValue("perplexity", kModel + "/config.json");
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        QVERIFY2(command(form).endsWith(" '/models/it'\\''s b' /models/c"), qPrintable(command(form)));
        QVERIFY2(labelText(form, "reason").startsWith("3 models, one after another"),
                 qPrintable(labelText(form, "reason")));
        QStringList asked;
        connect(&form, &JobForm::startRequested, this, [&](const Job& job, const QStringList& more) {
            asked = QStringList(QString::fromStdString(job.text("model"))) + more;
        });
        QTest::mouseClick(start(form), Qt::LeftButton);
        QCOMPARE(asked, QStringList({kModel, "/models/it's b", "/models/c"}));
    }

    void anotherJobHasItsOwnModelAlone()
    {
        JobForm form(JobKind::Evaluate);
        form.setModels({"/a", "/b"});
        Job job(JobKind::Evaluate);
        QVERIFY(job.set("model", "/c"));
        form.setJob(job);
        QVERIFY(form.moreModels().isEmpty());
        QVERIFY(!command(form).contains("/b"));
    }

    void boxesAreNotSaidToBeTyped()
    {
        const JobForm form(JobKind::Evaluate);
        QVERIFY(!labelText(form, "tasks_help").contains("separated"));
    }
};

QTEST_MAIN(TestJobFormModels)
#include "test_job_form_models.moc"
