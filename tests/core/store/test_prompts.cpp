// SPDX-License-Identifier: Apache-2.0
#include "store_fixture.h"

using namespace boolab;
using namespace boolab::test;

namespace
{

std::vector<std::string> texts(ExperimentStore& store)
{
    std::vector<std::string> all;
    const auto prompts = store.prompts().list().value();
    for (const PromptRecord& prompt : prompts)
        all.push_back(prompt.text);
    return all;
}

using Texts = std::vector<std::string>;

} // namespace

class TestPrompts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPromptIsKeptOnceAndTheLastUsedIsFirst()
    {
        const TemporaryDatabase database;
        auto store = database.store();
        const auto first = store.prompts().use("One\ntwo", {{"tokens", 5}});
        VERIFY_OK(first);
        std::this_thread::sleep_for(2ms);
        VERIFY_OK(store.prompts().use("ü", {}));
        QCOMPARE(texts(store), (Texts{"ü", "One\ntwo"}));
        std::this_thread::sleep_for(2ms);
        const auto again = store.prompts().use("One\ntwo", {{"tokens", 9}, {"temperature", 0.5}});
        VERIFY_OK(again);
        QCOMPARE(*again, *first);
        QCOMPARE(texts(store), (Texts{"One\ntwo", "ü"}));
        const auto settings = store.prompts().list().value()[0].settings;
        QVERIFY(settings["tokens"] == 9 && settings["temperature"] == 0.5);
        QCOMPARE(store.prompts().list(1).value().size(), std::size_t{1});
    }

    void pinnedOnesStandFirst()
    {
        const TemporaryDatabase database;
        auto store = database.store();
        const auto old = store.prompts().use("old", {}).value();
        std::this_thread::sleep_for(2ms);
        VERIFY_OK(store.prompts().use("new", {}));
        VERIFY_OK(store.prompts().setPinned(old, true));
        QCOMPARE(texts(store), (Texts{"old", "new"}));
        QVERIFY(store.prompts().list().value()[0].pinned);
        VERIFY_OK(store.prompts().setPinned(old, false));
        QCOMPARE(texts(store), (Texts{"new", "old"}));
    }

    void aRemovedOneComesBackAsItWas()
    {
        const TemporaryDatabase database;
        auto store = database.store();
        const auto id = store.prompts().use("a", {{"seed", 7}}).value();
        VERIFY_OK(store.prompts().setPinned(id, true));
        std::this_thread::sleep_for(2ms);
        VERIFY_OK(store.prompts().use("b", {}));
        const PromptRecord before = store.prompts().list().value()[0];
        VERIFY_OK(store.prompts().remove(id));
        QCOMPARE(texts(store), Texts{"b"});
        VERIFY_OK(store.prompts().restore(before));
        const PromptRecord after = store.prompts().list().value()[0];
        QCOMPARE(after.text, before.text);
        QVERIFY(after.pinned);
        QCOMPARE(after.usedAt, before.usedAt);
        QVERIFY(after.settings["seed"] == 7);
    }

    void restoringDoesNotUndoALaterUse()
    {
        const TemporaryDatabase database;
        auto store = database.store();
        const auto id = store.prompts().use("a", {{"seed", 1}}).value();
        const PromptRecord before = store.prompts().list().value()[0];
        VERIFY_OK(store.prompts().remove(id));
        VERIFY_OK(store.prompts().use("a", {{"seed", 2}}));
        VERIFY_OK(store.prompts().restore(before));
        QCOMPARE(texts(store), Texts{"a"});
        QVERIFY(store.prompts().list().value()[0].settings["seed"] == 2);
    }

    void whatCannotBeIsRefused()
    {
        const TemporaryDatabase database;
        auto store = database.store();
        QVERIFY(!store.prompts().use("", {}));
        const auto removed = store.prompts().remove(77);
        QVERIFY(!removed);
        QVERIFY(removed.error().message.find("77") != std::string::npos);
        QVERIFY(!store.prompts().setPinned(77, true));
    }

    void settingsThatAreNoneCountAsEmpty()
    {
        const TemporaryDatabase database;
        auto store = database.store();
        VERIFY_OK(store.prompts().use("a", {{"seed", 1}}));
        auto connection = database.connection();
        VERIFY_OK(connection.run("UPDATE prompts SET settings = 'no json'"));
        QVERIFY(store.prompts().list().value()[0].settings == nlohmann::json::object());
    }
};

QTEST_GUILESS_MAIN(TestPrompts)
#include "test_prompts.moc"
