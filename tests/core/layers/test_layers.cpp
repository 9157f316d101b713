// SPDX-License-Identifier: Apache-2.0
// Arrows go down only (docs/architecture.md): reads every #include of the tree and checks who may name whom.
#include <QDirIterator>
#include <QFile>
#include <QRegularExpression>
#include <QtTest>

namespace
{

struct Layer {
    QString folder;          ///< everything below it belongs to the layer
    QStringList mayInclude;  ///< project folders
    QString forbiddenSystem; ///< system headers it must not touch, as a pattern
};

const QStringList kLight = {"kernels",      "core/base",     "core/formats",    "core/tokenizer",
                            "core/store",   "core/jobs",     "core/allocation", "core/inspect",
                            "core/runtime", "core/generate", "core/export",     "core/tasks",
                            "core/compare"};
const QStringList kEngine =
    kLight + QStringList{"core/model",    "core/cluster",  "core/boolean", "core/convert",
                         "core/finetune", "core/evaluate", "core/engine"};
const char* const kQt = "^Q[A-Za-z/]*$";
const char* const kTorch = "^(torch|ATen|c10)/";
const char* const kQtOrTorch = "^(Q[A-Za-z/]*$|torch/|ATen/|c10/)";

QList<Layer> layers()
{
    QList<Layer> all = {{"kernels", {"kernels"}, "^(Q[A-Za-z/]*$|torch/|ATen/|c10/|sqlite3)"},
                        {"widgets", kLight + QStringList{"widgets"}, kTorch},
                        {"app/window", kLight + QStringList{"widgets", "app/window"}, kTorch},
                        {"app/cli", kEngine + QStringList{"app/cli"}, kQtOrTorch}};
    for (const QString& folder : kLight.mid(1))
        all.append({folder, kLight, kQtOrTorch});
    for (const QString& folder : kEngine.mid(kLight.size()))
        all.append({folder, kEngine, kQt});
    return all;
}

} // namespace

class TestLayers : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void arrowsGoDownOnly_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QStringList>("mayInclude");
        QTest::addColumn<QString>("forbidden");
        for (const Layer& layer : layers())
            QTest::newRow(qPrintable(layer.folder))
                << layer.folder << layer.mayInclude << layer.forbiddenSystem;
    }

    void arrowsGoDownOnly()
    {
        QFETCH(QString, folder);
        QFETCH(QStringList, mayInclude);
        QFETCH(QString, forbidden);
        const QRegularExpression include("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]"), system(forbidden);
        const QRegularExpression ours("^(kernels|core|widgets|app)/");
        QDirIterator files(QString(BOOLAB_SOURCE_DIR) + "/" + folder, {"*.h", "*.cpp", "*.cu"}, QDir::Files,
                           QDirIterator::Subdirectories);
        int seen = 0;
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            ++seen;
            for (const QString& line : QString::fromUtf8(file.readAll()).split('\n')) {
                const auto match = include.match(line);
                if (!match.hasMatch()) continue;
                const QString name = match.captured(2);
                bool allowed = true;
                if (ours.match(name).hasMatch())
                    allowed = std::any_of(mayInclude.begin(), mayInclude.end(),
                                          [&](const QString& f) { return name.startsWith(f + "/"); });
                else
                    allowed = !system.match(name).hasMatch();
                QVERIFY2(allowed, qPrintable(file.fileName() + " includes " + name));
            }
        }
        QVERIFY2(seen > 0, "the folder is empty or was renamed: this test must know of it");
    }
};

QTEST_GUILESS_MAIN(TestLayers)
#include "test_layers.moc"
