// SPDX-License-Identifier: Apache-2.0
#include "core/formats/model_config.h"

#include <QTest>

using namespace boolab;
using Json = nlohmann::json;

namespace
{

Json sound()
{
    return {{"model_type", "llama"},    {"vocab_size", 384},
            {"hidden_size", 64},        {"intermediate_size", 96},
            {"num_hidden_layers", 2},   {"num_attention_heads", 4},
            {"num_key_value_heads", 2}, {"max_position_embeddings", 256},
            {"rms_norm_eps", 1e-5},     {"rope_theta", 10000.0}};
}

Json with(const char* key, Json value)
{
    Json json = sound();
    json[key] = std::move(value);
    return json;
}

} // namespace

class TestModelConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBothSpellingsOfRope()
    {
        Json scaling = {{"factor", 8.0},
                        {"low_freq_factor", 1.0},
                        {"high_freq_factor", 4.0},
                        {"original_max_position_embeddings", 128}};
        Json old = with("rope_theta", 500000.0), recent = sound();
        old["rope_scaling"] = scaling;
        old["rope_scaling"]["rope_type"] = "llama3";
        recent.erase("rope_theta");
        recent["rope_parameters"] = scaling;
        recent["rope_parameters"]["rope_type"] = "llama3";
        recent["rope_parameters"]["rope_theta"] = 500000.0;
        for (const Json& json : {old, recent}) {
            const auto config = ModelConfig::fromJson(json, "config.json");
            QVERIFY2(config, config ? "" : config.error().message.c_str());
            QCOMPARE(config->ropeTheta, 500000.0);
            QCOMPARE(config->ropeScaling.type, RopeScaling::Type::Llama3);
            QCOMPARE(config->ropeScaling.factor, 8.0);
            QCOMPARE(config->ropeScaling.lowFrequencyFactor, 1.0);
            QCOMPARE(config->ropeScaling.highFrequencyFactor, 4.0);
            QCOMPARE(config->ropeScaling.originalMaxPositions, 128);
            QVERIFY(config->source == json);
        }
    }

    void readsEveryRopeType_data()
    {
        QTest::addColumn<int>("type");
        QTest::newRow("default") << static_cast<int>(RopeScaling::Type::None);
        QTest::newRow("linear") << static_cast<int>(RopeScaling::Type::Linear);
        QTest::newRow("llama3") << static_cast<int>(RopeScaling::Type::Llama3);
        QTest::newRow("yarn") << static_cast<int>(RopeScaling::Type::Yarn);
    }
    void readsEveryRopeType()
    {
        QFETCH(int, type);
        for (const char* key : {"type", "rope_type"}) {
            const Json json = with("rope_scaling", {{key, QTest::currentDataTag()},
                                                    {"factor", 2.0},
                                                    {"low_freq_factor", 1.0},
                                                    {"high_freq_factor", 4.0},
                                                    {"beta_fast", 32}});
            const auto config = ModelConfig::fromJson(json, "config.json");
            QVERIFY2(config, config ? "" : config.error().message.c_str());
            QCOMPARE(static_cast<int>(config->ropeScaling.type), type);
            QCOMPARE(config->ropeScaling.originalMaxPositions, 256);
        }
    }

    void fillsInWhatTransformersFillsIn()
    {
        Json json = sound();
        for (const char* key :
             {"num_key_value_heads", "rms_norm_eps", "rope_theta", "max_position_embeddings"})
            json.erase(key);
        json["head_dim"] = nullptr;
        json["rope_scaling"] = nullptr;
        json["quantization_config"] = nullptr;
        const auto config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(config);
        QCOMPARE(config->numKvHeads, 4);
        QCOMPARE(config->headDim, 16);
        QCOMPARE(config->rmsNormEps, 1e-6);
        QCOMPARE(config->ropeTheta, 10000.0);
        QCOMPARE(config->maxPositions, 2048);
        QVERIFY(!config->tieWordEmbeddings && !config->attentionBias && !config->mlpBias);
        QVERIFY(!config->bosTokenId && config->eosTokenIds.empty());
    }

    void readsAHeadWidthOfItsOwn()
    {
        Json json = with("head_dim", 32);
        json["hidden_size"] = 66; // no multiple of the heads, and need not be
        const auto config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(config);
        QCOMPARE(config->headDim, 32);
    }

    void readsTokensAsNumberOrList()
    {
        Json json = with("eos_token_id", 2);
        json["bos_token_id"] = 1;
        json["pad_token_id"] = -1; // old LLaMA configs
        auto config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(config);
        QCOMPARE(config->eosTokenIds, std::vector<std::int64_t>{2});
        QCOMPARE(config->bosTokenId, std::optional<std::int64_t>(1));
        QVERIFY(!config->padTokenId);
        config = ModelConfig::fromJson(with("eos_token_id", {128001, 128008}), "config.json");
        QVERIFY(config);
        QCOMPARE(config->eosTokenIds, (std::vector<std::int64_t>{128001, 128008}));
    }

    void namesEveryMissingKey_data()
    {
        QTest::addColumn<QByteArray>("key");
        for (const char* key : {"model_type", "vocab_size", "hidden_size", "intermediate_size",
                                "num_hidden_layers", "num_attention_heads"})
            QTest::newRow(key) << QByteArray(key);
    }
    void namesEveryMissingKey()
    {
        QFETCH(QByteArray, key);
        Json json = sound();
        json.erase(key.toStdString());
        const auto config = ModelConfig::fromJson(json, "/models/x/config.json");
        QVERIFY(!config);
        QCOMPARE(config.error().code, ErrorCode::BadInput);
        QCOMPARE(config.error().message,
                 "/models/x/config.json: key \"" + key.toStdString() + "\" is missing");
        QVERIFY(!config.error().hint.empty());
    }

    void rejectsWrongValues_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        const auto row = [](const char* key, const char* value) {
            QTest::addRow("%s %s", key, value) << key << value;
        };
        for (const char* key :
             {"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
              "num_key_value_heads", "max_position_embeddings", "head_dim"})
            for (const char* value : {"0", "-4", "1.5", "\"64\"", "[64]", "true", "18446744073709551615"})
                row(key, value);
        for (const char* key : {"rms_norm_eps", "rope_theta"})
            for (const char* value : {"0", "-1e-5", "\"1e-5\"", "{}"})
                row(key, value);
        for (const char* key : {"tie_word_embeddings", "attention_bias", "mlp_bias"})
            for (const char* value : {"1", "\"true\"", "[]"})
                row(key, value);
        row("num_hidden_layers", "1000000000");
        row("model_type", "7");
        row("hidden_act", "[]");
        row("rope_scaling", "2");
        row("rope_parameters", "\"linear\"");
        row("eos_token_id", "\"</s>\"");
        row("eos_token_id", "[2, null]");
        row("bos_token_id", "1.5");
        row("rope_frequency_divisors", "[1, 1]");
        row("rope_frequency_divisors", "[1, 1, 1, 1, 1, 1, 1, \"x\"]");
        row("rope_frequency_divisors", "[1, 1, 1, 1, 1, 1, 1, 0]");
    }
    void rejectsWrongValues()
    {
        QFETCH(QString, key);
        QFETCH(QString, value);
        const auto config = ModelConfig::fromJson(
            with(key.toStdString().c_str(), Json::parse(value.toStdString())), "config.json");
        QVERIFY(!config);
        QCOMPARE(config.error().code, ErrorCode::BadInput);
        QVERIFY2(config.error().message.starts_with("config.json: key \"" + key.toStdString() + "\""),
                 config.error().message.c_str());
    }

    void rejectsWhatItCannotCompute_data()
    {
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("message");
        QTest::newRow("architecture") << R"({"model_type": "gpt2"})"
                                      << "architecture \"gpt2\"";
        QTest::newRow("sliding window") << R"({"model_type": "mistral", "sliding_window": 4096})"
                                        << "sliding window";
        QTest::newRow("sliding window by default") << R"({"model_type": "mistral"})"
                                                   << "sliding window";
        QTest::newRow("activation") << R"({"hidden_act": "gelu"})"
                                    << "\"gelu\"";
        QTest::newRow("rope type") << R"({"rope_scaling": {"type": "dynamic", "factor": 2}})"
                                   << "\"dynamic\"";
        QTest::newRow("longrope") << R"({"rope_parameters": {"rope_type": "longrope"}})"
                                  << "\"longrope\"";
        QTest::newRow("yarn's beta") << R"({"rope_scaling": {"type": "yarn", "factor": 2, "beta_fast": 16}})"
                                     << "beta_fast";
        QTest::newRow("yarn's mscale") << R"({"rope_scaling": {"type": "yarn", "factor": 2, "mscale": 1}})"
                                       << "mscale";
        QTest::newRow("yarn's truncate")
            << R"({"rope_scaling": {"type": "yarn", "factor": 2, "truncate": false}})"
            << "truncate";
        QTest::newRow("partial rotation") << R"({"partial_rotary_factor": 0.5})"
                                          << "partial_rotary_factor";
        QTest::newRow("partial rotation, newer")
            << R"({"rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}})"
            << "partial_rotary_factor";
    }
    void rejectsWhatItCannotCompute()
    {
        QFETCH(QString, changes);
        QFETCH(QString, message);
        Json json = sound();
        json.update(Json::parse(changes.toStdString()));
        const auto config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(!config);
        QCOMPARE(config.error().code, ErrorCode::Unsupported);
        QVERIFY2(QString::fromStdString(config.error().message).contains(message),
                 config.error().message.c_str());
    }

    void listsTheArchitecturesItReads()
    {
        const auto config = ModelConfig::fromJson(with("model_type", "qwen2"), "config.json");
        QVERIFY(!config);
        QVERIFY(QString::fromStdString(config.error().hint).contains("Supported: llama"));
    }

    void readsMistralWithoutASlidingWindow()
    {
        Json json = with("model_type", "mistral");
        json["sliding_window"] = nullptr;
        json["num_attention_heads"] = 16;
        json.erase("num_key_value_heads");
        json.erase("max_position_embeddings");
        const auto config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(config);
        QCOMPARE(config->numKvHeads, 8); // MistralConfig's defaults
        QCOMPARE(config->maxPositions, 131072);
    }

    void takesTheOldSpellingOfRopeWhereBothAreThere()
    {
        Json json = with("rope_scaling", {{"type", "linear"}, {"factor", 4.0}});
        json["rope_parameters"] = {{"rope_type", "default"}, {"rope_theta", 5e5}};
        auto config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(config);
        QCOMPARE(config->ropeScaling.type, RopeScaling::Type::Linear);
        QCOMPARE(config->ropeTheta, 10000.0);
        json["rope_scaling"] = Json::object();
        config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(config);
        QCOMPARE(config->ropeTheta, 5e5);
    }

    void rejectsSizesThatDoNotFit_data()
    {
        QTest::addColumn<QString>("changes");
        QTest::addColumn<QString>("message");
        QTest::newRow("odd heads") << R"({"head_dim": 15})"
                                   << "15 wide";
        QTest::newRow("odd quotient") << R"({"hidden_size": 60})"
                                      << "15 wide";
        QTest::newRow("no quotient") << R"({"hidden_size": 66})"
                                     << "66 is no multiple of num_attention_heads 4";
        QTest::newRow("kv heads") << R"({"num_key_value_heads": 3})"
                                  << "num_key_value_heads 3";
        QTest::newRow("kv heads above heads") << R"({"num_key_value_heads": 8})"
                                              << "num_key_value_heads 8";
        QTest::newRow("no factor") << R"({"rope_scaling": {"type": "linear"}})"
                                   << "no \"factor\"";
        QTest::newRow("negative factor") << R"({"rope_scaling": {"type": "linear", "factor": -2}})"
                                         << "-2";
        QTest::newRow("llama3 without a bound")
            << R"({"rope_scaling": {"type": "llama3", "factor": 2, "low_freq_factor": 1}})"
            << "no \"high_freq_factor\"";
        QTest::newRow("llama3's bounds")
            << R"({"rope_scaling": {"type": "llama3", "factor": 2, "low_freq_factor": 4, "high_freq_factor": 4}})"
            << "low_freq_factor below high_freq_factor";
    }
    void rejectsSizesThatDoNotFit()
    {
        QFETCH(QString, changes);
        QFETCH(QString, message);
        Json json = sound();
        json.update(Json::parse(changes.toStdString()));
        const auto config = ModelConfig::fromJson(json, "config.json");
        QVERIFY(!config);
        QCOMPARE(config.error().code, ErrorCode::BadInput);
        QVERIFY2(QString::fromStdString(config.error().message).contains(message),
                 config.error().message.c_str());
    }

    void rejectsWhatIsNoObject()
    {
        for (const Json& json : {Json::array(), Json(3), Json()}) {
            const auto config = ModelConfig::fromJson(json, "config.json");
            QVERIFY(!config);
            QCOMPARE(config.error().message, std::string("config.json: is not a JSON object"));
        }
    }
};

QTEST_GUILESS_MAIN(TestModelConfig)
#include "test_model_config.moc"
