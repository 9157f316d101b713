// SPDX-License-Identifier: Apache-2.0
// The tabs of the Model page: tensors, settings, tokenizer.
#include "core/jobs/inspect_model.h"
#include "tests/core/formats/model_folders.h"
#include "widgets/model/metadata_view.h"
#include "widgets/model/tensor_view.h"
#include "widgets/model/token_pieces.h"
#include "widgets/model/tokenizer_view.h"
#include "widgets/runs/save_file.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest>

using namespace boolab;
using namespace boolab::ui;

namespace
{

const QString kDense = QStringLiteral(BOOLAB_SOURCE_DIR "/resources/models/tiny-llama");
const QString kBoolean = QStringLiteral(BOOLAB_SOURCE_DIR "/tests/core/inspect/data/boolean");
constexpr int kPatienceMs = 10'000;

template <class T> T* part(QWidget& of, const char* name)
{
    T* found = of.findChild<T*>(QLatin1String(name));
    if (found == nullptr) qFatal("there is no %s", name);
    return found;
}

nlohmann::json inspectionOf(const QString& path)
{
    auto inspection = inspectModel(path.toStdString());
    if (!inspection) qFatal("%s", inspection.error().text().c_str());
    return *inspection;
}

/// Rows and those below as "name | shape | type | parameters", indented.
QStringList printed(const QAbstractItemModel& model, const QModelIndex& parent = {}, int depth = 0)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column <= TensorTreeModel::Parameters; ++column)
            cells << model.index(row, column, parent).data().toString();
        lines << QString(2 * depth, ' ') + cells.join(" | ");
        lines << printed(model, model.index(row, 0, parent), depth + 1);
    }
    return lines;
}

/// A model of 40 blocks and about 1,000 tensors, as the header of a large file tells it.
nlohmann::json largeInspection(int blocks)
{
    nlohmann::json tensors = nlohmann::json::array();
    for (int block = 0; block < blocks; ++block)
        for (int i = 0; i < 25; ++i)
            tensors.push_back(
                {{"name", "model.layers." + std::to_string(block) + ".part" + std::to_string(i) + ".weight"},
                 {"dtype", "Q4_1"},
                 {"shape", {4096, 4096}},
                 {"parameters", 4096 * 4096},
                 {"bytes", 4096 * 4096 / 2}});
    return {{"kind", "gguf"}, {"tensors", tensors}, {"layers", nlohmann::json::array()}};
}

} // namespace

class TestModelViews : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void showsBooleanLayersAsModules()
    {
        TensorView view;
        view.setModel(kBoolean, inspectionOf(kBoolean));
        const auto* tree = part<QTreeView>(view, "tensors");
        const QStringList lines = printed(*tree->model());
        const QString all = lines.join('\n');
        QCOMPARE(lines.at(0), "Embeddings | 1 tensor | BF16 | 24,576");
        QCOMPARE(lines.at(2), "Block 0 | 23 tensors | BF16, F16, U8 | 30,848");
        QVERIFY2(all.contains("\n  self_attn.q_proj | 64 × 64 | "), qPrintable(all));
        QVERIFY2(all.contains("\n    bool_weight | 3 × 64 × 8 | U8 | 4,096"), qPrintable(all));
        QVERIFY(!tree->isColumnHidden(TensorTreeModel::Kernels));
        QVERIFY(tree->isColumnHidden(TensorTreeModel::NotFinite));
    }

    void theModelKeepsItsContract()
    {
        TensorTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto inspection = inspectionOf(kBoolean);
        model.setTensors(tensorsFrom(inspection["tensors"]), linearLayersFrom(inspection["layers"]), 1000);
        model.setValues("model.norm.weight", ValueFigures{.values = 64});
        model.setTensors({}, {}, 0);
        QCOMPARE(model.rowCount(), 0);
    }

    void filtersByNameTypeAndShape()
    {
        TensorView view;
        view.setModel(kDense, inspectionOf(kDense));
        auto* name = part<QLineEdit>(view, "tensorFilter");
        auto* count = part<QLabel>(view, "tensorCount");
        name->setText("mlp\\.(up|gate)");
        QVERIFY2(count->text().startsWith("4 of 20 tensors: 24.6 k parameters"), qPrintable(count->text()));
        name->setText("nothing at all");
        QCOMPARE(count->text(), "None of the 20 tensors fits the filter");
        QVERIFY(!part<QPushButton>(view, "saveTensors")->isEnabled());
        name->clear();
        part<QLineEdit>(view, "tensorShape")->setText("32 × *");
        QVERIFY2(count->text().startsWith("4 of 20"), qPrintable(count->text()));
        part<QLineEdit>(view, "tensorShape")->clear();
        auto* type = part<QComboBox>(view, "tensorType");
        QCOMPARE(type->count(), 2); // all, BF16
        type->setCurrentIndex(1);
        QVERIFY2(count->text().startsWith("20 tensor"), qPrintable(count->text()));
    }

    void aWrongExpressionIsToldBesideTheField()
    {
        TensorView view;
        view.setModel(kDense, inspectionOf(kDense));
        auto* name = part<QLineEdit>(view, "tensorFilter");
        auto* problem = part<QLabel>(view, "tensorFilterProblem");
        QVERIFY(problem->isHidden());
        name->setText("mlp");
        const QString before = part<QLabel>(view, "tensorCount")->text();
        name->setText("mlp(");
        QVERIFY(!problem->isHidden());
        QVERIFY2(problem->text().contains("is no regular expression"), qPrintable(problem->text()));
        QVERIFY(name->accessibleDescription().contains("is no regular expression"));
        QCOMPARE(part<QLabel>(view, "tensorCount")->text(), before);
        name->setText("mlp");
        QVERIFY(problem->isHidden());
        part<QLineEdit>(view, "tensorShape")->setText("12y");
        QVERIFY2(problem->text().contains("is no shape"), qPrintable(problem->text()));
    }

    void copiesTheSelectedRows()
    {
        TensorView view;
        view.resize(1000, 400);
        view.setModel(kDense, inspectionOf(kDense));
        auto* tree = part<QTreeView>(view, "tensors");
        view.show();
        const QModelIndex block = tree->model()->index(1, 0);
        tree->setCurrentIndex(tree->model()->index(0, 0, block));
        tree->selectionModel()->select(tree->model()->index(0, 0),
                                       QItemSelectionModel::Select | QItemSelectionModel::Rows);
        tree->setFocus();
        QVERIFY(QTest::qWaitForWindowActive(&view));
        QTest::keyClick(tree, Qt::Key_C, Qt::ControlModifier);
        const QStringList lines = QGuiApplication::clipboard()->text().split('\n');
        QCOMPARE(lines.size(), 2);
        QVERIFY2(lines[0].startsWith("Embeddings\t1 tensor\tBF16\t24576\t49152\t"), qPrintable(lines[0]));
        QVERIFY2(lines[1].startsWith("model.layers.0.input_layernorm.weight\t64\tBF16\t64\t128\t"),
                 qPrintable(lines[1]));
    }

    void savesWhatIsShown()
    {
        const QTemporaryDir folder;
        TensorView view;
        view.setModel(kDense, inspectionOf(kDense));
        part<QLineEdit>(view, "tensorFilter")->setText("down_proj");
        const QString file = folder.filePath("t.csv");
        setNextSaveFile(file);
        part<QPushButton>(view, "saveTensors")->click();
        QFile saved(file);
        QVERIFY(saved.open(QIODevice::ReadOnly));
        const QByteArray text = saved.readAll();
        QCOMPARE(text.count('\n'), 3);
        QVERIFY2(text.contains("model.layers.1.mlp.down_proj.weight"), text.constData());
        QVERIFY(part<QLabel>(view, "tensorsTold")->text().contains(file));
    }

    void checksTheValuesAndNamesTheBadTensor()
    {
        const QTemporaryDir folder;
        const auto model =
            model_folders::copyOf(model_folders::tinyLlama(), folder.filePath("m").toStdString());
        editSafetensors(model / "model.safetensors", [](nlohmann::json& header, std::string& data) {
            const std::uint16_t nan = 0x7FC0;
            const auto& entry = header["model.layers.1.mlp.up_proj.weight"];
            std::memcpy(data.data() + entry["data_offsets"][0].get<std::size_t>(), &nan, sizeof nan);
        });
        const QString path = QString::fromStdString(model.string());
        TensorView view;
        view.setModel(path, inspectionOf(path));
        auto* tree = part<QTreeView>(view, "tensors");
        auto* button = part<QPushButton>(view, "checkValues");
        button->click();
        QVERIFY(view.isChecking());
        QCOMPARE(button->text(), "Sto&p");
        QTRY_VERIFY_WITH_TIMEOUT(!view.isChecking(), kPatienceMs);
        QCOMPARE(part<QLabel>(view, "tensorsTold")->text(),
                 "NaN or Inf in 1 of 20 tensors: model.layers.1.mlp.up_proj.weight");
        const auto cell = [&](int block, int column) {
            return tree->model()->index(block, column).data().toString();
        };
        QCOMPARE(cell(1, TensorTreeModel::NotFinite), "none");
        QCOMPARE(cell(2, TensorTreeModel::NotFinite), "1 NaN"); // block 1
        QVERIFY(cell(2, TensorTreeModel::Minimum).toDouble() < 0);
        QVERIFY(!tree->isColumnHidden(TensorTreeModel::MeanAbs));
        part<QLineEdit>(view, "tensorFilter")->setText("up_proj"); // figures stay
        QCOMPARE(cell(1, TensorTreeModel::NotFinite), "1 NaN");
        view.setModel(kDense, inspectionOf(kDense));
        QVERIFY(tree->isColumnHidden(TensorTreeModel::NotFinite));
        QVERIFY(part<QLabel>(view, "tensorsTold")->text().isEmpty());
    }

    void aCheckOfAModelThatIsGoneSaysSo()
    {
        const QTemporaryDir folder;
        const auto model =
            model_folders::copyOf(model_folders::tinyLlama(), folder.filePath("m").toStdString());
        const QString path = QString::fromStdString(model.string());
        TensorView view;
        view.setModel(path, inspectionOf(path));
        std::filesystem::remove_all(model);
        part<QPushButton>(view, "checkValues")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!view.isChecking(), kPatienceMs);
        const QString told = part<QLabel>(view, "tensorsTold")->text();
        QVERIFY2(told.contains("no such file"), qPrintable(told));
    }

    void aThousandTensorsOpenAtOnce()
    {
        const auto inspection = largeInspection(40);
        TensorView view;
        view.show();
        QElapsedTimer timer;
        timer.start();
        view.setModel("large.gguf", inspection);
        part<QLineEdit>(view, "tensorFilter")->setText("part1");
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed()))); // a tenth as measured
    }

    void showsConfigAndMetadata()
    {
        MetadataView view;
        view.setMetadata(inspectionOf(kBoolean)["metadata"]);
        auto* tree = part<QTreeView>(view, "metadata");
        const QAbstractItemModel& model = *tree->model();
        QCOMPARE(model.index(0, 0).data().toString(), "config.json");
        QCOMPARE(model.index(1, 0).data().toString(), "model.safetensors, __metadata__");
        QCOMPARE(model.index(0, 0, model.index(1, 0)).data().toString(), "format");
        QCOMPARE(model.index(0, 1, model.index(1, 0)).data().toString(), "pt");
        auto* filter = part<QLineEdit>(view, "metadataFilter");
        filter->setText("kernel_counts");
        QCOMPARE(model.rowCount(), 1);
        const QModelIndex quantization = model.index(0, 0, model.index(0, 0));
        QCOMPARE(quantization.data().toString(), "quantization_config");
        tree->setCurrentIndex(model.index(0, 0, quantization));
        QVERIFY2(part<QPlainTextEdit>(view, "metadataValue")
                     ->toPlainText()
                     .contains("\"model.layers.0.self_attn.q_proj\": 3"),
                 qPrintable(part<QPlainTextEdit>(view, "metadataValue")->toPlainText()));
        filter->setText("no such key");
        QVERIFY(part<QLabel>(view, "metadataEmpty")->text().contains("no such key"));
    }

    void takesATextApart()
    {
        TokenizerView view;
        view.resize(900, 500);
        view.setModel(kDense);
        view.show();
        QTRY_VERIFY_WITH_TIMEOUT(!view.isReading(), kPatienceMs);
        const auto files = ModelFiles::open(kDense.toStdString());
        const auto tokenizer = Tokenizer::open(*files);
        QVERIFY(tokenizer);
        QVERIFY2(part<QLabel>(view, "vocabulary")->text().startsWith(QString::number(tokenizer->vocabSize())),
                 qPrintable(part<QLabel>(view, "vocabulary")->text()));
        part<QPlainTextEdit>(view, "tokenizerText")->setPlainText("two words\nand a line");
        const auto expected = tokenizer->encode("two words\nand a line");
        auto* pieces = view.findChild<TokenPieces*>();
        QTRY_COMPARE_WITH_TIMEOUT(pieces->pieces().size(), expected.size(), kPatienceMs);
        for (std::size_t i = 0; i < expected.size(); ++i)
            QCOMPARE(pieces->pieces()[i].id, expected[i]);
        for (std::size_t i = 1; i < expected.size(); ++i) { // no piece lies on another
            const QRect before = pieces->rectOf(i - 1), here = pieces->rectOf(i);
            QVERIFY(!before.intersects(here));
            QVERIFY(here.right() <= pieces->width());
        }
        part<QPushButton>(view, "copyIds")->click();
        QStringList ids;
        for (const auto id : expected)
            ids << QString::number(id);
        QCOMPARE(QGuiApplication::clipboard()->text(), ids.join(", "));
        const auto framed = tokenizer->encode("two words\nand a line", true);
        part<QCheckBox>(view, "addSpecialTokens")->click();
        QTRY_COMPARE_WITH_TIMEOUT(pieces->pieces().size(), framed.size(), kPatienceMs);
        part<QPlainTextEdit>(view, "tokenizerText")->clear();
        part<QCheckBox>(view, "addSpecialTokens")->setChecked(false);
        QTRY_COMPARE_WITH_TIMEOUT(part<QLabel>(view, "tokenCount")->text(), "No tokens", kPatienceMs);
    }

    void aModelWithoutATokenizerSaysSo()
    {
        TokenizerView view;
        view.setModel(kBoolean);
        view.show();
        QTRY_VERIFY_WITH_TIMEOUT(!view.isReading(), kPatienceMs);
        const QString message = part<QLabel>(view, "tokenizerMessage")->text();
        QVERIFY2(message.startsWith("There is no tokenizer to show."), qPrintable(message));
        QVERIFY(part<QLabel>(view, "tokenizerMessage")->isVisible());
    }

    void theTokenizerIsReadWhenItIsLookedAt()
    {
        TokenizerView view;
        view.setModel(kDense);
        QVERIFY(!view.isReading());
        view.show();
        QVERIFY(view.isReading());
        view.setModel(kBoolean); // another model, while the first is read
        QTRY_VERIFY_WITH_TIMEOUT(!view.isReading(), kPatienceMs);
        QVERIFY(part<QLabel>(view, "tokenizerMessage")->isVisible());
    }
};

QTEST_MAIN(TestModelViews)
#include "test_model_views.moc"
