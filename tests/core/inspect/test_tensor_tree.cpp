// SPDX-License-Identifier: Apache-2.0
// The tensors of a model as tree, filter and table.
#include "core/inspect/tensor_filter.h"
#include "core/inspect/tensor_text.h"
#include "core/jobs/inspect_model.h"
#include "tests/core/formats/gguf_builder.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace boolab;
using namespace std::string_literals;

namespace
{

const std::string kBoolean = BOOLAB_TEST_DATA "/boolean";

ModelFiles opened(const std::filesystem::path& path)
{
    auto files = ModelFiles::open(path);
    if (!files) qFatal("%s", files.error().text().c_str());
    return std::move(*files);
}

std::vector<TensorNode> treeOf(const ModelFiles& files)
{
    return tensorTree(tensorList(files), linearLayersFrom(inspectModel(files)["layers"]));
}

TensorRow row(const std::string& name, std::int64_t parameters = 1)
{
    return {.name = name,
            .storedName = {},
            .dtype = "F32",
            .shape = {parameters},
            .parameters = parameters,
            .bytes = 4 * parameters};
}

/// "Block 0 { a b { c } }" in one line.
std::string printed(const std::vector<TensorNode>& nodes)
{
    std::string text;
    for (const TensorNode& node : nodes) {
        text +=
            (text.empty() ? "" : " ") + (node.kind == TensorNode::Kind::Part ? partName(node) : node.label);
        if (!node.children.empty()) text += " { " + printed(node.children) + " }";
    }
    return text;
}

TensorFilter filter(const std::string& name, const std::string& dtype = {}, const std::string& shape = {})
{
    return {*NamePattern::compile(name), dtype, *ShapePattern::parse(shape)};
}

std::vector<std::string> namesOf(const std::vector<TensorRow>& rows)
{
    std::vector<std::string> names;
    for (const TensorRow& one : rows)
        names.push_back(one.name);
    return names;
}

} // namespace

class TestTensorTree : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sumsAreThoseOfTheModel_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("dense") << QByteArray(model_folders::tinyLlama().c_str());
        QTest::newRow("Boolean") << QByteArray(kBoolean.c_str());
        QTest::newRow("biases") << QByteArray(model_folders::llama("biases").c_str());
    }

    void sumsAreThoseOfTheModel()
    {
        QFETCH(QByteArray, path);
        const ModelFiles files = opened(path.toStdString());
        std::int64_t parameters = 0, bytes = 0, stored = 0;
        std::size_t tensors = 0;
        for (const TensorNode& part : treeOf(files)) {
            parameters += part.parameters;
            bytes += part.bytes;
            tensors += part.rows.size();
        }
        for (const TensorInfo& tensor : files.tensors())
            stored += tensor.byteSize;
        QCOMPARE(parameters, files.parameterCount());
        QCOMPARE(bytes, stored);
        QCOMPARE(tensors, files.tensors().size());
    }

    void blocksComeInOrderAndLayersAsTheyAreExecuted()
    {
        const auto tree = tensorTree(
            {row("lm_head.weight"), row("model.layers.10.mlp.up_proj.weight"),
             row("model.layers.2.mlp.down_proj.weight"), row("model.norm.weight"),
             row("model.layers.2.self_attn.k_proj.weight"), row("rope.table"),
             row("model.layers.2.input_layernorm.weight"), row("model.layers.2.self_attn.rotary.inv_freq"),
             row("model.layers.2.self_attn.q_proj.weight"), row("model.embed_tokens.weight")},
            {});
        QCOMPARE(printed(tree), "Embeddings { model.embed_tokens.weight } Block 2 { input_layernorm.weight "
                                "self_attn.q_proj.weight self_attn.k_proj.weight mlp.down_proj.weight "
                                "self_attn.rotary.inv_freq } Block 10 { mlp.up_proj.weight } Final norm { "
                                "model.norm.weight } Output head { lm_head.weight } Other { rope.table }"s);
    }

    void aBooleanLayerIsOneNodeOverItsBitsAndScales()
    {
        const auto tree = treeOf(opened(kBoolean));
        const TensorNode& block = tree[1];
        QCOMPARE(partName(block), "Block 0"s);
        const TensorNode& layer = block.children[1];
        QCOMPARE(layer.label, "self_attn.q_proj"s);
        QCOMPARE(layer.layer, "model.layers.0.self_attn.q_proj"s);
        QCOMPARE(layer.kernels, std::int64_t{3});
        QCOMPARE(layer.parameters, std::int64_t{64 * 64});
        QCOMPARE(layer.shape, (std::vector<std::int64_t>{64, 64}));
        QCOMPARE(layer.children.size(), std::size_t{3});
        QVERIFY(layer.dtypes == "U8, F16" || layer.dtypes == "F16, U8");
        QVERIFY(layer.bits > 3);
        for (const TensorNode& part : layer.children)
            QCOMPARE(part.layer, layer.layer);
        // One layer stayed dense.
        const TensorNode& dense = tree[2].children[3];
        QCOMPARE(dense.label, "self_attn.v_proj.weight"s);
        QCOMPARE(dense.kernels, std::int64_t{0});
        QCOMPARE(dense.bits, 16.0);
    }

    void filtersByEitherNameByTypeAndByShape()
    {
        std::vector<TensorRow> rows = {row("model.layers.3.self_attn.q_proj.weight", 8),
                                       row("lm_head.weight", 4)};
        rows[0].storedName = "blk.3.attn_q.weight";
        rows[1].dtype = "Q4_1";
        rows[1].shape = {4, 8};
        const std::string q = rows[0].name, head = rows[1].name;
        const auto found = [&](const TensorFilter& one) { return namesOf(filtered(rows, one)); };
        using Names = std::vector<std::string>;
        QCOMPARE(found(filter("")), (Names{q, head}));
        QCOMPARE(found(filter("Q_PROJ")), Names{q});
        QCOMPARE(found(filter("^blk\\.3\\.")), Names{q});
        QCOMPARE(found(filter("^lm_|q_proj")), (Names{q, head}));
        QCOMPARE(found(filter("", "q4_1")), Names{head});
        QCOMPARE(found(filter("", "", "8")), (Names{q, head}));
        QCOMPARE(found(filter("", "", "4 × *")), Names{head});
        QCOMPARE(found(filter("", "", "[4, 8]")), Names{head});
        QCOMPARE(found(filter("", "", "8x4")), Names{});
    }

    void aWrongExpressionSaysWhere()
    {
        const auto pattern = NamePattern::compile("mlp(");
        QVERIFY(!pattern);
        QCOMPARE(pattern.error().code, ErrorCode::Usage);
        QVERIFY2(pattern.error().message.find("\"mlp(\" is no regular expression") == 0 &&
                     pattern.error().message.find("at character 4") != std::string::npos,
                 pattern.error().message.c_str());
        for (const char* shape : {"576y", "a", "4x", "-1x4", "99999999999999999999"})
            QVERIFY2(!ShapePattern::parse(shape), shape);
    }

    void anExpressionThatWouldSearchForEverFindsNothing()
    {
        const auto pattern = NamePattern::compile("^(a+)+$");
        QVERIFY(pattern);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(!pattern->finds(std::string(40, 'a') + "!"));
        QVERIFY(pattern->finds("aaaa"));
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    }

    void aGgufTensorHasBothNames()
    {
        QTemporaryDir folder;
        GgufBuilder file;
        TinyLlama tiny;
        tiny.addKeys(file);
        tiny.addTensors(file);
        const std::string path = folder.filePath("tiny.gguf").toStdString();
        writeFile(path, file.bytes());
        const auto rows = filtered(tensorList(opened(path)), filter("^blk\\.0\\.attn_q\\.weight$"));
        QCOMPARE(namesOf(rows), std::vector{"model.layers.0.self_attn.q_proj.weight"s});
        QCOMPARE(rows[0].storedName, "blk.0.attn_q.weight"s);
    }

    void jsonKeepsAllOfIt()
    {
        auto rows = tensorList(opened(kBoolean));
        rows[0].values = ValueFigures{10, 1, 2, -3, 4, 0.5};
        const auto again = tensorsFrom(toJson(rows));
        QCOMPARE(again.size(), rows.size());
        QCOMPARE(tensorCsv(again), tensorCsv(rows));
        QCOMPARE(again[0].values, rows[0].values);
        QVERIFY(tensorsFrom(nlohmann::json::parse("[1, null, {\"name\": 3}]")).empty());
    }

    void csvHasOneLinePerTensor()
    {
        std::vector<TensorRow> rows = {row("a", 3), row("odd,\"name\"", 1)};
        QCOMPARE(tensorCsv(rows), "name,stored_name,shape,dtype,parameters,bytes,share\r\n"
                                  "a,a,3,F32,3,12,0.750000\r\n"
                                  "\"odd,\"\"name\"\"\",\"odd,\"\"name\"\"\",1,F32,1,4,0.250000\r\n"s);
        rows[0].values = ValueFigures{3, 1, 0, -1, 2, 1.5};
        const std::string csv = tensorCsv(rows);
        QVERIFY2(csv.find(",share,nan,inf,minimum,maximum,mean_abs\r\n") != std::string::npos, csv.c_str());
        QVERIFY2(csv.find("0.750000,1,0,-1,2,1.5\r\n") != std::string::npos, csv.c_str());
        QVERIFY2(csv.ends_with("0.250000,,,,,\r\n"), csv.c_str());
    }

    void theTableOfATerminalSumsUp()
    {
        const std::string text = tensorText({row("model.norm.weight", 3), row("lm_head.weight", 1)}, {});
        for (const char* part : {"Final norm", "  model.norm.weight", "2 tensors", "75.00 %", "100.00 %"})
            QVERIFY2(text.find(part) != std::string::npos, text.c_str());
        QCOMPARE(tensorText({}, {}), "No tensor fits the filter.\n"s);
    }
};

QTEST_GUILESS_MAIN(TestTensorTree)
#include "test_tensor_tree.moc"
