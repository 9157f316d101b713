// SPDX-License-Identifier: Apache-2.0
#include "core/base/mapped_file.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <sys/stat.h>

using namespace boolab;
namespace fs = std::filesystem;

class TestMappedFile : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    fs::path at(const char* name) const { return m_folder.filePath(QString::fromUtf8(name)).toStdString(); }
    fs::path written(const char* name, std::string_view content) const
    {
        std::ofstream(at(name), std::ios::binary) << content;
        return at(name);
    }
    static std::string textOf(const MappedFile& file)
    {
        return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
    }

private Q_SLOTS:
    void mapsTheWholeFile()
    {
        const std::string content("a\0b\n", 4);
        const auto path = written("gewöhnlich 日本.bin", content);
        const auto file = MappedFile::open(path);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(textOf(*file), content);
        QCOMPARE(file->path(), path);
    }

    void mapsAnEmptyFile()
    {
        const auto file = MappedFile::open(written("empty", ""));
        QVERIFY(file);
        QVERIFY(file->bytes().empty());
    }

    void keepsTheContentOfADeletedFile()
    {
        const auto file = MappedFile::open(written("deleted", "still here"));
        QVERIFY(file && fs::remove(at("deleted")));
        QCOMPARE(textOf(*file), std::string("still here"));
    }

    void movesTheMapping()
    {
        auto first = MappedFile::open(written("first", "one")),
             second = MappedFile::open(written("second", "two"));
        QVERIFY(first && second);
        const auto* data = first->bytes().data();
        MappedFile moved = std::move(*first);
        QCOMPARE(moved.bytes().data(), data);
        QVERIFY(first->bytes().empty());
        moved = std::move(*second);
        QCOMPARE(textOf(moved), std::string("two"));
    }

    void rejectsWhatIsNoFile_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("reason");
        QTest::newRow("missing") << "missing"
                                 << "No such file";
        QTest::newRow("folder") << "."
                                << "Is a directory";
        QTest::newRow("named pipe") << "pipe"
                                    << "is not a readable file";
    }
    void rejectsWhatIsNoFile()
    {
        QFETCH(QString, name);
        QFETCH(QString, reason);
        if (name == "pipe") QCOMPARE(mkfifo(at("pipe").c_str(), 0600), 0);
        const fs::path path = at(qPrintable(name));
        const auto file = MappedFile::open(path);
        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::BadInput);
        QVERIFY(file.error().message.starts_with(path.string() + ": "));
        QVERIFY2(QString::fromStdString(file.error().message).contains(reason), file.error().message.c_str());
        QVERIFY(!file.error().hint.empty());
    }

    void readsTextUpToItsLimit()
    {
        const auto path = written("text", "12345");
        QCOMPARE(readTextFile(path, 5).value_or("refused"), std::string("12345"));
        const auto refused = readTextFile(path, 4);
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, path.string() + ": 5 bytes, at most 4 were expected");
        QVERIFY(!readTextFile(at("missing")));
    }
};

QTEST_GUILESS_MAIN(TestMappedFile)
#include "test_mapped_file.moc"
