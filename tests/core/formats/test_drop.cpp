// SPDX-License-Identifier: Apache-2.0
#include "core/formats/drop.h"
#include "tests/core/formats/file_helpers.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace boolab;
namespace fs = std::filesystem;

class TestDrop : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;

    fs::path put(const std::string& name) const
    {
        const fs::path path = fs::path(m_folder->path().toStdString()) / name;
        fs::create_directories(path.parent_path());
        writeFile(path, "x");
        return path;
    }
    static std::string reason(const Drop& drop)
    {
        const auto* rejected = std::get_if<DropRejected>(&drop);
        return rejected ? rejected->reason : "(accepted)";
    }
    template <class Kind> static fs::path accepted(const Drop& drop)
    {
        const auto* kind = std::get_if<Kind>(&drop);
        return kind ? kind->path : fs::path("(not this kind) " + reason(drop));
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void rejectsNothing() { QVERIFY(reason(classifyDrop({})).starts_with("Nothing was dropped")); }

    void rejectsWhatDoesNotExist()
    {
        QCOMPARE(reason(classifyDrop({"/nowhere/model.gguf"})),
                 std::string("/nowhere/model.gguf does not exist or may not be read."));
        const auto there = put("a.gguf");
        QVERIFY(reason(classifyDrop({there, "/nowhere/b.gguf"})).starts_with("/nowhere/b.gguf"));
    }

    void rejectsAPlainFolderAndSaysWhatWasExpected()
    {
        const auto folder = put("holiday/beach.png").parent_path();
        const auto text = reason(classifyDrop({folder}));
        QVERIFY2(text.starts_with(folder.string() + " is a folder without config.json"), text.c_str());
        QVERIFY(text.find("Drop a model folder") != std::string::npos);
    }

    void rejectsAnEmptyFolder()
    {
        QVERIFY(reason(classifyDrop({m_folder->path().toStdString()})) != "(accepted)");
    }

    void rejectsSeveralUnrelatedThings()
    {
        const auto a = put("a.txt"), b = put("b.gguf");
        QCOMPARE(reason(classifyDrop({a, b})),
                 std::string("2 things were dropped at once. Drop one at a time."));
        put("one/config.json");
        put("two/config.json");
        const auto one = put("one/model.safetensors"), two = put("two/model.safetensors");
        QVERIFY(reason(classifyDrop({one, two})).starts_with("2 things"));
        QVERIFY(reason(classifyDrop({one.parent_path(), two.parent_path()})).starts_with("2 things"));
        QVERIFY(reason(classifyDrop({one, one.parent_path()})).starts_with("2 things"));
    }

    void rejectsPickledFiles_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"pytorch_model.bin", "model.pt", "MODEL.PTH"})
            QTest::newRow(name) << name;
    }
    void rejectsPickledFiles()
    {
        QFETCH(QString, name);
        const auto text = reason(classifyDrop({put(name.toStdString())}));
        QVERIFY2(text.find("pickled PyTorch file") != std::string::npos, text.c_str());
    }

    void rejectsSafetensorsWithoutAConfig()
    {
        const auto text = reason(classifyDrop({put("model.safetensors")}));
        QVERIFY2(text.find("has no config.json beside it") != std::string::npos, text.c_str());
    }

    void rejectsOtherFiles_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"song.mp3", "notes.md", "noextension", ".gguf.part", "data.json", "model.gguf.txt.zip"})
            QTest::newRow(name) << name;
    }
    void rejectsOtherFiles()
    {
        QFETCH(QString, name);
        const auto text = reason(classifyDrop({put(name.toStdString())}));
        QVERIFY2(text.find("is neither a model, a project, a job nor a text") != std::string::npos,
                 text.c_str());
    }

    void rejectsAFolderOfSeveralGgufs()
    {
        put("many/a.gguf");
        const auto folder = put("many/b.GGUF").parent_path();
        QVERIFY(reason(classifyDrop({folder})).find("holds 2 GGUF files") != std::string::npos);
    }

    void acceptsAJobFile()
    {
        const auto file = put("again.json");
        std::ofstream(file) << R"({"kind": "convert", "kernels": 2})";
        QCOMPARE(accepted<DroppedJob>(classifyDrop({file})), file);
        std::ofstream(file) << R"({"kind": 3})";
        QVERIFY(reason(classifyDrop({file})) != "(accepted)");
    }

    void acceptsAModelFolder()
    {
        const auto folder = put("my models/Käse 模型/config.json").parent_path();
        QCOMPARE(accepted<DroppedModel>(classifyDrop({folder})), folder);
    }

    void acceptsAnyFileOfAModelFolder()
    {
        const auto folder = put("model/config.json").parent_path();
        for (const char* name :
             {"model/config.json", "model/model.safetensors", "model/tokenizer.json",
              "model/model-00001-of-00002.SAFETENSORS", "model/README.md", "model/merges.txt"})
            QCOMPARE(accepted<DroppedModel>(classifyDrop({put(name)})), folder);
    }

    void acceptsSeveralShardsOfOneFolder()
    {
        const auto folder = put("model/config.json").parent_path();
        QCOMPARE(accepted<DroppedModel>(classifyDrop({put("model/model-00001-of-00003.safetensors"),
                                                      put("model/model-00002-of-00003.safetensors"),
                                                      put("model/model-00003-of-00003.safetensors")})),
                 folder);
    }

    void acceptsAGguf()
    {
        for (const char* name : {"SmolLM2 135M.Q4_1.gguf", "MODEL.GGUF", "ü/模型.gguf"}) {
            const auto file = put(name);
            QCOMPARE(accepted<DroppedModel>(classifyDrop({file})), file);
        }
    }

    void acceptsAFolderOfOneGguf()
    {
        put("one/README.md");
        const auto file = put("one/MODEL.GGUF");
        QCOMPARE(accepted<DroppedModel>(classifyDrop({file.parent_path()})), file);
    }

    void acceptsAProject()
    {
        const auto file = put("my project/project.json");
        QCOMPARE(accepted<DroppedProject>(classifyDrop({file})), file);
        QCOMPARE(accepted<DroppedProject>(classifyDrop({file.parent_path()})), file);
    }

    void acceptsTexts()
    {
        for (const char* name : {"wiki.txt", "chats.jsonl", "BOOK.TXT", "été 夏.txt", "merges.txt"}) {
            const auto file = put(name);
            QCOMPARE(accepted<DroppedDataset>(classifyDrop({file})), file);
        }
    }

    void acceptsRelativePaths()
    {
        put("config.json");
        put("model.safetensors");
        const QString before = QDir::currentPath();
        QVERIFY(QDir::setCurrent(m_folder->path()));
        const auto one = classifyDrop({"model.safetensors"}),
                   both = classifyDrop({"model.safetensors", "config.json"});
        QVERIFY(QDir::setCurrent(before));
        QCOMPARE(accepted<DroppedModel>(one), fs::path("."));
        QCOMPARE(accepted<DroppedModel>(both), fs::path("."));
    }
};

QTEST_GUILESS_MAIN(TestDrop)
#include "test_drop.moc"
