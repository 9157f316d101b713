// SPDX-License-Identifier: Apache-2.0
#include "../store/store_fixture.h"

#include <QtTest>

using namespace boolab;
using namespace boolab::test;

class TestSavedComparisons : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWasSaved()
    {
        const TemporaryDatabase database;
        const RunId a = finishedRun(database), b = finishedRun(database), c = finishedRun(database);
        auto store = database.store();
        VERIFY_OK(store.comparisons().save(
            {.name = "mine", .settings = {{"axis", "tokens"}}, .runs = {c, a, b, a}, .baseline = a}));
        const auto found = database.store().comparisons().find("mine");
        VERIFY_OK(found);
        QCOMPARE(found->runs, (std::vector<RunId>{c, a, b}));
        QCOMPARE(found->baseline.value_or(0), a);
        QCOMPARE(found->settings.dump(), std::string(R"({"axis":"tokens"})"));
        QVERIFY(found->changedAt > 1e9);
    }

    void theSameNameReplaces()
    {
        const TemporaryDatabase database;
        const RunId a = finishedRun(database), b = finishedRun(database);
        auto store = database.store();
        VERIFY_OK(store.comparisons().save({.name = "x", .runs = {a, b}, .baseline = b}));
        VERIFY_OK(store.comparisons().save({.name = "x", .runs = {b}, .baseline = a}));
        const auto all = store.comparisons().all();
        VERIFY_OK(all);
        QCOMPARE(all->size(), std::size_t{1});
        QCOMPARE(all->front().runs, (std::vector<RunId>{b}));
        QVERIFY(!all->front().baseline); // it is not among them
    }

    void deletedRunsAreLeftOutWhileTheyAreDeleted()
    {
        const TemporaryDatabase database;
        const RunId a = finishedRun(database), b = finishedRun(database);
        auto store = database.store();
        VERIFY_OK(store.comparisons().save({.name = "x", .runs = {a, b}, .baseline = a}));
        VERIFY_OK(store.deleteRun(a));
        auto found = store.comparisons().find("x");
        VERIFY_OK(found);
        QCOMPARE(found->runs, (std::vector<RunId>{b}));
        QVERIFY(!found->baseline);
        const std::vector<RunId> ids{a};
        VERIFY_OK(store.labels().restore(ids));
        found = store.comparisons().find("x");
        QCOMPARE(found->runs, (std::vector<RunId>{a, b}));
        QCOMPARE(found->baseline.value_or(0), a);
        VERIFY_OK(store.deleteRun(a));
        VERIFY_OK(store.collectGarbage());
        QCOMPARE(store.comparisons().find("x")->runs, (std::vector<RunId>{b}));
    }

    void refusesWhatCannotBe()
    {
        const TemporaryDatabase database;
        const RunId a = finishedRun(database);
        auto store = database.store();
        QVERIFY(!store.comparisons().save({.name = "", .runs = {a}}));
        QVERIFY(!store.comparisons().save({.name = "x", .runs = {}}));
        for (const char* numbers : {"3,6", "3", " 3 , 6", "-1"}) {
            const auto refused = store.comparisons().save({.name = numbers, .runs = {a}});
            QVERIFY2(!refused &&
                         refused.error().message.find("reads as numbers of runs") != std::string::npos,
                     numbers);
        }
        QVERIFY(!store.comparisons().save({.name = "x", .runs = {a, 99}}));
        QVERIFY(store.comparisons().all()->empty()); // nothing half-written
        VERIFY_OK(store.comparisons().save({.name = "there", .runs = {a}}));
        const auto missing = store.comparisons().find("gone");
        QVERIFY(!missing);
        QVERIFY2(missing.error().text().find("there") != std::string::npos, missing.error().text().c_str());
        QVERIFY(!store.comparisons().remove("gone"));
        VERIFY_OK(store.comparisons().remove("there"));
        QVERIFY(store.comparisons().all()->empty());
    }

    void numbersOfRunsAreRead()
    {
        QCOMPARE(runNumbersIn("3,6"), (std::vector<RunId>{3, 6}));
        QCOMPARE(runNumbersIn(" 3 , 6 "), (std::vector<RunId>{3, 6}));
        for (const char* name : {"", "3,", ",", "3,x", "3 6", "K = 3", "3.5", "99999999999999999999"})
            QVERIFY2(runNumbersIn(name).empty(), name);
    }
};

QTEST_GUILESS_MAIN(TestSavedComparisons)
#include "test_saved_comparisons.moc"
