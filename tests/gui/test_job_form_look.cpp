// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/job_form_probe.h"

#include <QApplication>
#include <QScrollArea>
#include <QToolButton>

using namespace boolab;
using namespace boolab::ui::test;
using ui::JobForm;

class TestJobFormLook : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void foldsAdvancedOptionsAway()
    {
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        QVERIFY(input(form, "kernels")->isVisible());
        QVERIFY(!input(form, "rounds")->isVisible());
        QTest::mouseClick(form.findChild<QToolButton*>("more"), Qt::LeftButton);
        QVERIFY(input(form, "rounds")->isVisible());
    }

    void tabReachesEveryVisibleEditorInOrder()
    {
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        form.activateWindow();
        fill(form);
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        QVERIFY(QTest::qWaitForWindowActive(&form));
        form.setValue("bits", "2.5"); // K steps aside, the budget's options join
        form.setValue("calibration", "self");
        QTRY_VERIFY_WITH_TIMEOUT(start(form)->isEnabled(), kPatienceMs);
        input(form, "model")->setFocus();
        QStringList reached;
        for (int i = 0; i < 18; ++i) {
            reached.append(QApplication::focusWidget()->objectName());
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        }
        const QStringList expected = {"model",
                                      "model_browse",
                                      "output",
                                      "output_browse",
                                      "method",
                                      "bits",
                                      "importance",
                                      "pin",
                                      "calibration",
                                      "calibration_browse",
                                      "calibration_tokens",
                                      "embedding_bits",
                                      "project",
                                      "name",
                                      "more",
                                      "command",
                                      "copy",
                                      "start"};
        QCOMPARE(reached, expected);
    }

    void nothingIsCutAtTheLeastWidth_data() { addKinds(); }

    void nothingIsCutAtTheLeastWidth()
    {
        QFETCH(int, kind);
        JobForm form(static_cast<JobKind>(kind));
        form.resize(form.minimumSizeHint().width(), 600);
        form.show();
        form.findChild<QToolButton*>("more")->setChecked(true);
        QVERIFY(QTest::qWaitForWindowExposed(&form));
        QTest::qWait(50);
        const auto* scroll = form.findChild<QScrollArea*>();
        QVERIFY2(
            scroll->widget()->width() <= scroll->viewport()->width(),
            qPrintable(
                QStringLiteral("%1 > %2").arg(scroll->widget()->width()).arg(scroll->viewport()->width())));
    }

    void longPathsDoNotWidenTheForm()
    {
        JobForm form(JobKind::Convert);
        form.resize(1000, 700);
        form.show();
        form.setValue("model", "/absent/" + QString(40, 'x').append('/').repeated(20));
        QTRY_VERIFY_WITH_TIMEOUT(!labelText(form, "model_problem").isEmpty(), kPatienceMs);
        QTest::qWait(50);
        auto* scroll = form.findChild<QScrollArea*>();
        QVERIFY(scroll->widget()->width() <= scroll->viewport()->width());
        auto* problem = form.findChild<QLabel*>("model_problem");
        QVERIFY(problem->height() >= problem->heightForWidth(problem->width()));
    }

    void cutsNoTextOff_data() { addKinds(); }

    void cutsNoTextOff()
    {
        QFETCH(int, kind);
        JobForm form(static_cast<JobKind>(kind));
        form.resize(1000, 700);
        form.show();
        form.findChild<QToolButton*>("more")->setChecked(true);
        QVERIFY(QTest::qWaitForWindowExposed(&form));
        QTest::qWait(50);
        for (const QLabel* label : form.findChildren<QLabel*>()) {
            if (!label->isVisible() || label->text().isEmpty()) continue;
            const int needed =
                label->wordWrap() ? label->heightForWidth(label->width()) : label->sizeHint().height();
            QVERIFY2(label->height() >= needed, qPrintable(label->text()));
            if (!label->wordWrap())
                QVERIFY2(label->width() >= label->sizeHint().width(), qPrintable(label->text()));
        }
    }
};

QTEST_MAIN(TestJobFormLook)
#include "test_job_form_look.moc"
