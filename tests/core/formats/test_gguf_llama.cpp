// SPDX-License-Identifier: Apache-2.0
#include "core/formats/gguf_llama.h"

#include "core/formats/gguf_rope.h"
#include "tests/core/formats/gguf_builder.h"
#include "tests/core/formats/golden_hash.h"

#include <QTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numbers>

using namespace boolab;
using Json = nlohmann::json;
using Fill = std::function<void(GgufBuilder&)>;
Q_DECLARE_METATYPE(Fill)

namespace
{

std::size_t elementsOf(const GgufTensor& tensor)
{
    std::int64_t elements = 1;
    for (const auto length : tensor.shape)
        elements *= length;
    return static_cast<std::size_t>(elements);
}

/// The tensor as float32 in Hugging Face's row order.
std::vector<float> loaded(const GgufTensor& tensor, const ModelConfig& config)
{
    std::vector<float> stored(elementsOf(tensor));
    if (!dequantize(tensor.dtype, tensor.bytes, stored)) return {};
    const auto name = *huggingFaceName(tensor.name);
    if (!isRopePermuted(name)) return stored;
    std::vector<float> values(stored.size());
    const auto heads = name.find("q_proj") != std::string::npos ? config.numHeads : config.numKvHeads;
    unpermuteRopeRows(stored, values, tensor.shape[0],
                      static_cast<std::int64_t>(values.size()) / tensor.shape[0], heads);
    return values;
}

/// Names the first key in which `config` differs from transformers' values; empty where none does.
std::string difference(const ModelConfig& config, const Json& expected)
{
    const Json found = {
        {"attention_bias", config.attentionBias},
        {"bos_token_id", config.bosTokenId ? Json(*config.bosTokenId) : Json()},
        {"eos_token_id", config.eosTokenIds.size() == 1 ? Json(config.eosTokenIds[0]) : Json()},
        {"head_dim", config.headDim},
        {"hidden_size", config.hiddenSize},
        {"intermediate_size", config.intermediateSize},
        {"max_position_embeddings", config.maxPositions},
        {"mlp_bias", config.mlpBias},
        {"num_attention_heads", config.numHeads},
        {"num_hidden_layers", config.numLayers},
        {"num_key_value_heads", config.numKvHeads},
        {"tie_word_embeddings", config.tieWordEmbeddings},
        {"vocab_size", config.vocabSize}};
    for (const auto& [key, value] : expected.items()) {
        if (key == "rms_norm_eps") {
            if (static_cast<float>(config.rmsNormEps) != value.get<float>()) return key;
            if (config.source[key] != config.rmsNormEps) return key + " of source";
            continue;
        }
        if (!found.contains(key) || found[key] != value) return key;
        if (config.source[key] != value) return key + " of source";
    }
    return {};
}

std::vector<float> llama3Divisors(std::int64_t headDim, double theta, double factor, double low, double high,
                                  double original)
{
    std::vector<float> divisors;
    for (std::int64_t i = 0; i < headDim / 2; ++i) {
        const float frequency =
            static_cast<float>(std::pow(theta, -2.0 * static_cast<double>(i) / static_cast<double>(headDim)));
        const double wavelength = 2 * std::numbers::pi / static_cast<double>(frequency);
        const double smooth = (original / wavelength - low) / (high - low);
        divisors.push_back(static_cast<float>(wavelength < original / high ? 1
                                              : wavelength > original / low
                                                  ? factor
                                                  : 1 / ((1 - smooth) / factor + smooth)));
    }
    return divisors;
}

} // namespace

class TestGgufLlama : public QObject
{
    Q_OBJECT

    MemoryFile m_memory;

    /// A tiny model with `more` in front of its keys, without the tensor `leftOut`.
    Result<ModelConfig> configOf(const Fill& more, const std::string& leftOut = {},
                                 const TinyLlama& model = {}) const
    {
        GgufBuilder builder;
        more(builder);
        model.addKeys(builder);
        model.addTensors(builder, leftOut);
        return configOf(builder);
    }
    Result<ModelConfig> configOf(const GgufBuilder& builder) const
    {
        if (!m_memory.replace(builder.bytes()))
            return fail(ErrorCode::Io, "the test's file cannot be written");
        const auto file = GgufFile::open(m_memory.path());
        if (!file) return std::unexpected(file.error());
        return ggufLlamaConfig(*file);
    }
    static QString complaint(const Result<ModelConfig>& config, ErrorCode code, const QStringList& parts)
    {
        if (config) return "the model was accepted";
        const auto message = QString::fromStdString(config.error().message);
        if (config.error().code != code) return "another code: " + message;
        for (const auto& part : parts + QStringList{"/proc/self/fd/"})
            if (!message.contains(part)) return "\"" + part + "\" is not in: " + message;
        return config.error().hint.empty() ? "no hint: " + message : QString();
    }

private Q_SLOTS:
    void loadsAsTransformersDoes_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* model : {"gqa_tied", "biases_untied", "llama3"})
            QTest::newRow(model) << model;
    }
    void loadsAsTransformersDoes()
    {
        QFETCH(QString, model);
        const auto golden =
            Json::parse(std::ifstream(BOOLAB_TEST_DATA "/llama_models.json"))["models"][model.toStdString()];
        const auto file = GgufFile::open(BOOLAB_TEST_DATA "/llama_" + model.toStdString() + ".gguf");
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        const auto config = ggufLlamaConfig(*file);
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(difference(*config, golden["config"]), std::string());
        QCOMPARE(config->ropeTheta, golden["rope"]["rope_theta"].get<double>());
        std::size_t weights = 0;
        for (const auto& tensor : file->tensors()) {
            const auto name = huggingFaceName(tensor.name);
            if (!name) continue;
            ++weights;
            QVERIFY2(golden["tensors"].contains(*name), name->c_str());
            QVERIFY2(sha256Of(loaded(tensor, *config)) == golden["tensors"][*name].get<std::string>(),
                     name->c_str());
        }
        QCOMPARE(weights, golden["tensors"].size());
        if (model == "llama3") {
            QCOMPARE(static_cast<std::int64_t>(config->ropeScaling.frequencyDivisors.size()),
                     config->headDim / 2);
            for (const char* key : {"rope_type", "factor", "low_freq_factor", "high_freq_factor",
                                    "original_max_position_embeddings"})
                QVERIFY2(config->source["rope_scaling"][key] == golden["rope"][key], key);
        } else {
            QVERIFY(config->ropeScaling.type == RopeScaling::Type::None &&
                    config->source["rope_scaling"].is_null());
        }
    }

    void loadsTheSampleAsTransformersDoes()
    {
        if (!std::filesystem::exists(samplePath())) QSKIP("the sample model is not there: ./run fetches it");
        const auto golden = Json::parse(std::ifstream(BOOLAB_TEST_DATA "/smollm2.json"));
        const auto file = GgufFile::open(samplePath());
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        const auto config = ggufLlamaConfig(*file);
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(difference(*config, golden["config"]), std::string());
        QCOMPARE(config->ropeTheta, golden["rope_theta"].get<double>());
        QCOMPARE(config->rmsNormEps, 1e-5);
        std::size_t compared = 0;
        for (const auto& tensor : file->tensors())
            if (const auto name = huggingFaceName(tensor.name); name && golden["loaded"].contains(*name)) {
                ++compared;
                QVERIFY2(sha256Of(loaded(tensor, *config)) == golden["loaded"][*name].get<std::string>(),
                         name->c_str());
            }
        QCOMPARE(compared, golden["loaded"].size());
    }

    void writesAConfigThatReadsBackTheSame()
    {
        const auto config = configOf([](GgufBuilder& b) {
            b.text("llama.rope.scaling.type", "yarn").real("llama.rope.scaling.factor", 2.5f);
            b.size("llama.rope.scaling.original_context_length", 32).size("tokenizer.ggml.bos_token_id", 3);
            b.size("tokenizer.ggml.eos_token_id", 1).size("tokenizer.ggml.eot_token_id", 2);
        });
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        const auto again = ModelConfig::fromJson(config->source, "config.json");
        QVERIFY2(again, again ? "" : again.error().message.c_str());
        QCOMPARE(again->vocabSize, 6);
        QCOMPARE(again->headDim, 4);
        QCOMPARE(again->numKvHeads, 1);
        QCOMPARE(again->rmsNormEps, config->rmsNormEps);
        QCOMPARE(again->bosTokenId, 3);
        QVERIFY(!again->padTokenId);
        QVERIFY(again->eosTokenIds == (std::vector<std::int64_t>{1, 2}));
        QVERIFY(again->tieWordEmbeddings && !again->attentionBias && !again->mlpBias);
        QVERIFY(again->ropeScaling.type == RopeScaling::Type::Yarn);
        QCOMPARE(again->ropeScaling.factor, 2.5);
        QCOMPARE(again->ropeScaling.originalMaxPositions, 32);
        QCOMPARE(config->source["torch_dtype"].get<std::string>(), std::string("bfloat16"));
        QCOMPARE(config->source["architectures"][0].get<std::string>(), std::string("LlamaForCausalLM"));
    }

    void takesDefaultsOfAbsentKeys()
    {
        const auto config = configOf([](GgufBuilder&) {});
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(config->ropeTheta, 10000.0);
        QCOMPARE(config->headDim, 4);
        QCOMPARE(config->vocabSize, 6);
        QVERIFY(config->eosTokenIds.empty() && !config->bosTokenId);
        QVERIFY(config->source["bos_token_id"].is_null() && config->source["eos_token_id"].is_null());
    }

    void takesOldLinearScaling()
    {
        const auto config = configOf([](GgufBuilder& b) { b.real("llama.rope.scale_linear", 4.0f); });
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QVERIFY(config->ropeScaling.type == RopeScaling::Type::Linear);
        QCOMPARE(config->ropeScaling.factor, 4.0);
        QCOMPARE(config->source["rope_scaling"]["rope_type"].get<std::string>(), std::string("linear"));
        const auto unscaled = configOf([](GgufBuilder& b) { b.real("llama.rope.scale_linear", 1.0f); });
        QVERIFY(unscaled && unscaled->ropeScaling.type == RopeScaling::Type::None);
    }

    void takesSizesStoredPerLayer()
    {
        TinyLlama model;
        model.layers = 2;
        GgufBuilder builder;
        builder.text("general.architecture", "llama")
            .size("llama.embedding_length", 8)
            .size("llama.block_count", 2);
        builder.array<std::int32_t>("llama.feed_forward_length", GgufBuilder::I32, {12, 12}, 2);
        builder.array<std::int32_t>("llama.attention.head_count_kv", GgufBuilder::I32, {1, 1}, 2);
        builder.size("llama.attention.head_count", 2).size("llama.context_length", 64);
        builder.real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        model.addTensors(builder);
        const auto config = configOf(builder);
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QCOMPARE(config->numKvHeads, 1);
        QCOMPARE(config->intermediateSize, 12);
    }

    void dropsTokensOutsideTheVocabulary()
    {
        const auto config = configOf([](GgufBuilder& b) {
            b.key("tokenizer.ggml.padding_token_id", GgufBuilder::U32, ~0u)
                .size("tokenizer.ggml.bos_token_id", 6);
            b.key("tokenizer.ggml.eos_token_id", GgufBuilder::I32, -1);
        });
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QVERIFY(!config->padTokenId && !config->bosTokenId && config->eosTokenIds.empty());
    }

    void keepsDivisorsThatNoParametersGive()
    {
        const std::vector<float> divisors{1.5f, 3.0f};
        const auto config = configOf([&](GgufBuilder& b) { b.tensor("rope_freqs.weight", {2}, divisors); });
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        QVERIFY(config->ropeScaling.frequencyDivisors == divisors);
        QVERIFY(config->ropeScaling.type == RopeScaling::Type::None);
        const auto again = ModelConfig::fromJson(config->source, "config.json");
        QVERIFY(again && again->ropeScaling.frequencyDivisors == divisors);
    }

    void recognisesLlama3Scaling_data()
    {
        QTest::addColumn<double>("factor");
        QTest::addColumn<double>("high");
        QTest::addColumn<double>("original");
        QTest::newRow("Llama 3.1") << 8.0 << 4.0 << 8192.0;
        QTest::newRow("Llama 3.2") << 32.0 << 4.0 << 8192.0;
        QTest::newRow("others") << 16.0 << 8.0 << 4096.0;
    }
    void recognisesLlama3Scaling()
    {
        QFETCH(double, factor);
        QFETCH(double, high);
        QFETCH(double, original);
        for (const std::int64_t headDim : {64, 128}) {
            const auto divisors = llama3Divisors(headDim, 5e5, factor, 1, high, original);
            const auto scaling = recogniseLlama3(divisors, headDim, 5e5);
            QVERIFY(scaling);
            QCOMPARE(scaling->factor, factor);
            QCOMPARE(scaling->highFrequencyFactor, high);
            QCOMPARE(scaling->originalMaxPositions, static_cast<std::int64_t>(original));
            auto other = divisors;
            other[static_cast<std::size_t>(headDim) / 4] *= 1.01f;
            QVERIFY(!recogniseLlama3(other, headDim, 5e5));
        }
    }

    void rejectsWrongKeys_data()
    {
        QTest::addColumn<Fill>("fill");
        QTest::addColumn<int>("code");
        QTest::addColumn<QStringList>("parts");
        const auto bad = static_cast<int>(ErrorCode::BadInput),
                   unsupported = static_cast<int>(ErrorCode::Unsupported);
        const auto row = [](const char* name, Fill fill, int code, QStringList parts) {
            QTest::newRow(name) << fill << code << parts;
        };
        using B = GgufBuilder;
        row("vocabulary", [](B& b) { b.size("llama.vocab_size", 7); }, bad,
            {"token_embd.weight", "6 x 8", "7 x 8"});
        row("head width", [](B& b) { b.size("llama.attention.key_length", 6); }, bad,
            {"attn_q.weight", "8 x 8", "12 x 8"});
        row("odd head", [](B& b) { b.size("llama.attention.key_length", 3); }, bad, {"3 wide", "even"});
        row("partial rotation",
            [](B& b) { b.size("llama.rope.dimension_count", 2).size("llama.attention.key_length", 4); },
            unsupported, {"llama.rope.dimension_count", "is 2", "4 wide"});
        row("value width", [](B& b) { b.size("llama.attention.value_length", 2); }, unsupported,
            {"value_length", "is 2"});
        row("theta", [](B& b) { b.real("llama.rope.freq_base", -1.0f); }, bad,
            {"llama.rope.freq_base", "is -1"});
        row("theta is text", [](B& b) { b.text("llama.rope.freq_base", "x"); }, bad, {"no number"});
        row("scaling type", [](B& b) { b.text("llama.rope.scaling.type", "longrope"); }, unsupported,
            {"longrope", "none, linear, yarn"});
        row("scaling without a factor", [](B& b) { b.text("llama.rope.scaling.type", "linear"); }, bad,
            {"llama.rope.scaling.factor", "missing"});
        row("yarn parameters",
            [](B& b) {
                b.text("llama.rope.scaling.type", "yarn").real("llama.rope.scaling.factor", 2.0f);
                b.real("llama.rope.scaling.yarn_beta_fast", 16.0f);
            },
            unsupported, {"yarn_beta_fast", "32"});
        row("experts", [](B& b) { b.size("llama.expert_count", 8); }, unsupported, {"llama.expert_count"});
        row("split", [](B& b) { b.size("split.count", 3).size("split.no", 1); }, unsupported,
            {"part 2", "3 files"});
        row("divisors of another length", [](B& b) { b.tensor("rope_freqs.weight", {3}); }, bad,
            {"rope_freqs.weight", "is 3", "expected 2"});
        row("divisors of zero",
            [](B& b) {
                b.tensor("rope_freqs.weight", {2}, std::vector{1.0f, 0.0f});
            },
            bad, {"rope_freqs.weight", "not positive"});
        row("a tensor of another model", [](B& b) { b.tensor("blk.0.attn_q_norm.weight", {4}); }, unsupported,
            {"blk.0.attn_q_norm.weight"});
        row("a layer too many", [](B& b) { b.tensor("blk.1.attn_norm.weight", {8}); }, unsupported,
            {"blk.1.attn_norm"});
        row("some biases", [](B& b) { b.tensor("blk.0.attn_q.bias", {8}); }, unsupported,
            {"blk.0.attn_k.bias"});
        row("head of another shape",
            [](B& b) {
                b.tensor("output.weight", {5, 8});
            },
            bad, {"output.weight", "5 x 8"});
    }
    void rejectsWrongKeys()
    {
        QFETCH(Fill, fill);
        QFETCH(int, code);
        QFETCH(QStringList, parts);
        QCOMPARE(complaint(configOf(fill), static_cast<ErrorCode>(code), parts), QString());
    }

    void rejectsMissingTensors()
    {
        for (const char* name :
             {"token_embd.weight", "output_norm.weight", "blk.0.ffn_up.weight", "blk.0.attn_k.weight"})
            QCOMPARE(complaint(configOf([](GgufBuilder&) {}, name), ErrorCode::BadInput, {name, "missing"}),
                     QString());
    }

    void rejectsMissingKeys()
    {
        QCOMPARE(complaint(configOf(GgufBuilder()), ErrorCode::BadInput, {"general.architecture", "missing"}),
                 QString());
        GgufBuilder builder;
        builder.text("general.architecture", "llama").key("llama.embedding_length", GgufBuilder::I32, 0);
        QCOMPARE(
            complaint(configOf(builder), ErrorCode::BadInput, {"llama.embedding_length", "is 0", "2^31-1"}),
            QString());
        GgufBuilder empty;
        empty.text("general.architecture", "llama");
        QCOMPARE(complaint(configOf(empty), ErrorCode::BadInput, {"llama.embedding_length", "missing"}),
                 QString());
    }

    void namesSupportedArchitectures()
    {
        GgufBuilder builder;
        builder.text("general.architecture", "qwen2");
        QCOMPARE(complaint(configOf(builder), ErrorCode::Unsupported, {"\"qwen2\"", "supported is llama"}),
                 QString());
    }

    void translatesNames()
    {
        const std::pair<const char*, const char*> names[] = {
            {"token_embd.weight", "model.embed_tokens.weight"},
            {"output.weight", "lm_head.weight"},
            {"output_norm.weight", "model.norm.weight"},
            {"blk.3.attn_q.weight", "model.layers.3.self_attn.q_proj.weight"},
            {"blk.12.attn_output.bias", "model.layers.12.self_attn.o_proj.bias"},
            {"blk.0.attn_norm.weight", "model.layers.0.input_layernorm.weight"},
            {"blk.0.ffn_norm.weight", "model.layers.0.post_attention_layernorm.weight"},
            {"blk.0.ffn_down.weight", "model.layers.0.mlp.down_proj.weight"}};
        for (const auto& [ggml, huggingFace] : names)
            QCOMPARE(huggingFaceName(ggml), std::string(huggingFace));
        for (const char* other :
             {"rope_freqs.weight", "blk.0.attn_rot_embd.weight", "blk..attn_q.weight", "blk.01.attn_q.weight",
              "blk.-1.attn_q.weight", "blk.0.weight", "blk.0.attn_q.scale",
              "blk.99999999999999999999.attn_q.weight", "blk.", "", "attn_q.weight"})
            QVERIFY2(!huggingFaceName(other), other);
    }

    void undoesTheRowOrderOfRope()
    {
        // Two heads of width 4, one column: ggml's order of Hugging Face's rows 0…7.
        const std::vector<float> ggml{0, 2, 1, 3, 4, 6, 5, 7};
        std::vector<float> rows(8);
        unpermuteRopeRows(ggml, rows, 8, 1, 2);
        QVERIFY(rows == (std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7}));
        QVERIFY(isRopePermuted("model.layers.0.self_attn.q_proj.weight"));
        QVERIFY(isRopePermuted("model.layers.7.self_attn.k_proj.bias"));
        QVERIFY(!isRopePermuted("model.layers.0.self_attn.v_proj.weight"));
    }
};

QTEST_GUILESS_MAIN(TestGgufLlama)
#include "test_gguf_llama.moc"
