// SPDX-License-Identifier: Apache-2.0
#include "app/window/window_options.h"

#include <QTest>

using namespace boolab;
using namespace boolab::ui;

class TestWindowOptions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsItsCommandLine()
    {
        const auto options = parseWindowOptions({"boolab", "model.gguf", "--db", "runs.sqlite", "--theme",
                                                 "dark", "--page", "runs", "--chart-png", "a.png", "--run",
                                                 "latest-finetune", "--compare", "3,6"});
        QVERIFY2(options, options ? "" : options.error().message.c_str());
        QCOMPARE(options->open.size(), std::size_t{1});
        QCOMPARE(options->database.string(), std::string("runs.sqlite"));
        QVERIFY(options->theme == Theme::Dark);
        QVERIFY(options->page == Page::Runs);
        QCOMPARE(options->run, QStringLiteral("latest-finetune"));
        QCOMPARE(options->compare, QStringLiteral("3,6"));
    }

    void aPromptIsForThePlayground()
    {
        const auto options = parseWindowOptions({"boolab", "--prompt", "Once", "a.gguf", "b"});
        QVERIFY2(options, options ? "" : options.error().message.c_str());
        QVERIFY(options->page == Page::Playground);
        QCOMPARE(options->prompt, QString("Once"));
        QCOMPARE(options->open.size(), std::size_t{2});
    }

    void rejectsWrongCommandLines_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("option") << QStringList{"--colour"};
        QTest::newRow("theme") << QStringList{"--theme", "pink"};
        QTest::newRow("page") << QStringList{"--page", "settings"};
        QTest::newRow("prompt elsewhere") << QStringList{"--prompt", "Once", "--page", "runs"};
        QTest::newRow("run") << QStringList{"--run", "-3"};
        QTest::newRow("run word") << QStringList{"--run", "first"};
    }

    void rejectsWrongCommandLines()
    {
        QFETCH(QStringList, arguments);
        const auto options = parseWindowOptions(QStringList{"boolab"} + arguments);
        QVERIFY(!options);
        QCOMPARE(options.error().code, ErrorCode::Usage);
        QVERIFY2(QString::fromStdString(options.error().message).contains(arguments.last().remove('-')),
                 options.error().message.c_str());
    }
};

QTEST_MAIN(TestWindowOptions)
#include "test_window_options.moc"
