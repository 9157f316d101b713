// SPDX-License-Identifier: Apache-2.0
#include "tests/widgets/sample_table.h"
#include "widgets/allocation/allocation_page.h"
#include "widgets/allocation/allocation_plan.h"
#include "widgets/allocation/budget_editor.h"
#include "widgets/charts/block_bars.h"
#include "widgets/pages/convert_page.h"
#include "widgets/pages/job_form.h"
#include "widgets/runs/save_file.h"

#include <QApplication>
#include <QComboBox>
#include <QContextMenuEvent>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSlider>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUndoStack>

using namespace boolab;
using namespace boolab::ui;

namespace
{

const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
constexpr int kPatienceMs = 10000;

} // namespace

class TestAllocationPage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_page = std::make_unique<ConvertPage>(m_folder->path().toStdString());
        m_page->resize(1100, 750);
        m_page->show();
    }

    void withoutAModelItAsksForOne()
    {
        m_page->showAllocation();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(page()->emptyText().contains("Choose a model"), kPatienceMs); }();
        QVERIFY(!part<QPushButton>("measure")->isVisible());
    }

    void withoutATableItExplainsAndPreparesTheForm()
    {
        m_page->form()->setValue("model", kModel);
        m_page->showAllocation();
        QTRY_VERIFY_WITH_TIMEOUT(part<QPushButton>("measure")->isVisible(), kPatienceMs);
        part<QPushButton>("measure")->click();
        QVERIFY(m_page->form()->isVisible());
        QCOMPARE(m_page->form()->job().real("bits"), 2.5);
        QCOMPARE(m_page->form()->job().text("importance"), "none");
    }

    void tablesOfOtherModelsAreNoneOfThisOne()
    {
        write("errors-1.json", test::sampleTable("/elsewhere/model"));
        QVERIFY(findErrorTables(m_folder->path().toStdString(), kModel.toStdString()).empty());
        write("errors-2.json", test::sampleTable(kModel.toStdString() + "/../tiny-llama"));
        QCOMPARE(findErrorTables(m_folder->path().toStdString(), kModel.toStdString()).size(), 1U);
    }

    void theSliderMovesTheBars()
    {
        openTable();
        const auto before = page()->bars()->counts();
        QSlider* slider = page()->budget()->slider();
        QCOMPARE(slider->minimum(), 20);
        QCOMPARE(slider->maximum(), 80);
        slider->setValue(40);
        QCOMPARE(page()->plan()->settings().bits, 2.0);
        const auto after = page()->bars()->counts();
        QVERIFY(before != after);
        QVERIFY2(page()->facts().contains("2.000 kernels"), qPrintable(page()->facts()));
        QVERIFY2(page()->facts().contains("MB") || page()->facts().contains("kB"),
                 qPrintable(page()->facts()));
    }

    void theUnitCanBeMegabytes()
    {
        openTable();
        page()->budget()->unit()->setCurrentIndex(1);
        QVERIFY(page()->plan()->settings().bySize);
        QVERIFY2(page()->plan()->problem().isEmpty(), qPrintable(page()->plan()->problem()));
        QVERIFY(page()->plan()->allocation()->fileBytes <= page()->plan()->settings().bytes);
    }

    void clicksPinAndCtrlZTakesItBack()
    {
        openTable();
        BlockBars* bars = page()->bars();
        QTest::mouseClick(bars, Qt::LeftButton, {}, bars->segmentOf(2).center().toPoint());
        QCOMPARE(page()->plan()->pinText().empty(), false);
        QVERIFY2(page()->facts().contains("1 of 8 layers pinned"), qPrintable(page()->facts()));
        m_page->activateWindow();
        bars->setFocus();
        QTest::keySequence(bars, QKeySequence::Undo);
        QVERIFY(page()->plan()->pinText().empty());
    }

    void undoInTheBudgetFieldTakesBackTypingFirst()
    {
        openTable();
        page()->plan()->pin(0, 4);
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        auto* line = page()->budget()->box()->findChild<QLineEdit*>();
        line->setFocus();
        const QString before = line->text();
        page()->budget()->box()->selectAll(); // the number, not its unit
        QTest::keyClicks(line, "3");
        QVERIFY(line->text() != before);
        QTest::keyClick(line, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(line->text(), before);
        QVERIFY(!page()->plan()->pinText().empty());
        while (line->isUndoAvailable())
            QTest::keyClick(line, Qt::Key_Z, Qt::ControlModifier);
        QTest::keyClick(line, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(page()->plan()->pinText().empty());
    }

    void undoAfterABudgetIsTakenIsThePages()
    {
        openTable();
        m_page->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        const double before = page()->plan()->settings().bits;
        auto* line = page()->budget()->box()->findChild<QLineEdit*>();
        line->setFocus();
        page()->budget()->box()->selectAll(); // the number, not its unit
        QTest::keyClicks(line, "2.15");
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(page()->plan()->settings().bits, 2.15);
        QTest::keyClick(line, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(page()->plan()->settings().bits, before);
    }

    void theMenuOfALayerPinsItItsKindOrItsBlock()
    {
        openTable();
        const auto choose = [this](const QString& submenu, const QString& action) {
            QTimer::singleShot(0, this, [submenu, action] {
                auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
                QVERIFY(menu != nullptr);
                QMenu* in = menu;
                for (QAction* entry : menu->actions())
                    if (!submenu.isEmpty() && entry->text() == submenu) in = entry->menu();
                for (QAction* entry : in->actions())
                    if (entry->text() == action) entry->trigger();
                menu->close();
            });
            BlockBars* bars = page()->bars();
            const QPoint place = bars->segmentOf(2).center().toPoint();
            QContextMenuEvent event(QContextMenuEvent::Mouse, place, bars->mapToGlobal(place));
            QApplication::sendEvent(bars, &event);
        };
        choose({}, "2 kernels");
        QVERIFY(page()->plan()->settings().pins[2] == 2);
        QVERIFY(!page()->plan()->settings().pins[0]);
        choose("All of block 0", "Keep dense");
        QVERIFY(page()->plan()->settings().pins[0] == 0);
        QVERIFY(page()->plan()->settings().pins[2] == 0);
        choose("All of block 0", "Leave to the budget");
        QVERIFY(page()->plan()->pinText().empty());
        page()->plan()->undoStack()->undo();
        QVERIFY(!page()->plan()->pinText().empty());
    }

    void theChoiceGoesIntoTheForm()
    {
        openTable();
        page()->budget()->slider()->setValue(43);
        page()->plan()->pin(3, 4);
        page()->plan()->pin(7, 4);
        part<QPushButton>("putIntoForm")->click();
        const Job job = m_page->form()->job();
        QVERIFY(m_page->form()->isVisible());
        QCOMPARE(job.real("bits"), 2.15);
        QCOMPARE(job.text("pin"), "*.down_proj=4");
        QCOMPARE(job.text("importance"), "none");
        QCOMPARE(job.integer("max_kernels"), 4);
        QVERIFY(job.validate());
    }

    void whatTheFormSaysIsTakenOver()
    {
        openTable();
        m_page->showForm();
        m_page->form()->setValue("bits", "3");
        m_page->form()->setValue("pin", "layers.0.*=dense");
        m_page->showAllocation();
        QTRY_COMPARE_WITH_TIMEOUT(page()->plan()->settings().bits, 3.0, kPatienceMs);
        QCOMPARE(page()->plan()->pinText(), "layers.0.*=dense");
        page()->plan()->undoStack()->undo();
        QVERIFY(page()->plan()->pinText().empty());
    }

    void aTableOnATextOffersWhatItMeasured()
    {
        write("errors-1.json", test::sampleTable(kModel.toStdString(), true));
        m_page->form()->setValue("model", kModel);
        m_page->showAllocation();
        QTRY_VERIFY_WITH_TIMEOUT(page()->hasTable(), kPatienceMs);
        auto* importance = part<QComboBox>("allocationImportance");
        QCOMPARE(importance->currentText(), "loss"); // the form's default
        QVERIFY(page()->plan()->problem().isEmpty());
        importance->setCurrentText("output-error");
        QCOMPARE(page()->plan()->settings().importance, Importance::OutputError);
        part<QPushButton>("putIntoForm")->click();
        QCOMPARE(m_page->form()->job().text("importance"), "output-error");
        QVERIFY(page()->csv().contains("loss_rise_after_4"));
    }

    void theLayersAreSavedAsATable()
    {
        openTable();
        const QStringList lines = page()->csv().trimmed().split('\n');
        QCOMPARE(lines.size(), 9);
        QVERIFY(lines[0].startsWith("layer,out,in,kernels,pinned,weight_error_after_1"));
        QVERIFY(lines[1].startsWith("model.layers.0.self_attn.q_proj,256,256,"));
    }

private:
    AllocationPage* page() const { return m_page->allocation(); }
    template <class Widget> Widget* part(const char* name) const
    {
        return m_page->findChild<Widget*>(QLatin1String(name));
    }
    void write(const QString& name, const ErrorTable& table) const
    {
        QVERIFY(table.write(m_folder->filePath(name).toStdString()));
    }
    void openTable() const
    {
        write("errors-1.json", test::sampleTable(kModel.toStdString()));
        m_page->form()->setValue("model", kModel);
        m_page->showAllocation();
        QTRY_VERIFY_WITH_TIMEOUT(page()->hasTable(), kPatienceMs);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ConvertPage> m_page;
};

QTEST_MAIN(TestAllocationPage)
#include "test_allocation_page.moc"
