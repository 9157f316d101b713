// SPDX-License-Identifier: Apache-2.0
#include "core/formats/content_hash.h"
#include "model_folders.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace boolab;
namespace fs = std::filesystem;

namespace
{

QString hashOf(const fs::path& model)
{
    const auto files = ModelFiles::open(model);
    return files ? QString::fromStdString(contentHash(*files)) : QString::fromStdString(files.error().text());
}

} // namespace

class TestContentHash : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isTheHashOfItsSpecification_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<qulonglong>("value");
        QTest::newRow("nothing") << QByteArray() << 0xef46db3751d8e999ULL;
        QTest::newRow("a") << QByteArray("a") << 0xd24ec4f1a98c6e5bULL;
        QTest::newRow("abc") << QByteArray("abc") << 0x44bc2cf5ad770999ULL;
        QTest::newRow("more than a stripe")
            << QByteArray("Nobody inspects the spammish repetition") << 0xfbcea83c8a378bf1ULL;
    }

    void isTheHashOfItsSpecification()
    {
        QFETCH(QByteArray, text);
        QFETCH(qulonglong, value);
        Hash64 whole;
        whole.add(text.toStdString());
        QCOMPARE(qulonglong(whole.value()), value);
        for (int cut = 0; cut <= text.size(); ++cut) { // pieces of any size
            Hash64 pieces;
            pieces.add(text.first(cut).toStdString());
            pieces.add(text.sliced(cut).toStdString());
            QCOMPARE(qulonglong(pieces.value()), value);
        }
    }

    void aCopyElsewhereIsTheSameModel()
    {
        const QTemporaryDir folder;
        const fs::path copy =
            model_folders::copyOf(model_folders::tinyLlama(), folder.filePath("copy").toStdString());
        QCOMPARE(hashOf(copy), hashOf(model_folders::tinyLlama()));
        QCOMPARE(hashOf(copy).size(), 16);
    }

    void oneChangedBitMakesAnotherModel()
    {
        const QTemporaryDir folder;
        const fs::path copy =
            model_folders::copyOf(model_folders::tinyLlama(), folder.filePath("copy").toStdString());
        std::fstream file(copy / "model.safetensors", std::ios::in | std::ios::out | std::ios::binary);
        QVERIFY(file);
        file.seekg(-7, std::ios::end);
        const char byte = static_cast<char>(file.peek() ^ 1);
        file.seekp(-7, std::ios::end);
        file.put(byte);
        file.close();
        QVERIFY(hashOf(copy) != hashOf(model_folders::tinyLlama()));
    }
};

QTEST_GUILESS_MAIN(TestContentHash)
#include "test_content_hash.moc"
