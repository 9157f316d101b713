// SPDX-License-Identifier: Apache-2.0
#include "core/allocation/error_table.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

using namespace boolab;

class TestErrorTable : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

private Q_SLOTS:
    void readsBackWhatItWrote()
    {
        const ErrorTable table{"/m",
                               "gptq",
                               {{"a", 4, 8, {0.3, 0.1}, {0.2, 0.05}, {2e-3, 1e-4}, 0.75},
                                {"b", 2, 8, {0.4, 0.2}, {0.1, 0.0}, {}, {}}}};
        const auto path = m_folder.filePath("table.json").toStdString();
        QVERIFY(table.write(path));
        const auto read = ErrorTable::read(path);
        QVERIFY(read);
        QCOMPARE(read->maxKernels(), std::int64_t{2});
        QCOMPARE(read->weights(), 48.0);
        QCOMPARE(read->layers[0].outputError, table.layers[0].outputError);
        QCOMPARE(read->layers[0].lossError, table.layers[0].lossError);
        QVERIFY(read->layers[1].lossError.empty());
        QCOMPARE(read->layers[0].pwcca, table.layers[0].pwcca);
        QVERIFY(!read->layers[1].pwcca);
    }

    void refusesWhatIsNoTable_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("no JSON") << QByteArray("hello");
        QTest::newRow("another version") << QByteArray(R"({"format_version": 2})");
        QTest::newRow("curves of different length")
            << QByteArray(R"({"format_version": 1, "model": "", "method": "", "layers": [
                {"name": "a", "out_features": 1, "in_features": 1, "weight_error": [1, 1]},
                {"name": "b", "out_features": 1, "in_features": 1, "weight_error": [1]}]})");
        QTest::newRow("a negative error")
            << QByteArray(R"({"format_version": 1, "model": "", "method": "", "layers": [
                {"name": "a", "out_features": 1, "in_features": 1, "weight_error": [-1]}]})");
        QTest::newRow("a layer without weights")
            << QByteArray(R"({"format_version": 1, "model": "", "method": "", "layers": [
                {"name": "a", "out_features": 0, "in_features": 1, "weight_error": [1]}]})");
    }
    void refusesWhatIsNoTable()
    {
        QFETCH(QByteArray, text);
        const auto path = m_folder.filePath("bad.json").toStdString();
        std::ofstream(path) << text.toStdString();
        const auto read = ErrorTable::read(path);
        QVERIFY(!read);
        QVERIFY(read.error().message.find("bad.json") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestErrorTable)
#include "test_error_table.moc"
