// SPDX-License-Identifier: Apache-2.0
#include "core/formats/boolean_model_writer.h"
#include "core/formats/safetensors_file.h"
#include "core/tokenizer/tokenizer.h"
#include "tests/core/formats/golden_hash.h"
#include "tests/core/formats/model_folders.h"

#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <set>
#include <sys/resource.h>

using namespace boolab;
using namespace model_folders;
namespace fs = std::filesystem;

class TestBooleanModelWriter : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_temporary;

    fs::path root() const { return m_temporary->path().toStdString(); }
    fs::path output() const { return root() / "tiny Boolesch 布尔"; }

    static std::set<std::string> namesIn(const fs::path& folder)
    {
        std::set<std::string> names;
        for (const auto& entry : fs::directory_iterator(folder))
            names.insert(entry.path().filename().string());
        return names;
    }
    static std::vector<float> floats(const ModelFiles& model, const std::string& name)
    {
        const auto* info = model.find(name);
        std::vector<float> values(info ? static_cast<std::size_t>(info->elementCount()) : 0);
        if (!info || !model.readFloat32(*info, values)) return {};
        return values;
    }
    static bool holds(const ModelFiles& model, const MadeLayer& layer)
    {
        const auto view = model.booleanLayer(layer.name);
        return view && view->kernelCount == layer.K && view->outFeatures == layer.out &&
               view->inFeatures == layer.in && std::ranges::equal(view->bits, layer.bits) &&
               floats(model, layer.name + ".scale_out") == layer.scaleOut &&
               floats(model, layer.name + ".scale_in") == layer.scaleIn;
    }

private Q_SLOTS:
    void init() { m_temporary = std::make_unique<QTemporaryDir>(); }

    void writesWhatCanBeOpenedAgain_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<int>("kernels");
        QTest::addColumn<int>("scaleDType");
        for (const DType dtype : {DType::F32, DType::F16, DType::BF16}) {
            const std::string name(nameOf(dtype));
            QTest::newRow(("tiny-llama, scales " + name).c_str())
                << QString::fromStdString(tinyLlama().string()) << 2 << static_cast<int>(dtype);
            QTest::newRow(("padded bits, scales " + name).c_str())
                << QString::fromStdString(llama("odd_width").string()) << 3 << static_cast<int>(dtype);
        }
    }
    void writesWhatCanBeOpenedAgain()
    {
        QFETCH(QString, source);
        QFETCH(int, kernels);
        QFETCH(int, scaleDType);
        const auto dense = ModelFiles::open(source.toStdString());
        QVERIFY(dense);
        const auto layers = layersOf(*dense, kernels);
        auto content = contentOf(layers);
        content.scaleDType = static_cast<DType>(scaleDType);
        content.otherDType = dense->find("model.norm.weight")->dtype;
        const auto written = writeBooleanModel(output(), *dense, content);
        QVERIFY2(written, written ? "" : written.error().message.c_str());

        const auto model = ModelFiles::open(output());
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QCOMPARE(model->kind(), ModelKind::Boolean);
        for (const MadeLayer& layer : layers) {
            QVERIFY2(holds(*model, layer), layer.name.c_str());
            QVERIFY(!model->contains(layer.name + ".weight"));
            QCOMPARE(model->find(layer.name + ".scale_in")->dtype, content.scaleDType);
        }
        std::size_t others = 0;
        for (const TensorInfo& tensor : dense->tensors()) {
            if (tensor.name.ends_with("_proj.weight")) continue;
            ++others;
            const auto* copy = model->find(tensor.name);
            QVERIFY2(copy && copy->dtype == tensor.dtype && copy->shape == tensor.shape, tensor.name.c_str());
            QCOMPARE(asText(model->bytes(*copy)), asText(dense->bytes(tensor)));
        }
        QCOMPARE(model->tensors().size(), others + 3 * layers.size());
        QCOMPARE(model->parameterCount(), dense->parameterCount());
    }

    void describesItselfInTheConfig()
    {
        const auto dense = ModelFiles::open(tinyLlama());
        QVERIFY(dense);
        std::vector<MadeLayer> layers = layersOf(*dense, 2);
        layers.pop_back(); // the last down_proj stays dense
        auto content = contentOf(layers);
        content.scaleDType = DType::F16;
        QVERIFY(writeBooleanModel(output(), *dense, content));
        const auto config = nlohmann::json::parse(readFile(output() / "config.json"));
        const auto& quantization = config["quantization_config"];
        QCOMPARE(quantization["quant_method"].get<std::string>(), std::string("mbok"));
        QCOMPARE(quantization["format_version"].get<int>(), 1);
        QCOMPARE(quantization["kernel_counts"].size(), std::size_t{13});
        QCOMPARE(quantization["kernel_counts"]["model.layers.0.self_attn.q_proj"].get<int>(), 2);
        QVERIFY((quantization["modules_to_not_convert"] ==
                 nlohmann::json::array({"lm_head", "model.layers.1.mlp.down_proj"})));
        const auto model = ModelFiles::open(output());
        QVERIFY(model);
        // Per layer K out in bits and K (out + in) scales of 16 bits.
        double bits = 0, weights = 0;
        for (const MadeLayer& layer : layers) {
            bits += static_cast<double>(2 * layer.out * layer.in + 2 * 16 * (layer.out + layer.in));
            weights += static_cast<double>(layer.out * layer.in);
        }
        QCOMPARE(quantization["bits_per_weight"].get<double>(), bits / weights);
        QCOMPARE(model->bitsPerWeight(), bits / weights);
        QCOMPARE(quantization["bits_per_weight_all"].get<double>(), model->bitsPerWeightAll());
        QCOMPARE(config["dtype"].get<std::string>(), std::string("bfloat16"));
        const auto source = nlohmann::json::parse(readFile(tinyLlama() / "config.json"));
        for (const auto& [key, value] : source.items())
            QVERIFY2(config[key] == value, key.c_str());
    }

    void copiesTheTokenizer()
    {
        const auto dense = ModelFiles::open(tinyLlama());
        QVERIFY(dense && writeBooleanModel(output(), *dense, contentOf(layersOf(*dense, 1))));
        QCOMPARE(namesIn(output()),
                 (std::set<std::string>{"config.json", "generation_config.json", "model.safetensors",
                                        "tokenizer.json", "tokenizer_config.json"}));
        for (const char* name : {"tokenizer.json", "tokenizer_config.json", "generation_config.json"})
            QCOMPARE(readFile(output() / name), readFile(tinyLlama() / name));
    }

    void writesReplacedTensorsAndOtherDTypes()
    {
        const auto dense = ModelFiles::open(tinyLlama());
        QVERIFY(dense);
        const auto layers = layersOf(*dense, 1);
        auto content = contentOf(layers);
        const std::vector<float> norm(64, 0.375f);
        content.replaced = {{"model.norm.weight", norm}};
        content.otherDType = DType::F32;
        QVERIFY(writeBooleanModel(output(), *dense, content));
        const auto model = ModelFiles::open(output());
        QVERIFY(model);
        QCOMPARE(floats(*model, "model.norm.weight"), norm);
        QCOMPARE(model->find("model.embed_tokens.weight")->dtype, DType::F32);
        QCOMPARE(floats(*model, "model.embed_tokens.weight"), floats(*dense, "model.embed_tokens.weight"));
        QCOMPARE(model->config().source["dtype"].get<std::string>(), std::string("float32"));
    }

    void keepsBooleanLayersThatAreNotRewritten()
    {
        const auto dense = ModelFiles::open(tinyLlama());
        QVERIFY(dense);
        const auto layers = layersOf(*dense, 2); // scales in float32
        QVERIFY(writeBooleanModel(root() / "first", *dense, contentOf(layers)));
        const auto first = ModelFiles::open(root() / "first");
        QVERIFY(first);
        const std::vector<MadeLayer> better = {{"model.layers.0.self_attn.q_proj", 3, 64, 64}};
        auto content = contentOf(better);
        content.scaleDType = DType::BF16;
        QVERIFY(writeBooleanModel(output(), *first, content));
        const auto second = ModelFiles::open(output());
        QVERIFY2(second, second ? "" : second.error().message.c_str());
        QVERIFY(holds(*second, better[0]));
        for (std::size_t i = 1; i < layers.size(); ++i) {
            QVERIFY2(holds(*second, layers[i]), layers[i].name.c_str());
            QCOMPARE(second->find(layers[i].name + ".scale_in")->dtype, DType::F32);
        }
        QCOMPARE(second->config().source["quantization_config"]["bits_per_weight"].get<double>(),
                 second->bitsPerWeight());
    }

    void replacesAnExistingModelWhole()
    {
        const auto dense = ModelFiles::open(copyOf(tinyLlama(), output()));
        QVERIFY(dense);
        writeFile(output() / "pytorch_model.bin", "of the old model");
        const auto layers = layersOf(*dense, 1);
        // The source itself is replaced; its mapping outlives the folder.
        QVERIFY(writeBooleanModel(output(), *dense, contentOf(layers)));
        QVERIFY(!fs::exists(output() / "pytorch_model.bin"));
        const auto model = ModelFiles::open(output());
        QVERIFY(model && holds(*model, layers.back()));
        QCOMPARE(namesIn(root()), std::set<std::string>{output().filename().string()});
    }

    void refusesAFolderThatHoldsSomethingElse()
    {
        fs::create_directories(output());
        QVERIFY(checkModelOutput(output()));
        QVERIFY(checkModelOutput(root() / "new"));
        writeFile(output() / "thesis.tex", "years of work");
        const auto dense = ModelFiles::open(tinyLlama());
        QVERIFY(dense);
        const auto written = writeBooleanModel(output(), *dense, contentOf(layersOf(*dense, 1)));
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Usage);
        QVERIFY(written.error().message.starts_with(output().string()));
        QCOMPARE(readFile(output() / "thesis.tex"), std::string("years of work"));
    }

    void leavesTheOldModelWhereWritingFails()
    {
        copyOf(tinyLlama(), output());
        const auto dense = ModelFiles::open(llama("odd_width"));
        QVERIFY(dense);
        const auto content = contentOf(layersOf(*dense, 2));
        struct rlimit before = {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        std::signal(SIGXFSZ, SIG_IGN);
        struct rlimit small = before;
        small.rlim_cur = 8192;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto written = writeBooleanModel(output(), *dense, content);
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &before), 0);
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Io);
        QVERIFY2(written.error().message.find("model.safetensors: cannot be written") != std::string::npos,
                 written.error().message.c_str());
        QCOMPARE(namesIn(root()), std::set<std::string>{output().filename().string()});
        QCOMPARE(readFile(output() / "model.safetensors"), readFile(tinyLlama() / "model.safetensors"));
    }

    void leavesTheOldModelWhereTheContentIsWrong()
    {
        copyOf(tinyLlama(), output());
        const auto dense = ModelFiles::open(tinyLlama());
        QVERIFY(dense);
        auto layers = layersOf(*dense, 1);
        layers.back().scaleIn.pop_back();
        QVERIFY(!writeBooleanModel(output(), *dense, contentOf(layers)));
        // A GGUF without a tokenizer fails last, when the weights are written already.
        const auto gguf = ModelFiles::open(BOOLAB_TEST_DATA "/llama_gqa_tied.gguf");
        QVERIFY2(gguf, gguf ? "" : gguf.error().message.c_str());
        QVERIFY(!writeBooleanModel(output(), *gguf, contentOf(layersOf(*gguf, 1))));
        QCOMPARE(namesIn(root()), std::set<std::string>{output().filename().string()});
        QCOMPARE(readFile(output() / "config.json"), readFile(tinyLlama() / "config.json"));
    }

    void rejectsContentThatDoesNotFitTheSource()
    {
        const auto dense = ModelFiles::open(tinyLlama());
        QVERIFY(dense);
        const auto layers = layersOf(*dense, 2);
        const auto sound = contentOf(layers);
        const std::vector<float> values(64, 1.0f), few(7);
        const auto complaint = [&](auto change) {
            auto content = sound;
            change(content);
            const auto written = writeBooleanModel(output(), *dense, content);
            return written ? QString("(written)") : QString::fromStdString(written.error().message);
        };
        using Content = BooleanModelContent;
        QVERIFY(complaint([](Content& c) {
                    c.layers[0].name = "model.layers.9.mlp.up_proj";
                }).contains("no layer \"model.layers.9.mlp.up_proj\""));
        QVERIFY(complaint([](Content& c) { c.layers.push_back(c.layers[0]); }).contains("twice"));
        QVERIFY(complaint([](Content& c) { c.layers[0].outFeatures *= 2; }).contains("expected 64 x 64"));
        QVERIFY(complaint([](Content& c) { c.layers[0].kernelCount = 0; }).contains("has 0 kernels"));
        QVERIFY(complaint([](Content& c) { c.layers[0].kernelCount = 17; }).contains("has 17 kernels"));
        QVERIFY(complaint([](Content& c) { c.layers[0].kernelCount = 1; }).contains("bytes of bits"));
        QVERIFY(complaint([](Content& c) { c.layers[0].scaleOut = {}; }).contains("0 + 128 scales"));
        QVERIFY(complaint([](Content& c) { c.scaleDType = DType::Q4_0; }).contains("Q4_0"));
        QVERIFY(complaint([&](Content& c) {
                    c.replaced = {{"no.such.tensor", values}};
                }).contains("no tensor \"no.such.tensor\""));
        QVERIFY(complaint([&](Content& c) {
                    c.replaced = {{"model.norm.weight", few}};
                }).contains("has 7 values, expected 64"));
        QCOMPARE(namesIn(root()), std::set<std::string>());
    }

    void writesFromTheSampleGguf()
    {
        if (!fs::exists(samplePath())) QSKIP("the sample model is not there");
        const auto gguf = ModelFiles::open(samplePath());
        QVERIFY(gguf);
        auto layers = layersOf(*gguf, 1);
        layers.erase(layers.begin()); // the first q_proj stays dense, permuted in the GGUF
        auto content = contentOf(layers);
        content.otherDType = DType::F32;
        const auto written = writeBooleanModel(output(), *gguf, content);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const auto model = ModelFiles::open(output());
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        for (const char* name : {"model.layers.0.self_attn.q_proj.weight", "model.embed_tokens.weight",
                                 "model.layers.29.input_layernorm.weight"})
            QVERIFY2(floats(*model, name) == floats(*gguf, name), name);
        QCOMPARE(model->parameterCount(), gguf->parameterCount());
        QVERIFY(holds(*model, layers.back()));
        const auto before = Tokenizer::open(*gguf), after = Tokenizer::open(*model);
        QVERIFY2(before && after, after ? "" : after.error().message.c_str());
        QCOMPARE(after->encode("Once upon a time"), before->encode("Once upon a time"));
        QCOMPARE(after->eosIds(), before->eosIds());
        const auto generation = nlohmann::json::parse(readFile(output() / "generation_config.json"));
        QCOMPARE(generation["bos_token_id"].get<std::int64_t>(), *gguf->config().bosTokenId);
        QCOMPARE(after->hasChatTemplate(), before->hasChatTemplate());
    }
};

QTEST_GUILESS_MAIN(TestBooleanModelWriter)
#include "test_boolean_model_writer.moc"
