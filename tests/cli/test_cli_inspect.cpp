// SPDX-License-Identifier: Apache-2.0
// What inspect says of tensors, values and tokens.
#include "cli_process.h"
#include "tests/core/formats/model_folders.h"

#include <QJsonArray>
#include <QTemporaryDir>
#include <QtTest>

namespace
{

const QString kModel = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
const QString kBoolean = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean");

} // namespace

class TestCliInspect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsTheTensorsByBlock()
    {
        const CliOutcome outcome = inspect({kModel, "--tensors"});
        QCOMPARE(outcome.exitCode, 0);
        for (const char* part :
             {"Embeddings", "Block 1", "  self_attn.q_proj.weight", "64 × 64", "20 tensors"})
            QVERIFY2(outcome.output.contains(part), outcome.output.constData());
    }

    void jsonHasTensorsAndMetadataWithoutAsking()
    {
        const QJsonObject json = inspect({kBoolean, "--json"}).json();
        QCOMPARE(json["tensors"].toArray().size(), 46);
        QVERIFY(
            json["metadata"].toArray()[0].toObject()["values"].toObject().contains("quantization_config"));
        QVERIFY(!json.contains("tokenizer"));
    }

    void filtersAndPrintsCsv()
    {
        const CliOutcome outcome = inspect({kModel, "--filter", "UP_proj", "--csv"});
        const QList<QByteArray> lines = outcome.output.trimmed().split('\n');
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].startsWith("name,stored_name,shape,dtype,parameters,bytes,share"));
        QVERIFY2(lines[1].startsWith("model.layers.0.mlp.up_proj.weight,model.layers.0.mlp.up_proj.weight,"
                                     "96x64,BF16,6144,12288,"),
                 lines[1].constData());
        QCOMPARE(inspect({kModel, "--tensor-shape", "32x*", "--json"}).json()["tensors"].toArray().size(), 4);
        QCOMPARE(inspect({kBoolean, "--tensor-type", "u8", "--json"}).json()["tensors"].toArray().size(), 13);
    }

    void checksTheValues()
    {
        const CliOutcome outcome = inspect({kBoolean, "--check-values"});
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY2(outcome.output.contains("No NaN and no Inf in 33 tensors."), outcome.output.constData());
        const QJsonObject json = inspect({kBoolean, "--check-values", "--filter", "norm", "--json"}).json();
        QCOMPARE(json["value_check"].toObject()["checked"].toInt(), 5);
        QVERIFY(json["tensors"].toArray()[0].toObject()["values"].toObject().contains("mean_abs"));
    }

    void valuesThatAreNotFiniteEndWithAnExitCode()
    {
        const std::string broken =
            model_folders::copyOf(model_folders::tinyLlama(), m_home.filePath("broken").toStdString())
                .string();
        model_folders::putNan(broken, "model.norm.weight");
        const QString path = QString::fromStdString(broken);
        for (const QStringList& more : {QStringList(), QStringList{"--json"}, QStringList{"--csv"}})
            QCOMPARE(inspect(QStringList{path, "--check-values"} + more).exitCode, 1);
        const CliOutcome text = inspect({path, "--check-values"});
        QVERIFY2(text.output.contains("model.norm.weight"), text.output.constData());
        QCOMPARE(inspect({path, "--check-values", "--filter", "q_proj"}).exitCode, 0);
        QCOMPARE(inspect({path, "--tensors"}).exitCode, 0);
    }

    void printsTokensAndIds()
    {
        const QJsonObject tokenizer =
            inspect({kModel, "--tokenize", "A text", "--json"}).json()["tokenizer"].toObject();
        const QJsonArray tokens = tokenizer["tokens"].toArray();
        QString joined;
        for (const QJsonValue token : tokens)
            joined += token.toObject()["text"].toString();
        QCOMPARE(joined, "A text");
        QVERIFY(!tokenizer["special_tokens"].toArray().isEmpty());
        const QByteArray text = inspect({kModel, "--tokenize", "A text"}).output;
        QVERIFY2(text.contains(QByteArray::number(tokens.size()) + " tokens of a vocabulary of"),
                 text.constData());
    }

    void refusesWhatItCannotDo_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("expression") << QStringList{kModel, "--filter", "mlp("} << 2
                                    << QByteArray("--filter \"mlp(\" is no regular expression");
        QTest::newRow("shape") << QStringList{kModel, "--tensor-shape", "12y"} << 2
                               << QByteArray("--tensor-shape \"12y\" is no shape");
        QTest::newRow("layer") << QStringList{kBoolean, "--layer", "0.mlp.up_proj", "--tensors"} << 2
                               << QByteArray("--tensors is about the whole model");
        QTest::newRow("special tokens of nothing")
            << QStringList{kModel, "--add-special-tokens"} << 2 << QByteArray("is for --tokenize");
        QTest::newRow("no tokenizer")
            << QStringList{kBoolean, "--tokenize", "a"} << 3 << QByteArray("tokenizer.json");
    }

    void refusesWhatItCannotDo()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, message);
        const CliOutcome outcome = inspect(arguments);
        QTEST(outcome.exitCode, "exitCode");
        QVERIFY2(outcome.errors.contains(message), outcome.errors.constData());
    }

private:
    CliOutcome inspect(const QStringList& arguments) const
    {
        return runCli(QStringList{"inspect"} + arguments, m_home.path());
    }

    QTemporaryDir m_home;
};

QTEST_GUILESS_MAIN(TestCliInspect)
#include "test_cli_inspect.moc"
