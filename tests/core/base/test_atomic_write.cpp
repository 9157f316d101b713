// SPDX-License-Identifier: Apache-2.0
#include "core/base/atomic_write.h"
#include "core/base/mapped_file.h"

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fstream>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace boolab;
namespace fs = std::filesystem;

class TestAtomicWrite : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path root() const { return m_folder->path().toStdString(); }
    fs::path destination() const { return root() / "a model of süß 模型"; }

    static void put(const fs::path& path, std::string_view content)
    {
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }
    static std::string get(const fs::path& path) { return readTextFile(path).value_or("(none)"); }
    /// Everything below the test's folder, hidden names too.
    std::set<std::string> names() const
    {
        std::set<std::string> found;
        for (const auto& entry : fs::recursive_directory_iterator(root()))
            found.insert(entry.path().lexically_relative(root()).string());
        return found;
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void putsAFolderInPlaceWhole()
    {
        auto folder = AtomicFolder::create(destination());
        QVERIFY2(folder, folder ? "" : folder.error().message.c_str());
        put(folder->path() / "config.json", "{}");
        put(folder->path() / "deep/er/weights", "w");
        QVERIFY(!fs::exists(destination()));
        QVERIFY(folder->commit());
        const std::string name = destination().filename().string();
        QCOMPARE(names(), (std::set<std::string>{name, name + "/config.json", name + "/deep",
                                                 name + "/deep/er", name + "/deep/er/weights"}));
        QCOMPARE(get(destination() / "deep/er/weights"), std::string("w"));
    }

    void replacesAnExistingFolderWhole()
    {
        put(destination() / "old/only", "old");
        put(destination() / "config.json", "old");
        auto folder = AtomicFolder::create(destination());
        QVERIFY(folder);
        put(folder->path() / "config.json", "new");
        QCOMPARE(get(destination() / "config.json"), std::string("old"));
        QVERIFY(folder->commit());
        const std::string name = destination().filename().string();
        QCOMPARE(names(), (std::set<std::string>{name, name + "/config.json"}));
        QCOMPARE(get(destination() / "config.json"), std::string("new"));
    }

    void leavesWhatHasComeMeanwhile()
    {
        auto first = AtomicFolder::create(destination());
        QVERIFY(first);
        put(first->path() / "mine", "late");
        put(destination() / "theirs", "early");
        QVERIFY(first->commitUnlessThere());
        QVERIFY(!fs::exists(destination() / "mine"));
        QCOMPARE(get(destination() / "theirs"), std::string("early"));
        fs::remove_all(destination());
        auto second = AtomicFolder::create(destination());
        QVERIFY(second);
        put(second->path() / "mine", "alone");
        QVERIFY(second->commitUnlessThere());
        QCOMPARE(get(destination() / "mine"), std::string("alone"));
    }

    void removesWhatIsNotCommitted()
    {
        put(destination() / "config.json", "old");
        {
            auto folder = AtomicFolder::create(destination());
            QVERIFY(folder);
            put(folder->path() / "config.json", "new");
            AtomicFolder moved = std::move(*folder);
            QVERIFY(fs::exists(moved.path() / "config.json"));
        }
        const std::string name = destination().filename().string();
        QCOMPARE(names(), (std::set<std::string>{name, name + "/config.json"}));
        QCOMPARE(get(destination() / "config.json"), std::string("old"));
    }

    void keepsTheOldFolderWhereCommitFails()
    {
        put(destination() / "config.json", "old");
        auto folder = AtomicFolder::create(destination());
        QVERIFY(folder);
        fs::remove_all(folder->path());
        const auto committed = folder->commit();
        QVERIFY(!committed);
        QCOMPARE(committed.error().code, ErrorCode::Io);
        QCOMPARE(get(destination() / "config.json"), std::string("old"));
    }

    void leavesTheOldOrTheNewFolderWheneverItIsKilled()
    {
        put(destination() / "config.json", "old");
        bool replaced = false; // a busy machine may need some rounds to get that far
        for (int round = 0; round < 20 || (!replaced && round < 200); ++round) {
            const pid_t child = fork();
            QVERIFY(child >= 0);
            if (child == 0) {
                for (int n = 0;; ++n) {
                    auto folder = AtomicFolder::create(destination());
                    put(folder->path() / "config.json", "new");
                    if (!folder->commit()) _exit(1);
                }
            }
            QTest::qSleep(3 + 2 * round);
            kill(child, SIGKILL);
            int status = 0;
            QCOMPARE(waitpid(child, &status, 0), child);
            QVERIFY(WIFSIGNALED(status));
            const std::string content = get(destination() / "config.json");
            QVERIFY2(content == "new" || (content == "old" && !replaced), content.c_str());
            replaced = content == "new";
        }
        QVERIFY(replaced);
    }

    void removesWhatKilledWritersLeftButNothingElse()
    {
        const pid_t child = fork();
        QVERIFY(child >= 0);
        if (child == 0) {
            auto folder = AtomicFolder::create(destination());
            put(folder->path() / "weights", "half");
            kill(getpid(), SIGKILL);
        }
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QCOMPARE(names().size(), std::size_t{2}); // the folder and its file

        auto other = AtomicFolder::create(root() / "another model");
        QVERIFY(other);
        QCOMPARE(names().size(), std::size_t{3});
        const std::string stem = "." + destination().filename().string() + ".tmp-";
        put(root() / (stem + "123.old") / "weights", "the only copy");
        put(root() / (stem + "notes") / "weights", "not ours");
        QVERIFY(AtomicFolder::create(destination()));
        QVERIFY(fs::exists(other->path()));
        QCOMPARE(names(),
                 (std::set<std::string>{other->path().filename().string(), stem + "123.old",
                                        stem + "123.old/weights", stem + "notes", stem + "notes/weights"}));
    }

    void leavesTheFolderOfALivingWriter()
    {
        int ready[2], done[2];
        QVERIFY(pipe(ready) == 0 && pipe(done) == 0);
        const pid_t child = fork();
        QVERIFY(child >= 0);
        char byte = 0;
        if (child == 0) {
            auto folder = AtomicFolder::create(destination());
            put(folder->path() / "weights", "whole");
            const bool told = write(ready[1], "r", 1) == 1 && read(done[0], &byte, 1) == 1;
            _exit(told && folder->commit() ? 0 : 1);
        }
        QCOMPARE(read(ready[0], &byte, 1), ssize_t{1});
        QVERIFY(AtomicFolder::create(destination()));
        QCOMPARE(write(done[1], "d", 1), ssize_t{1});
        int status = 0;
        QCOMPARE(waitpid(child, &status, 0), child);
        QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        QCOMPARE(get(destination() / "weights"), std::string("whole"));
    }

    void acceptsATrailingSlashAndNewParents()
    {
        auto folder = AtomicFolder::create(root() / "new/parents/model/");
        QVERIFY(folder && folder->commit());
        QVERIFY(fs::is_directory(root() / "new/parents/model"));
    }

    void rejectsADestinationThatIsAFile()
    {
        put(root() / "file", "x");
        const auto folder = AtomicFolder::create(root() / "file");
        QVERIFY(!folder);
        QCOMPARE(folder.error().code, ErrorCode::Usage);
        QVERIFY(folder.error().message.starts_with((root() / "file").string()));
        QVERIFY(!AtomicFolder::create(root() / "file" / "below"));
        QVERIFY(!AtomicFolder::create(""));
        QCOMPARE(names(), std::set<std::string>{"file"});
    }

    void replacesAFile()
    {
        const fs::path path = root() / "settings ü.json";
        QVERIFY(writeFileAtomically(path, "one"));
        QCOMPARE(get(path), std::string("one"));
        QVERIFY(writeFileAtomically(path, std::string("two\0", 4)));
        QCOMPARE(get(path), std::string("two\0", 4));
        QVERIFY(writeFileAtomically(path, ""));
        QCOMPARE(get(path), std::string());
        QCOMPARE(names(), std::set<std::string>{"settings ü.json"});
    }

    void keepsTheOldFileWhereWritingFails()
    {
        const fs::path path = root() / "file";
        QVERIFY(writeFileAtomically(path, "old"));
        struct rlimit before = {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, SIG_IGN);
        struct rlimit small = before;
        small.rlim_cur = 4096;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto written = writeFileAtomically(path, std::string(100'000, 'x'));
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Io);
        QVERIFY(written.error().message.starts_with(path.string() + ": cannot be written"));
        QCOMPARE(get(path), std::string("old"));
        QCOMPARE(names(), std::set<std::string>{"file"});
    }

    void rejectsAFileThatCannotBe()
    {
        QVERIFY(!writeFileAtomically(root() / "missing/file", "x"));
        fs::create_directory(root() / "folder");
        QVERIFY(!writeFileAtomically(root() / "folder", "x"));
        QCOMPARE(names(), std::set<std::string>{"folder"});
    }
};

QTEST_GUILESS_MAIN(TestAtomicWrite)
#include "test_atomic_write.moc"
