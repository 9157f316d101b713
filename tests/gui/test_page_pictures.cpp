// SPDX-License-Identifier: Apache-2.0
// Every page with data, light and dark, as it was when somebody last looked at it. Where one has changed on
// purpose: look at the new picture (its path is told), then keep it with BOOLAB_KEEP_PICTURES=1.
#include "main_window_fixture.h"
#include "picture_compare.h"
#include "picture_runs.h"

#include "widgets/runs/runs_page.h"

#include <QDir>
#include <QFontInfo>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

using namespace boolab;
using namespace boolab::ui;
using namespace boolab::ui::test;

namespace
{

/// Digits, temporary paths and free memory differ between machines; a moved or a missing part differs more.
constexpr double kAllowed = 14;

const char* const kMachineJson = R"({"cpu": "Example CPU", "cores": 8, "memory_bytes": 34359738368})";

bool drawsAsKept()
{
    return QFontInfo(QApplication::font()).family() == QLatin1String("DejaVu Sans") &&
           QLatin1String(qVersion()).startsWith(QLatin1String("6.4."));
}

} // namespace

class TestPagePictures : public QObject, private MainWindowFixture
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "UTC"); }

    void init()
    {
        makeFolder();
        write("cli", QByteArray("#!/bin/sh\necho '") + kMachineJson + "'\n");
        // A path that is as long in every checkout.
        std::filesystem::copy(kModel.toStdString(), path("tiny-llama").toStdString());
        writePictureRuns(path("runs.sqlite").toStdString());
    }

    void looksAsItDid_data() { addPages(); }
    void looksAsItDid()
    {
        if (!drawsAsKept()) QSKIP("the pictures were made with DejaVu Sans and Qt 6.4");
        const auto window = openPage();
        QImage now = window->grab().toImage();
        const QString name = QString::fromLatin1(QTest::currentDataTag()) + ".png";
        const QString kept = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/gui/pictures/") + name;
        if (qEnvironmentVariableIntValue("BOOLAB_KEEP_PICTURES") == 1) {
            QVERIFY(QDir().mkpath(QFileInfo(kept).path()) && reduced(now).save(kept));
            QSKIP("kept anew");
        }
        const QImage before = QImage(kept).convertToFormat(QImage::Format_Grayscale8);
        QVERIFY2(!before.isNull(), qPrintable(kept + " is not there; BOOLAB_KEEP_PICTURES=1 makes it"));
        double difference = largestBlockDifference(before, reduced(now));
        // A slow machine may still be reading.
        for (int waited = 0; difference > kAllowed && waited < kPatienceMs; waited += kSettleMs) {
            QTest::qWait(kSettleMs);
            now = window->grab().toImage();
            difference = largestBlockDifference(before, reduced(now));
        }
        if (difference <= kAllowed) return;
        const QString seen = QDir::tempPath() + "/boolab_" + name;
        now.save(seen);
        QFAIL(
            qPrintable(QStringLiteral("a block differs by %1 grey levels, %2 are allowed; the page is in %3")
                           .arg(difference)
                           .arg(kAllowed)
                           .arg(seen)));
    }

    void aMovedPartIsSeen()
    {
        const auto window = open();
        window->resize(1280, 800);
        const QImage page = window->grab().toImage();
        QImage moved(page.size(), page.format());
        moved.fill(page.pixelColor(page.rect().bottomRight()));
        QPainter painter(&moved);
        painter.drawImage(0, 24, page);
        painter.end();
        QVERIFY(largestBlockDifference(reduced(page), reduced(page)) == 0);
        QVERIFY(largestBlockDifference(reduced(page), reduced(moved)) > kAllowed);
    }

    /// In every button and every label of one line, the text has room.
    void noTextIsCutOff_data() { addPages(); }
    void noTextIsCutOff()
    {
        const auto window = openPage();
        QStringList cut;
        for (const QWidget* widget : window->findChildren<QWidget*>()) {
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            const auto* label = qobject_cast<const QLabel*>(widget);
            const auto* tool = qobject_cast<const QToolButton*>(widget);
            if (tool != nullptr && tool->toolButtonStyle() == Qt::ToolButtonIconOnly &&
                !tool->icon().isNull())
                continue;
            const bool isText = (button != nullptr && !button->text().isEmpty()) ||
                                (label != nullptr && !label->text().isEmpty() && !label->wordWrap() &&
                                 label->sizePolicy().horizontalPolicy() != QSizePolicy::Ignored);
            if (!isText || !widget->isVisible()) continue;
            // A button may give up its padding before its text.
            const QSize need =
                button ? button->fontMetrics().size(Qt::TextShowMnemonic, button->text()) + QSize(8, 4)
                       : label->minimumSizeHint();
            if (widget->width() < need.width() || widget->height() < need.height())
                cut << (button ? button->text() : label->text());
        }
        QVERIFY2(cut.isEmpty(), qPrintable(cut.join(QStringLiteral(" | "))));
        QVERIFY(window->width() == 1280 && window->height() == 800);
    }

private:
    void addPages()
    {
        QTest::addColumn<int>("page");
        QTest::addColumn<bool>("dark");
        for (int i = 0; i < kPageCount; ++i)
            for (const bool dark : {false, true})
                QTest::newRow(qPrintable(nameOf(static_cast<Page>(i)) + (dark ? "_dark" : "_light")))
                    << i << dark;
    }

    std::unique_ptr<MainWindow> openPage() const
    {
        const Page page = static_cast<Page>(*static_cast<int*>(QTest::qData("page", QMetaType::Int)));
        const bool dark = *static_cast<bool*>(QTest::qData("dark", QMetaType::Bool));
        auto window = std::make_unique<MainWindow>(WindowConfig{
            .database = path("runs.sqlite").toStdString(),
            .cli = path("cli").toStdString(),
            .sampleProject =
                QDir(QStringLiteral(BOOLAB_SOURCE_DIR "/projects/smollm2-135m")).path().toStdString(),
            .settingsFile = path("window.ini"),
            .theme = dark ? Theme::Dark : Theme::Light,
            .greetNewcomers = false,
        });
        window->resize(1280, 800);
        window->show();
        if (page == Page::Compare)
            window->compare("2,4");
        else if (page == Page::Welcome || page == Page::Runs || page == Page::Playground)
            window->showPage(page);
        else
            window->open({path("tiny-llama").toStdString()}, page);
        if (page == Page::Runs) window->findChild<RunsPage*>()->showRun(4);
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!window->isReading(), kPatienceMs); }();
        QTest::qWait(kSettleMs);
        return window;
    }

    static constexpr int kSettleMs = 700; // forms read their files, lists the database
};

QTEST_MAIN(TestPagePictures)
#include "test_page_pictures.moc"
